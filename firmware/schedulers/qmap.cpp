// SPDX-License-Identifier: Apache-2.0
// qmap: five FIFOs of PIDs by weight, visited round robin by each CPU, queue i for up to 2^i tasks in a row; what is popped
// goes through one shared DSQ. With dsp_inf_loop_after it turns into the looping-dispatch fixture: from then on every
// ops.dispatch names PID 2, which sleeps, and nothing else.
#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/qmap_state.h"

namespace schedulers {

namespace qmap {

namespace {

constexpr uint32_t kQueueCapacity = 4096;
constexpr uint32_t kKthreaddPid = 2;
constexpr unsigned kPopsPerQueueMax = 1u << 20;
constexpr uint32_t kHighpriWeight = 8668;  // nice -20
constexpr int64_t kDisallowLoader = -1;

constexpr const char* kEnqueueNames[] = {"v7", "v6.12"};
constexpr PolicyOption kOptions[] = {
    toolbox::number_option("slice_us", "time slice, in us", 1, 10'000'000, 20'000),
    toolbox::number_option("error_after", "scx_bpf_error at that enqueue; 0: never", 0, 0x7fffffff, 0),
    toolbox::number_option("dsp_inf_loop_after", "loop for ever after more than that many dispatches; 0: never", 0, 0x7fffffff,
                           0),
    toolbox::number_option("dsp_batch", "tasks per ops.dispatch", 1, kDispatchBatchMax, 1),
    toolbox::switch_option("direct_dispatch", "v6.12: dispatch from ops.enqueue to an idle or the only CPU", true),
    {.name = "enqueue",
     .help = "which version's ops.select_cpu and ops.enqueue",
     .min = 0,
     .max = 1,
     .default_value = kV612,
     .names = kEnqueueNames,
     .nr_names = 2},
    toolbox::number_option("timeout_ms", "watchdog timeout, in ms", 1, 30'000, 5'000),
    toolbox::number_option("stall_user_nth", "lose every n-th enqueue of a user task; 0: none", 0, 0x7fffffff, 0),
    toolbox::number_option("stall_kernel_nth", "lose every n-th enqueue of a kernel thread; 0: none", 0, 0x7fffffff, 0),
    toolbox::number_option("disallow_pid", "this task may not be SCHED_EXT; -1: the loader, 0: none", -1, 32'768, 0),
    toolbox::number_option("exit_dump_len", "bytes of debug dump; 0: 32768", 0, kExitDumpLenMax, 0),
    toolbox::switch_option("suppress_dump", "no lines of its own in the debug dump", false),
    toolbox::switch_option("partial", "take SCHED_EXT tasks only", false),
    toolbox::switch_option("print_shared", "log the shared DSQ at each monitor period", false),
    toolbox::switch_option("boost_highpri", "nice -20 tasks overtake all others", false),
    toolbox::number_option("monitor_ms", "period of the monitor timer, in ms", 1, 60'000, 1'000),
};
static_assert(sizeof(kOptions) / sizeof(kOptions[0]) == kNrOptions);

Settings settings_from(const int64_t* options) {
  const auto variant = static_cast<EnqueueVariant>(options[kEnqueue]);
  return {
      .slice_ns = static_cast<uint64_t>(options[kSliceUs]) * 1000,
      .error_after = static_cast<uint32_t>(options[kErrorAfter]),
      .dsp_inf_loop_after = static_cast<uint32_t>(options[kDspInfLoopAfter]),
      .batch = static_cast<uint32_t>(options[kDspBatch]),
      .stall_user_nth = static_cast<uint32_t>(options[kStallUserNth]),
      .stall_kernel_nth = static_cast<uint32_t>(options[kStallKernelNth]),
      .disallow_pid = options[kDisallowPid],
      .monitor_ns = static_cast<uint64_t>(options[kMonitorMs]) * 1'000'000,
      .variant = variant,
      .direct_dispatch = options[kDirectDispatch] != 0 && variant == kV612,
      .suppress_dump = options[kSuppressDump] != 0,
      .print_shared = options[kPrintShared] != 0,
      .boost_highpri = options[kBoostHighpri] != 0,
  };
}

void init_counters(State& state) {
  Counters& c = state.counters;
  BpfCounter* const counters[] = {
      &c.enqueues,        &c.user_enqueues,    &c.kernel_enqueues,      &c.enqueued,       &c.dispatched,
      &c.reenqueued,      &c.dequeued,         &c.core_sched_execed,    &c.ddsp_from_enq,  &c.highpri_queued,
      &c.expedited_local, &c.expedited_remote, &c.expedited_from_timer, &c.expedited_lost, &state.highpri_seq};
  for (BpfCounter* counter : counters) counter->init();
  for (BpfCounter& seq : state.core_sched_tail_seqs) seq.init();
}

int init(void* opaque, const int64_t* options) {
  auto& state = *new (Placement{opaque}) State{};
  state.settings = settings_from(options);
  init_counters(state);
  for (BpfQueue& queue : state.queues) {
    if (queue.init(kQueueCapacity) != 0) return -ENOMEM;
  }
  if (state.cpus.init(1) != 0) return -ENOMEM;
  int error = scx_bpf_create_dsq(kSharedDsq);
  if (error == 0) error = scx_bpf_create_dsq(kHighpriDsq);
  return error != 0 ? error : start_monitor(state);
}

int init_task(void* opaque, Task* p, bool) {
  const int64_t wanted = of(opaque).settings.disallow_pid;
  const int64_t disallowed = wanted == kDisallowLoader ? bpf_loader_pid() : wanted;
  if (disallowed != 0 && bpf_task_pid(p) == disallowed) bpf_task_disallow(p);
  context_of(p) = {};
  return 0;
}

// A CPU where p may run at once: its only one, the given one if idle, or any idle one. Negative: none.
int32_t pick_direct_dispatch_cpu(Task* p, int32_t prev_cpu) {
  if (bpf_task_nr_cpus_allowed(p) == 1 || scx_bpf_test_and_clear_cpu_idle(prev_cpu)) return prev_cpu;
  return scx_bpf_pick_idle_cpu(bpf_task_cpus_allowed(p));
}

int32_t select_cpu_v7(Task* p, int32_t prev_cpu) {
  if (bpf_task_nr_cpus_allowed(p) == 1 || scx_bpf_test_and_clear_cpu_idle(prev_cpu)) {
    context_of(p).force_local = true;
    return prev_cpu;
  }
  const int32_t cpu = scx_bpf_pick_idle_cpu(bpf_task_cpus_allowed(p));
  return cpu >= 0 ? cpu : prev_cpu;
}

int32_t select_cpu_v6_12(Task* p, int32_t prev_cpu) {
  const int32_t cpu = pick_direct_dispatch_cpu(p, prev_cpu);
  if (cpu < 0) return prev_cpu;
  context_of(p).force_local = true;
  return cpu;
}

int32_t select_cpu(void* opaque, Task* p, int32_t prev_cpu, uint64_t) {
  return of(opaque).settings.variant == kV7 ? select_cpu_v7(p, prev_cpu) : select_cpu_v6_12(p, prev_cpu);
}

// The fixture of a policy that forgets tasks.
bool lose(State& state, const Task* p) {
  const bool kthread = bpf_task_is_kthread(p);
  const uint32_t nth = kthread ? state.settings.stall_kernel_nth : state.settings.stall_user_nth;
  if (nth == 0) return false;
  BpfCounter& count = kthread ? state.counters.kernel_enqueues : state.counters.user_enqueues;
  return (count.add(1) + 1) % nth == 0;
}

// A task whose CPU was not selected just now (slice end, pinned wakeup) may go straight to a CPU.
bool dispatch_directly(State& state, Task* p, uint64_t enq_flags) {
  if (!state.settings.direct_dispatch || (enq_flags & SCX_ENQ_CPU_SELECTED) != 0) return false;
  const int32_t cpu = pick_direct_dispatch_cpu(p, scx_bpf_task_cpu(p));
  if (cpu < 0) return false;
  state.counters.ddsp_from_enq.add(1);
  scx_bpf_dispatch(p, SCX_DSQ_LOCAL_ON | static_cast<uint64_t>(cpu), state.settings.slice_ns, enq_flags);
  return true;
}

// Its CPU was taken away: any other may have it.
void put_back(Task* p, uint64_t enq_flags) {
  scx_bpf_dispatch(p, kSharedDsq, 0, enq_flags);
  const int32_t cpu = scx_bpf_pick_idle_cpu(bpf_task_cpus_allowed(p));
  if (cpu >= 0) scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
}

void push(State& state, Task* p, unsigned queue, uint64_t enq_flags) {
  if (!state.queues[queue].push(bpf_task_pid(p))) {
    scx_bpf_dispatch(p, kSharedDsq, state.settings.slice_ns, enq_flags);
    return;
  }
  if (state.settings.boost_highpri && bpf_task_weight(p) >= kHighpriWeight) {
    context_of(p).highpri = true;
    state.counters.highpri_queued.add(1);
  }
  state.counters.enqueued.add(1);
}

void enqueue(void* opaque, Task* p, uint64_t enq_flags) {
  State& state = of(opaque);
  if (lose(state, p)) return;
  const uint32_t error_after = state.settings.error_after;
  if (error_after != 0 && state.counters.enqueues.add(1) + 1 == error_after) scx_bpf_error("test triggering error");
  TaskContext& context = context_of(p);
  const unsigned queue = queue_of_weight(bpf_task_weight(p));
  context.core_sched_seq = state.core_sched_tail_seqs[queue].add(1);
  if (context.force_local) {
    context.force_local = false;
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, state.settings.slice_ns, enq_flags);
  } else if (dispatch_directly(state, p, enq_flags)) {
    return;
  } else if ((enq_flags & SCX_ENQ_REENQ) != 0) {
    put_back(p, enq_flags);
  } else {
    push(state, p, queue, enq_flags);
  }
}

void dequeue(void* opaque, Task*, uint64_t deq_flags) {
  Counters& counters = of(opaque).counters;
  counters.dequeued.add(1);
  if ((deq_flags & SCX_DEQ_CORE_SCHED_EXEC) != 0) counters.core_sched_execed.add(1);
}

// The counter only grows: a CPU that has seen it pass the limit need not look again.
bool armed(State& state, int32_t cpu) {
  const uint32_t after = state.settings.dsp_inf_loop_after;
  if (after == 0) return false;
  bool& seen = state.armed[cpu];
  if (!seen) seen = state.counters.dispatched.load() > after;
  return seen;
}

// The fixture: once armed, nothing but PID 2 is ever named again.
bool looping(State& state, int32_t cpu) {
  if (!armed(state, cpu)) return false;
  Task* const kthreadd = bpf_task_from_pid(kKthreaddPid);
  if (kthreadd == nullptr) return false;
  scx_bpf_dispatch(kthreadd, SCX_DSQ_LOCAL, state.settings.slice_ns, 0);
  return true;
}

// Takes tasks from the queue the CPU is at. True: the batch is complete, or the buffer full.
bool drain_queue(State& state, CpuContext& cpu, uint32_t& batch) {
  for (unsigned pops = 0; pops < kPopsPerQueueMax; ++pops) {
    uint32_t pid = 0;
    if (!state.queues[cpu.dsp_idx].pop(pid)) return false;
    Task* const p = bpf_task_from_pid(pid);
    if (p == nullptr) continue;  // gone since it was queued
    if (state.settings.boost_highpri && context_of(p).highpri) state.counters.highpri_queued.sub(1);
    state.counters.dispatched.add(1);
    scx_bpf_dispatch(p, kSharedDsq, state.settings.slice_ns, 0);
    --batch;
    --cpu.dsp_cnt;
    if (batch == 0 || scx_bpf_dispatch_nr_slots() == 0) return true;
    if (cpu.dsp_cnt == 0) return false;
  }
  return false;
}

// A task that is on the shared queue already. With the boost on, only once nothing heavier waits in the FIFOs.
bool consume_ready(State& state) {
  if (!state.settings.boost_highpri) return scx_bpf_consume(kSharedDsq);
  return dispatch_highpri(state, false) || (state.counters.highpri_queued.load() == 0 && scx_bpf_consume(kSharedDsq));
}

// True: something was taken.
bool visit_queues(State& state) {
  CpuContext& cpu = *state.cpus.lookup(0);
  uint32_t batch = state.settings.batch;
  for (unsigned i = 0; i < kNrQueues; ++i) {
    if (cpu.dsp_cnt == 0) {
      cpu.dsp_idx = (cpu.dsp_idx + 1) % kNrQueues;
      cpu.dsp_cnt = 1u << cpu.dsp_idx;
    }
    if (drain_queue(state, cpu, batch)) return true;
    cpu.dsp_cnt = 0;
  }
  return false;
}

void dispatch(void* opaque, int32_t cpu, Task* prev) {
  State& state = of(opaque);
  if (consume_ready(state) || looping(state, cpu)) return;
  if (visit_queues(state)) {
    if (!state.settings.boost_highpri || !dispatch_highpri(state, false)) scx_bpf_consume(kSharedDsq);
    return;
  }
  // No other task: prev goes on, as if it had been queued and taken at once.
  if (prev == nullptr || state.settings.variant == kV7) return;
  context_of(prev).core_sched_seq = state.core_sched_tail_seqs[queue_of_weight(bpf_task_weight(prev))].add(1);
}

void cpu_release(void* opaque, int32_t, const ScxCpuReleaseArgs*) {
  const uint32_t count = scx_bpf_reenqueue_local();
  if (count != 0) of(opaque).counters.reenqueued.add(count);
}

// O: online, X: possible; a bar after each eighth.
void print_cpus() {
  const uint64_t possible = scx_bpf_get_possible_cpumask();
  const uint64_t online = scx_bpf_get_online_cpumask();
  char text[kNrCpusMax + kNrCpusMax / 8 + 1];
  unsigned length = 0;
  for (uint32_t cpu = 0; cpu < scx_bpf_nr_cpu_ids(); ++cpu) {
    const bool is_possible = ((possible >> cpu) & 1) != 0;
    text[length++] = ((online >> cpu) & 1) != 0 ? 'O' : is_possible ? 'X' : ' ';
    if (cpu % 8 == 7) text[length++] = '|';
  }
  text[length] = '\0';
  bpf_printk("CPUS: |%s", text);
}

void cpu_online(void*, int32_t cpu) {
  bpf_printk("CPU %d coming online", static_cast<int>(cpu));
  print_cpus();
}

void cpu_offline(void*, int32_t cpu) {
  bpf_printk("CPU %d going offline", static_cast<int>(cpu));
  print_cpus();
}

void setup(SchedExtOps& ops, const int64_t* values) {
  toolbox::set_name(ops, "qmap");
  ops.timeout_ms = static_cast<uint32_t>(values[kTimeoutMs]);
  ops.exit_dump_len = static_cast<uint32_t>(values[kExitDumpLen]);
  if (values[kPartial] != 0) ops.flags |= SCX_OPS_SWITCH_PARTIAL;
  if (values[kDspBatch] > static_cast<int64_t>(SCX_DSP_DFL_MAX_BATCH)) {
    ops.dispatch_max_batch = static_cast<uint32_t>(values[kDspBatch]);
  }
  ops.state_size = sizeof(State);
  ops.init = init;
  ops.exit = user_exit_record;
  ops.init_task = init_task;
  ops.select_cpu = select_cpu;
  ops.enqueue = enqueue;
  ops.dequeue = dequeue;
  ops.dispatch = dispatch;
  ops.tick = tick;
  ops.cpu_release = cpu_release;
  ops.cpu_online = cpu_online;
  ops.cpu_offline = cpu_offline;
  ops.dump = dump;
  ops.dump_cpu = dump_cpu;
  ops.dump_task = dump_task;
}

}  // namespace

}  // namespace qmap

const Policy kQmapPolicy = {
    .name = "qmap",
    .help = "five weighted FIFOs; dsp_inf_loop_after makes it loop in ops.dispatch",
    .options = qmap::kOptions,
    .nr_options = qmap::kNrOptions,
    .setup = qmap::setup,
    .print_stats = qmap::print_stats,
    .load_cpus = nullptr,
    .restarts = false,
};

}  // namespace schedulers
