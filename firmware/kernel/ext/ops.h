// SPDX-License-Identifier: Apache-2.0
// What a policy is: a table of callbacks and attributes. An empty callback means the core's default. Callbacks get the
// policy's own state first: memory of state_size bytes, zeroed at load, which ops.init fills. They see tasks as handles
// only and act through the kfuncs (kfuncs.h) and maps (maps.h).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "firmware/kernel/ext/flags.h"

struct ScxCpuReleaseArgs;
struct ScxDumpCtx;
struct ScxExitInfo;
struct Task;

inline constexpr size_t kScxOpsNameLen = 128;  // SCX_OPS_NAME_LEN

// Widest dispatch buffer there is: as many slots of 32 bytes as fit, with their head, into the 32 KiB that Linux gives a CPU
// in one piece.
inline constexpr uint32_t kDispatchBatchMax = 1023;

struct SchedExtOps {
  char name[kScxOpsNameLen];
  uint64_t flags;               // SCX_OPS_*
  uint32_t dispatch_max_batch;  // up to kDispatchBatchMax; 0: SCX_DSP_DFL_MAX_BATCH
  uint32_t timeout_ms;          // 0: 30 s
  uint64_t hotplug_seq;         // refused unless no CPU has come or gone since; 0: not checked
  uint32_t exit_dump_len;       // bytes of debug dump; 0: SCX_EXIT_DUMP_DFL_LEN
  size_t state_size;
  const int64_t* options;       // as given to Policy::setup; for ops.init

  int (*init)(void* state, const int64_t* options);                       // 0 or -errno; may sleep
  void (*exit)(void* state, const ScxExitInfo* info);                     // may sleep; also when init failed
  int (*init_task)(void* state, Task* p, bool fork);                      // 0 or -errno; may sleep
  void (*exit_task)(void* state, Task* p, bool cancelled);                // cancelled: its fork failed
  void (*enable)(void* state, Task* p);
  void (*disable)(void* state, Task* p);
  void (*set_weight)(void* state, Task* p, uint32_t weight);
  void (*set_cpumask)(void* state, Task* p, uint64_t cpus_allowed);
  int32_t (*select_cpu)(void* state, Task* p, int32_t prev_cpu, uint64_t wake_flags);
  void (*enqueue)(void* state, Task* p, uint64_t enq_flags);
  void (*dequeue)(void* state, Task* p, uint64_t deq_flags);
  void (*dispatch)(void* state, int32_t cpu, Task* prev);                 // prev: null if the CPU comes from a task of another class
  void (*runnable)(void* state, Task* p, uint64_t enq_flags);
  void (*running)(void* state, Task* p);
  void (*stopping)(void* state, Task* p, bool runnable);
  void (*quiescent)(void* state, Task* p, uint64_t deq_flags);
  bool (*yield)(void* state, Task* from, Task* to);                       // to: null for sched_yield(), whose result is ignored
  void (*tick)(void* state, Task* p);
  void (*update_idle)(void* state, int32_t cpu, bool idle);
  void (*cpu_acquire)(void* state, int32_t cpu);
  void (*cpu_release)(void* state, int32_t cpu, const ScxCpuReleaseArgs* args);
  void (*cpu_online)(void* state, int32_t cpu);                           // may sleep; before tasks come to the CPU
  void (*cpu_offline)(void* state, int32_t cpu);                          // may sleep; when none comes any more
  void (*dump)(void* state, const ScxDumpCtx* ctx);
  void (*dump_cpu)(void* state, const ScxDumpCtx* ctx, int32_t cpu, bool idle);
  void (*dump_task)(void* state, const ScxDumpCtx* ctx, Task* p);
};
