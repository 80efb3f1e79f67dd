// SPDX-License-Identifier: Apache-2.0
// The state that the parts of qmap share.
#pragma once

#include "firmware/schedulers/toolbox.h"

namespace schedulers::qmap {

inline constexpr uint64_t kSharedDsq = 0;   // where FIFO pops go, for the CPU that comes first
inline constexpr uint64_t kHighpriDsq = 1;  // tasks to be boosted
inline constexpr unsigned kNrQueues = 5;

enum Option : unsigned {
  kSliceUs,
  kErrorAfter,
  kDspInfLoopAfter,
  kDspBatch,
  kDirectDispatch,
  kEnqueue,
  kTimeoutMs,
  kStallUserNth,
  kStallKernelNth,
  kDisallowPid,
  kExitDumpLen,
  kSuppressDump,
  kPartial,
  kPrintShared,
  kBoostHighpri,
  kMonitorMs,
  kNrOptions,
};
enum EnqueueVariant : int64_t { kV7, kV612 };

struct CpuContext {
  unsigned dsp_idx;  // the queue it is at
  unsigned dsp_cnt;  // tasks it may still take from it
  uint32_t avg_weight;
  uint32_t cpuperf_target;
};

struct TaskContext {
  bool force_local;  // select_cpu claimed an idle CPU for it
  bool highpri;
  uint32_t core_sched_seq;
};

struct Settings {
  uint64_t slice_ns;
  uint32_t error_after;
  uint32_t dsp_inf_loop_after;
  uint32_t batch;
  uint32_t stall_user_nth;
  uint32_t stall_kernel_nth;
  int64_t disallow_pid;
  uint64_t monitor_ns;
  EnqueueVariant variant;
  bool direct_dispatch;
  bool suppress_dump;
  bool print_shared;
  bool boost_highpri;
};

struct Counters {
  BpfCounter enqueues;       // calls of ops.enqueue that were looked at for error_after
  BpfCounter user_enqueues;  // the same, for stall_user_nth
  BpfCounter kernel_enqueues;
  BpfCounter enqueued;    // FIFO pushes
  BpfCounter dispatched;  // FIFO pops, all CPUs
  BpfCounter reenqueued;
  BpfCounter dequeued;
  BpfCounter core_sched_execed;
  BpfCounter ddsp_from_enq;
  BpfCounter highpri_queued;  // in the FIFOs now
  BpfCounter expedited_local;
  BpfCounter expedited_remote;
  BpfCounter expedited_from_timer;
  BpfCounter expedited_lost;
};

// As the monitor found it last.
struct CpuPerf {
  uint32_t min, avg, max;
  uint32_t target_min, target_avg, target_max;
};

struct State {
  Settings settings;
  Counters counters;
  BpfQueue queues[kNrQueues];
  BpfCounter core_sched_tail_seqs[kNrQueues];
  BpfCounter highpri_seq;
  BpfPerCpuArray<CpuContext> cpus;
  bool armed[kNrCpusMax];  // each CPU its own: it has seen dispatched pass dsp_inf_loop_after, for good
  CpuPerf cpuperf;
  BpfTimer monitor;
};

inline State& of(void* state) { return toolbox::as<State>(state); }
inline TaskContext& context_of(Task* p) { return bpf_task_storage_as<TaskContext>(p); }

inline unsigned queue_of_weight(uint32_t weight) {
  if (weight <= 25) return 0;
  if (weight <= 50) return 1;
  if (weight < 200) return 2;
  return weight < 400 ? 3 : 4;
}

// --- qmap_highpri.cpp ---

// Tasks of the highest weight do not wait in the FIFOs' order. True: this CPU got one.
bool dispatch_highpri(State& state, bool from_timer);

// --- qmap_monitor.cpp ---

int start_monitor(State& state);
void tick(void* state, Task* p);
void dump(void* state, const ScxDumpCtx* ctx);
void dump_cpu(void* state, const ScxDumpCtx* ctx, int32_t cpu, bool idle);
void dump_task(void* state, const ScxDumpCtx* ctx, Task* p);
void print_stats(const void* state, char* out, size_t size);

}  // namespace schedulers::qmap
