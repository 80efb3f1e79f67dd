// SPDX-License-Identifier: Apache-2.0
// central: one CPU makes all decisions. The others run what it gives them, without a slice, until its timer finds that they
// have had their time and a task waits. A task goes to a fallback DSQ, at which every CPU looks, if the queue of the central
// CPU is full, or if it may not run where it is wanted.
#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/toolbox.h"

namespace schedulers {

namespace {

constexpr uint64_t kFallbackDsq = 0;
constexpr unsigned kPopsMax = 1u << 20;

enum Option : unsigned { kSliceUs, kCentralCpu, kTimerUs, kQueueCapacity, kKickWait, kSlotGuard, kDispatchBatch, kNrOptions };

constexpr PolicyOption kOptions[] = {
    toolbox::number_option("slice_us", "time a task gets while others wait, in us", 1, 10'000'000, 20'000),
    toolbox::number_option("central_cpu", "the CPU that decides", 0, kNrCpusMax - 1, 0),
    toolbox::number_option("timer_us", "period of its timer, in us", 10, 10'000'000, 1'000),
    toolbox::number_option("queue_capacity", "tasks its queue can take; the rest falls back", 1, 4'096, 4'096),
    toolbox::switch_option("kick_wait", "its timer waits until who it preempts has rescheduled", false),
    toolbox::switch_option("slot_guard", "stop in time when its dispatch buffer is full, and come back; off: never look", true),
    toolbox::number_option("dispatch_batch", "slots of its dispatch buffer", 1, kDispatchBatchMax, SCX_DSP_DFL_MAX_BATCH),
};
static_assert(sizeof(kOptions) / sizeof(kOptions[0]) == kNrOptions);

struct Counters {
  BpfCounter total;
  BpfCounter locals;
  BpfCounter queued;  // in the queue now
  BpfCounter lost_pids;
  BpfCounter timers;
  BpfCounter dispatches;
  BpfCounter mismatches;
  BpfCounter retries;
  BpfCounter overflows;
  BpfCounter reports;  // printed by the loader
};

struct Central {
  uint64_t slice_ns;
  uint64_t timer_ns;
  int32_t central_cpu;
  uint64_t preempt_flags;  // of the timer's kicks
  bool slot_guard;
  BpfQueue queue;
  Counters counters;
  BpfWord gimme[kNrCpusMax];        // that CPU wants a task
  uint64_t started_at[kNrCpusMax];  // ns; 0: it runs none
  BpfTimer timer;
};

Central& of(void* state) { return toolbox::as<Central>(state); }

uint64_t local_on(int32_t cpu) { return SCX_DSQ_LOCAL_ON | static_cast<uint64_t>(cpu); }

void init_words(Central& central) {
  Counters& c = central.counters;
  BpfCounter* const counters[] = {&c.total,      &c.locals,     &c.queued,  &c.lost_pids, &c.timers,
                                  &c.dispatches, &c.mismatches, &c.retries, &c.overflows, &c.reports};
  for (BpfCounter* counter : counters) counter->init();
  for (uint32_t cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) central.gimme[cpu].init(0);
}

// Has that CPU's task had its time, or does it run none?
bool slice_is_over(const Central& central, int32_t cpu, uint64_t now) {
  const uint64_t started_at = central.started_at[cpu];
  return started_at == 0 || now - started_at >= central.slice_ns;
}

// Kicks the other CPUs whose task has had its time while something waits that they could run. The queue serves each of
// its tasks to one of them only.
void kick_overdue_cpus(Central& central) {
  const auto nr_cpus = static_cast<int32_t>(scx_bpf_nr_cpu_ids());
  const uint64_t now = bpf_ktime_get_ns();
  const uint32_t turn = central.counters.timers.load();
  uint32_t nr_unclaimed = central.counters.queued.load();
  for (int32_t i = 0; i < nr_cpus; ++i) {
    const auto cpu = static_cast<int32_t>((turn + static_cast<uint32_t>(i)) % static_cast<uint32_t>(nr_cpus));
    if (cpu == central.central_cpu || !slice_is_over(central, cpu, now)) continue;
    if (scx_bpf_dsq_nr_queued(kFallbackDsq) == 0 && scx_bpf_dsq_nr_queued(local_on(cpu)) == 0) {
      if (nr_unclaimed == 0) continue;
      --nr_unclaimed;
    }
    scx_bpf_kick_cpu(cpu, central.preempt_flags);
  }
}

void central_timer(void* state, BpfTimer& timer) {
  Central& central = of(state);
  const int32_t cpu = bpf_get_smp_processor_id();
  if (cpu != central.central_cpu) {
    scx_bpf_error("Central timer ran on CPU %d, not central CPU %d", static_cast<int>(cpu),
                  static_cast<int>(central.central_cpu));
    return;
  }
  kick_overdue_cpus(central);
  timer.start(central.timer_ns);
  central.counters.timers.add(1);
}

// A timer stays on the CPU that starts it.
int central_init(void* state, const int64_t* options) {
  auto& central = *new (Placement{state}) Central{};
  central.slice_ns = static_cast<uint64_t>(options[kSliceUs]) * 1000;
  central.timer_ns = static_cast<uint64_t>(options[kTimerUs]) * 1000;
  central.central_cpu = static_cast<int32_t>(options[kCentralCpu]);
  central.preempt_flags = SCX_KICK_PREEMPT | (options[kKickWait] != 0 ? SCX_KICK_WAIT : 0);
  central.slot_guard = options[kSlotGuard] != 0;
  init_words(central);
  if (central.queue.init(static_cast<uint32_t>(options[kQueueCapacity])) != 0) return -ENOMEM;
  int error = scx_bpf_create_dsq(kFallbackDsq);
  if (error == 0) error = central.timer.init(central_timer);
  if (error != 0) return error;
  if (bpf_get_smp_processor_id() != central.central_cpu) {
    scx_bpf_error("init from non-central CPU");
    return -EINVAL;
  }
  return central.timer.start(central.timer_ns);
}

// Wakeups disturb the central CPU only. If a task may not run there, the core picks another.
int32_t central_select_cpu(void* state, Task*, int32_t, uint64_t) { return of(state).central_cpu; }

void central_enqueue(void* state, Task* p, uint64_t enq_flags) {
  Central& central = of(state);
  central.counters.total.add(1);
  if (bpf_task_is_kthread(p) && bpf_task_nr_cpus_allowed(p) == 1) {  // its CPU may depend on it
    central.counters.locals.add(1);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_INF, enq_flags | SCX_ENQ_PREEMPT);
    return;
  }
  if (!central.queue.push(bpf_task_pid(p))) {
    central.counters.overflows.add(1);
    scx_bpf_dispatch(p, kFallbackDsq, SCX_SLICE_INF, enq_flags);
    return;
  }
  central.counters.queued.add(1);
  if (!scx_bpf_task_running(p)) scx_bpf_kick_cpu(central.central_cpu, SCX_KICK_PREEMPT);
}

// The dispatch buffer has room for one more. Without the guard it is not asked: the request too many is the core's error.
bool slots_left(const Central& central) { return !central.slot_guard || scx_bpf_dispatch_nr_slots() != 0; }

// Finds that CPU a task. A task that may not run there falls back. False: the queue is empty, or the dispatch buffer full.
bool dispatch_to_cpu(Central& central, int32_t cpu) {
  for (unsigned pops = 0; pops < kPopsMax; ++pops) {
    uint32_t pid = 0;
    if (!central.queue.pop(pid)) return false;
    central.counters.queued.sub(1);
    Task* const p = bpf_task_from_pid(pid);
    if (p == nullptr) {
      central.counters.lost_pids.add(1);
      continue;
    }
    if (((bpf_task_cpus_allowed(p) >> cpu) & 1) == 0) {
      central.counters.mismatches.add(1);
      scx_bpf_dispatch(p, kFallbackDsq, SCX_SLICE_INF, 0);
      if (!slots_left(central)) return false;
      continue;
    }
    scx_bpf_dispatch(p, local_on(cpu), SCX_SLICE_INF, 0);
    if (cpu != central.central_cpu) scx_bpf_kick_cpu(cpu, SCX_KICK_IDLE);
    return true;
  }
  return false;
}

void serve_others(Central& central) {
  const auto nr_cpus = static_cast<int32_t>(scx_bpf_nr_cpu_ids());
  for (int32_t cpu = 0; cpu < nr_cpus && slots_left(central); ++cpu) {
    if (central.gimme[cpu].load() != 0 && dispatch_to_cpu(central, cpu)) central.gimme[cpu].store(0);
  }
}

void dispatch_on_central(Central& central) {
  central.counters.dispatches.add(1);
  serve_others(central);
  // Some CPUs may have been left out, and there is no slot for the own task. The core calls again only while it finds
  // nothing for this CPU, so ask for a call.
  if (!slots_left(central)) {
    central.counters.retries.add(1);
    scx_bpf_kick_cpu(central.central_cpu, SCX_KICK_PREEMPT);
    return;
  }
  if (!scx_bpf_consume(kFallbackDsq)) dispatch_to_cpu(central, central.central_cpu);
}

void central_dispatch(void* state, int32_t cpu, Task*) {
  Central& central = of(state);
  if (cpu == central.central_cpu) {
    dispatch_on_central(central);
    return;
  }
  if (scx_bpf_consume(kFallbackDsq)) return;
  central.gimme[cpu].store(1);
  scx_bpf_kick_cpu(central.central_cpu, SCX_KICK_PREEMPT);
}

void central_running(void* state, Task*) {
  const uint64_t now = bpf_ktime_get_ns();
  of(state).started_at[bpf_get_smp_processor_id()] = now == 0 ? 1 : now;
}

void central_stopping(void* state, Task*, bool) { of(state).started_at[bpf_get_smp_processor_id()] = 0; }

void print_stats(const void* state, char* out, size_t size) {
  const Counters& c = static_cast<const Central*>(state)->counters;
  toolbox::Text text(out, size);
  text.print("[SEQ %u]\n", static_cast<unsigned>(c.reports.add(1)));
  text.print("total   :%10u    local:%10u   queued:%10u  lost:%10u\n", static_cast<unsigned>(c.total.load()),
             static_cast<unsigned>(c.locals.load()), static_cast<unsigned>(c.queued.load()),
             static_cast<unsigned>(c.lost_pids.load()));
  text.print("timer   :%10u dispatch:%10u mismatch:%10u retry:%10u\n", static_cast<unsigned>(c.timers.load()),
             static_cast<unsigned>(c.dispatches.load()), static_cast<unsigned>(c.mismatches.load()),
             static_cast<unsigned>(c.retries.load()));
  text.print("overflow:%10u\n", static_cast<unsigned>(c.overflows.load()));
}

uint64_t load_cpus(const int64_t* values) { return uint64_t{1} << values[kCentralCpu]; }

// ENQ_LAST: that a task is the last one on its CPU means nothing here; the central CPU decides about it too.
void setup(SchedExtOps& ops, const int64_t* values) {
  toolbox::set_name(ops, "central");
  ops.dispatch_max_batch = static_cast<uint32_t>(values[kDispatchBatch]);
  ops.flags = SCX_OPS_ENQ_LAST;
  ops.state_size = sizeof(Central);
  ops.init = central_init;
  ops.exit = user_exit_record;
  ops.select_cpu = central_select_cpu;
  ops.enqueue = central_enqueue;
  ops.dispatch = central_dispatch;
  ops.running = central_running;
  ops.stopping = central_stopping;
}

}  // namespace

const Policy kCentralPolicy = {
    .name = "central",
    .help = "one CPU decides for all, others run without slices",
    .options = kOptions,
    .nr_options = kNrOptions,
    .setup = setup,
    .print_stats = print_stats,
    .load_cpus = load_cpus,
    .restarts = true,
};

}  // namespace schedulers
