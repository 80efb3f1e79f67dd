// SPDX-License-Identifier: Apache-2.0
// faulty: one FIFO for all CPUs, and mistakes to choose: each option but the slice makes one that schedulers have been seen to make. For
// studies of what a mistake does, and for tests of what finds it.
#include "firmware/schedulers/policies.h"
#include "firmware/schedulers/toolbox.h"

namespace schedulers {

namespace {

constexpr uint64_t kSharedDsq = 0;
constexpr uint64_t kForgottenDsq = 1;

enum Option : unsigned { kSliceUs, kForgetNth, kHoldNth, kNoKick, kEnqueueUs, kStormUs, kKickRingAfter, kNrOptions };

constexpr PolicyOption kOptions[] = {
    toolbox::number_option("slice_us", "time slice, in us", 1, 10'000'000, 20'000),
    toolbox::number_option("forget_nth", "put every n-th enqueue of a user task on a DSQ that no CPU consumes; 0: none", 0,
                           0x7fffffff, 0),
    toolbox::number_option("hold_nth", "keep every n-th enqueue of a user task for ever; 0: none", 0, 0x7fffffff, 0),
    toolbox::switch_option("no_kick", "look for no idle CPU when a task wakes, and kick none", false),
    toolbox::number_option("enqueue_us", "time that each ops.enqueue of a user task takes, in us; 0: none", 0, 1'000'000, 0),
    toolbox::number_option("storm_us", "preempt all CPUs with that period, in us; 0: never", 0, 10'000'000, 0),
    toolbox::number_option("kick_ring_after",
                           "after that many dispatches each dispatch kicks the next CPU and waits for it; 0: never", 0,
                           0x7fffffff, 0),
};
static_assert(sizeof(kOptions) / sizeof(kOptions[0]) == kNrOptions);

struct Faulty {
  uint64_t slice_ns;
  uint32_t forget_nth;
  uint32_t hold_nth;
  bool no_kick;
  uint64_t enqueue_ns;
  uint64_t storm_ns;
  uint32_t kick_ring_after;
  BpfCounter enqueued;  // user tasks
  BpfCounter dispatched;
  BpfTimer timer;
};

Faulty& of(void* state) { return toolbox::as<Faulty>(state); }

void storm(void* state, BpfTimer& timer) {
  for (uint32_t cpu = 0; cpu < scx_bpf_nr_cpu_ids(); ++cpu) scx_bpf_kick_cpu(static_cast<int32_t>(cpu), SCX_KICK_PREEMPT);
  timer.start(of(state).storm_ns);
}

int faulty_init(void* state, const int64_t* options) {
  auto& faulty = *new (Placement{state}) Faulty{};
  faulty.slice_ns = static_cast<uint64_t>(options[kSliceUs]) * 1000;
  faulty.forget_nth = static_cast<uint32_t>(options[kForgetNth]);
  faulty.hold_nth = static_cast<uint32_t>(options[kHoldNth]);
  faulty.no_kick = options[kNoKick] != 0;
  faulty.enqueue_ns = static_cast<uint64_t>(options[kEnqueueUs]) * 1000;
  faulty.storm_ns = static_cast<uint64_t>(options[kStormUs]) * 1000;
  faulty.kick_ring_after = static_cast<uint32_t>(options[kKickRingAfter]);
  faulty.enqueued.init();
  faulty.dispatched.init();
  int error = scx_bpf_create_dsq(kSharedDsq);
  if (error == 0) error = scx_bpf_create_dsq(kForgottenDsq);
  if (error == 0) error = faulty.timer.init(storm);
  if (error == 0 && faulty.storm_ns != 0) error = faulty.timer.start(faulty.storm_ns);
  return error;
}

int32_t faulty_select_cpu(void* state, Task* p, int32_t prev_cpu, uint64_t wake_flags) {
  if (of(state).no_kick) return prev_cpu;
  bool is_idle = false;
  const int32_t cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &is_idle);
  if (is_idle && of(state).forget_nth == 0 && of(state).hold_nth == 0) scx_bpf_dispatch(p, SCX_DSQ_LOCAL, of(state).slice_ns, 0);
  return cpu;
}

bool nth(uint32_t count, uint32_t n) { return n != 0 && count % n == 0; }

void faulty_enqueue(void* state, Task* p, uint64_t enq_flags) {
  Faulty& faulty = of(state);
  uint64_t dsq = kSharedDsq;
  if (!bpf_task_is_kthread(p)) {
    faulty.enqueued.add(1);
    const uint32_t count = faulty.enqueued.load();
    const uint64_t until = bpf_ktime_get_ns() + faulty.enqueue_ns;
    while (faulty.enqueue_ns != 0 && bpf_ktime_get_ns() < until) {
      [[maybe_unused]] const uint32_t takes_time = faulty.enqueued.load();
    }
    if (nth(count, faulty.hold_nth)) return;
    if (nth(count, faulty.forget_nth)) dsq = kForgottenDsq;
  }
  scx_bpf_dispatch(p, dsq, faulty.slice_ns, enq_flags);
  // The task was not sent to the idle CPU that was found for it.
  if (!faulty.no_kick && (faulty.forget_nth != 0 || faulty.hold_nth != 0)) scx_bpf_kick_cpu(scx_bpf_task_cpu(p), SCX_KICK_IDLE);
}

void faulty_dispatch(void* state, int32_t cpu, Task*) {
  Faulty& faulty = of(state);
  scx_bpf_consume(kSharedDsq);
  faulty.dispatched.add(1);
  if (faulty.kick_ring_after == 0 || faulty.dispatched.load() <= faulty.kick_ring_after) return;
  const auto next = (static_cast<uint32_t>(cpu) + 1) % scx_bpf_nr_cpu_ids();
  scx_bpf_kick_cpu(static_cast<int32_t>(next), SCX_KICK_WAIT);
}

void setup(SchedExtOps& ops, const int64_t*) {
  toolbox::set_name(ops, "faulty");
  ops.state_size = sizeof(Faulty);
  ops.init = faulty_init;
  ops.exit = user_exit_record;
  ops.select_cpu = faulty_select_cpu;
  ops.enqueue = faulty_enqueue;
  ops.dispatch = faulty_dispatch;
}

}  // namespace

const Policy kFaultyPolicy = {
    .name = "faulty",
    .help = "one FIFO for all CPUs, and mistakes to choose",
    .options = kOptions,
    .nr_options = kNrOptions,
    .setup = setup,
    .print_stats = nullptr,
    .load_cpus = nullptr,
    .restarts = true,
};

}  // namespace schedulers
