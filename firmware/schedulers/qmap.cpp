// SPDX-License-Identifier: Apache-2.0
// qmap: five FIFOs of PIDs by weight, visited round robin by each CPU, queue i for up to 2^i tasks in a row; what is popped
// goes through one shared DSQ. With dsp_inf_loop_after it turns into the looping-dispatch fixture: from then on every
// ops.dispatch names PID 2, which sleeps, and nothing else.
#include "firmware/kernel/base/errno.h"
#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/toolbox.h"

namespace {

constexpr uint64_t kSharedDsq = 0;
constexpr unsigned kNrQueues = 5;
constexpr uint32_t kQueueCapacity = 4096;
constexpr uint32_t kKthreaddPid = 2;
constexpr unsigned kPopsPerQueueMax = 1u << 20;

enum Option : unsigned { kSliceUs, kErrorAfter, kDspInfLoopAfter, kDspBatch, kDirectDispatch, kEnqueue, kTimeoutMs, kNrOptions };
enum EnqueueVariant : int64_t { kV7, kV612 };

constexpr const char* kEnqueueNames[] = {"v7", "v6.12"};
constexpr PolicyOption kOptions[] = {
    {.name = "slice_us", .help = "time slice, in us", .min = 1, .max = 10'000'000, .default_value = 20'000,
     .names = nullptr, .nr_names = 0},
    {.name = "error_after", .help = "scx_bpf_error at that enqueue; 0: never", .min = 0, .max = 0x7fffffff,
     .default_value = 0, .names = nullptr, .nr_names = 0},
    {.name = "dsp_inf_loop_after", .help = "loop for ever after more than that many dispatches; 0: never", .min = 0,
     .max = 0x7fffffff, .default_value = 0, .names = nullptr, .nr_names = 0},
    {.name = "dsp_batch", .help = "tasks per ops.dispatch", .min = 1, .max = 128, .default_value = 1, .names = nullptr,
     .nr_names = 0},
    {.name = "direct_dispatch", .help = "v6.12: dispatch from ops.enqueue to an idle or the only CPU", .min = 0, .max = 1,
     .default_value = 1, .names = toolbox::kOffOn, .nr_names = 2},
    {.name = "enqueue", .help = "which version's ops.select_cpu and ops.enqueue", .min = 0, .max = 1,
     .default_value = kV612, .names = kEnqueueNames, .nr_names = 2},
    {.name = "timeout_ms", .help = "watchdog timeout, in ms", .min = 1, .max = 30'000, .default_value = 5'000,
     .names = nullptr, .nr_names = 0},
};
static_assert(sizeof(kOptions) / sizeof(kOptions[0]) == kNrOptions);

struct CpuContext {
  unsigned queue;      // the one it is at
  unsigned remaining;  // tasks it may still take from it
};

struct TaskContext {
  uint64_t force_local;  // select_cpu claimed an idle CPU for it
};

struct Qmap {
  uint64_t slice_ns;
  uint32_t error_after;
  uint32_t dsp_inf_loop_after;
  uint32_t batch;
  bool direct_dispatch;
  EnqueueVariant variant;
  BpfQueue queues[kNrQueues];
  BpfCounter nr_enqueues;    // calls of ops.enqueue
  BpfCounter nr_dispatched;  // FIFO pops, all CPUs
  CpuContext cpus[kNrCpusMax];
};

Qmap& of(void* state) { return toolbox::as<Qmap>(state); }
TaskContext& context_of(Task* p) { return bpf_task_storage_as<TaskContext>(p); }

unsigned queue_of_weight(uint32_t weight) {
  if (weight <= 25) return 0;
  if (weight <= 50) return 1;
  if (weight < 200) return 2;
  return weight < 400 ? 3 : 4;
}

int qmap_init(void* state, const int64_t* options) {
  auto& qmap = *new (Placement{state}) Qmap{};
  qmap.slice_ns = static_cast<uint64_t>(options[kSliceUs]) * 1000;
  qmap.error_after = static_cast<uint32_t>(options[kErrorAfter]);
  qmap.dsp_inf_loop_after = static_cast<uint32_t>(options[kDspInfLoopAfter]);
  qmap.batch = static_cast<uint32_t>(options[kDspBatch]);
  qmap.variant = static_cast<EnqueueVariant>(options[kEnqueue]);
  qmap.direct_dispatch = options[kDirectDispatch] != 0 && qmap.variant == kV612;
  qmap.nr_enqueues.init();
  qmap.nr_dispatched.init();
  for (BpfQueue& queue : qmap.queues) {
    if (queue.init(kQueueCapacity) != 0) return -ENOMEM;
  }
  return scx_bpf_create_dsq(kSharedDsq);
}

// A CPU where p may run at once: its only one, the given one if idle, or any idle one. Negative: none.
int32_t pick_direct_dispatch_cpu(Task* p, int32_t prev_cpu) {
  if (bpf_task_nr_cpus_allowed(p) == 1 || scx_bpf_test_and_clear_cpu_idle(prev_cpu)) return prev_cpu;
  return scx_bpf_pick_idle_cpu(bpf_task_cpus_allowed(p));
}

int32_t select_cpu_v7(Task* p, int32_t prev_cpu) {
  if (bpf_task_nr_cpus_allowed(p) == 1 || scx_bpf_test_and_clear_cpu_idle(prev_cpu)) {
    context_of(p).force_local = 1;
    return prev_cpu;
  }
  const int32_t cpu = scx_bpf_pick_idle_cpu(bpf_task_cpus_allowed(p));
  return cpu >= 0 ? cpu : prev_cpu;
}

int32_t select_cpu_v6_12(Task* p, int32_t prev_cpu) {
  const int32_t cpu = pick_direct_dispatch_cpu(p, prev_cpu);
  if (cpu < 0) return prev_cpu;
  context_of(p).force_local = 1;
  return cpu;
}

int32_t qmap_select_cpu(void* state, Task* p, int32_t prev_cpu, uint64_t) {
  return of(state).variant == kV7 ? select_cpu_v7(p, prev_cpu) : select_cpu_v6_12(p, prev_cpu);
}

// A task whose CPU was not selected just now (slice end, pinned wakeup) may go straight to a CPU.
bool dispatch_directly(const Qmap& qmap, Task* p, uint64_t enq_flags) {
  if (!qmap.direct_dispatch || (enq_flags & SCX_ENQ_CPU_SELECTED) != 0) return false;
  const int32_t cpu = pick_direct_dispatch_cpu(p, scx_bpf_task_cpu(p));
  if (cpu < 0) return false;
  scx_bpf_dispatch(p, SCX_DSQ_LOCAL_ON | static_cast<uint64_t>(cpu), qmap.slice_ns, enq_flags);
  return true;
}

void qmap_enqueue(void* state, Task* p, uint64_t enq_flags) {
  Qmap& qmap = of(state);
  if (qmap.error_after != 0 && qmap.nr_enqueues.add(1) + 1 == qmap.error_after) scx_bpf_error("test triggering error");
  TaskContext& context = context_of(p);
  if (context.force_local != 0) {
    context.force_local = 0;
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, qmap.slice_ns, enq_flags);
    return;
  }
  if (dispatch_directly(qmap, p, enq_flags)) return;
  if ((enq_flags & SCX_ENQ_REENQ) != 0) {
    scx_bpf_dispatch(p, kSharedDsq, 0, enq_flags);
    const int32_t cpu = scx_bpf_pick_idle_cpu(bpf_task_cpus_allowed(p));
    if (cpu >= 0) scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
    return;
  }
  if (!qmap.queues[queue_of_weight(bpf_task_weight(p))].push(bpf_task_pid(p))) {
    scx_bpf_dispatch(p, kSharedDsq, qmap.slice_ns, enq_flags);
  }
}

// The fixture: once armed, nothing but PID 2 is ever named again.
bool looping(Qmap& qmap) {
  if (qmap.dsp_inf_loop_after == 0 || qmap.nr_dispatched.load() <= qmap.dsp_inf_loop_after) return false;
  Task* const kthreadd = bpf_task_from_pid(kKthreaddPid);
  if (kthreadd == nullptr) return false;
  scx_bpf_dispatch(kthreadd, SCX_DSQ_LOCAL, qmap.slice_ns, 0);
  return true;
}

// Takes tasks from the queue the CPU is at. True: the batch is complete, or the buffer full.
bool drain_queue(Qmap& qmap, CpuContext& cpu, uint32_t& batch) {
  for (unsigned pops = 0; pops < kPopsPerQueueMax; ++pops) {
    uint32_t pid = 0;
    if (!qmap.queues[cpu.queue].pop(pid)) return false;
    Task* const p = bpf_task_from_pid(pid);
    if (p == nullptr) continue;  // gone since it was queued
    qmap.nr_dispatched.add(1);
    scx_bpf_dispatch(p, kSharedDsq, qmap.slice_ns, 0);
    --batch;
    --cpu.remaining;
    if (batch == 0 || scx_bpf_dispatch_nr_slots() == 0) return true;
    if (cpu.remaining == 0) return false;
  }
  return false;
}

void qmap_dispatch(void* state, int32_t cpu_id, Task*) {
  Qmap& qmap = of(state);
  if (scx_bpf_consume(kSharedDsq) || looping(qmap)) return;
  CpuContext& cpu = qmap.cpus[cpu_id];
  uint32_t batch = qmap.batch;
  for (unsigned i = 0; i < kNrQueues; ++i) {
    if (cpu.remaining == 0) {
      cpu.queue = (cpu.queue + 1) % kNrQueues;
      cpu.remaining = 1u << cpu.queue;
    }
    if (drain_queue(qmap, cpu, batch)) {
      scx_bpf_consume(kSharedDsq);
      return;
    }
    cpu.remaining = 0;
  }
}

int qmap_init_task(void*, Task* p, bool) {
  context_of(p) = {};
  return 0;
}

void setup(SchedExtOps& ops, const int64_t* values) {
  toolbox::set_name(ops, "qmap");
  ops.timeout_ms = static_cast<uint32_t>(values[kTimeoutMs]);
  if (values[kDspBatch] > static_cast<int64_t>(SCX_DSP_DFL_MAX_BATCH)) {
    ops.dispatch_max_batch = static_cast<uint32_t>(values[kDspBatch]);
  }
  ops.state_size = sizeof(Qmap);
  ops.init = qmap_init;
  ops.init_task = qmap_init_task;
  ops.select_cpu = qmap_select_cpu;
  ops.enqueue = qmap_enqueue;
  ops.dispatch = qmap_dispatch;
}

}  // namespace

const Policy kQmapPolicy = {
    .name = "qmap",
    .help = "five weighted FIFOs; dsp_inf_loop_after makes it loop in ops.dispatch",
    .options = kOptions,
    .nr_options = kNrOptions,
    .setup = setup,
};
