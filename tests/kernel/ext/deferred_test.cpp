// SPDX-License-Identifier: Apache-2.0
// A direct dispatch to another CPU's LOCAL: the rq it is enqueued on is locked, so the move waits. At a wakeup it is made at
// its end, in a balance after the pick (balance_test.cpp), and only otherwise by an irq_work.
#include <gtest/gtest.h>

#include "firmware/kernel/fork.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// Wakeups go to CPU 0's rq, verdicts to CPU 1. Nothing but the tasks of a test is the policy's.
void verdicts_for_cpu_1() {
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.select_cpu = [](void*, Task*, int32_t, uint64_t) { return int32_t{0}; };
  test_ops.enqueue = [](void*, Task* p, uint64_t) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL_ON | 1, 50 * kMs, 0); };
}

TaskSpec& ext_task(KernelRun& run, const std::string& comm, std::vector<ProgramOp> program) {
  TaskSpec& spec = run.task(comm, std::move(program));
  spec.sched_class = TaskClass::kExt;
  return spec;
}

// From a cycle on: the load itself may need some.
unsigned deferred_works(const EventLog& log, sim::Cycle from) {
  unsigned count = 0;
  for (const LoggedEvent& event : log.named("irq_work_run")) {
    count += event.cycle >= from && event.text("work") == "deferred" ? 1 : 0;
  }
  return count;
}

unsigned switches_to(const EventLog& log, const std::string& comm, sim::HartId hart) {
  unsigned count = 0;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    if (event.text("next_comm") == comm && event.text("next_class") == "ext" && event.hart == hart) ++count;
  }
  return count;
}

// The next event of the hart with that name, or the end of its stretch with interrupts off.
const LoggedEvent* before_irqs_are_on(const Events& events, std::size_t from, const std::string& name) {
  for (std::size_t i = from + 1; i < events.size(); ++i) {
    if (events[i].hart != events[from].hart) continue;
    if (events[i].name == name) return &events[i];
    if (events[i].name == "irq_on" || events[i].name == "irq_exit" || events[i].name == "irq_entry") return nullptr;
  }
  return nullptr;
}

constexpr sim::Cycle kSettled = 300'000;  // cycle by which the policy is loaded and the script has begun
constexpr unsigned kWakeups = 20;

void wake_the_sleeper(Task&) {
  sys_nanosleep(2 * kMs);
  for (unsigned i = 0; i < kWakeups; ++i) {
    sys_nanosleep(200 * kUs);
    wake_up_process(*task_named("sleeper"));  // it goes on with its sleep
  }
}

}  // namespace

// A waker, an rq and a destination on three CPUs: the waker has sent the destination its IPI before it goes on.
TEST(DeferredDispatchTest, AWakeupMakesTheMoveAtItsEnd) {
  KernelRun run(3);
  verdicts_for_cpu_1();
  ext_task(run, "sleeper", {sleep_for(500 * kMs)});
  run_script(run, wake_the_sleeper, 0b100);
  run.run_us(10'000);
  const Events& events = run.log.events();
  unsigned wakeups = 0;
  for (std::size_t i = find(events, "sched_wakeup"); i < events.size(); i = find(events, "sched_wakeup", i + 1)) {
    if (events[i].text("comm") != "sleeper" || events[i].hart != 2) continue;
    ++wakeups;
    EXPECT_EQ(events[i].number("target_cpu"), 0u);
    const LoggedEvent* const ipi = before_irqs_are_on(events, i, "ipi_raise");
    ASSERT_NE(ipi, nullptr) << events[i].describe();
    EXPECT_EQ(ipi->number("target_cpu"), 1u);
    EXPECT_EQ(ipi->text("reason"), "reschedule");
  }
  EXPECT_EQ(wakeups, kWakeups);
  EXPECT_GE(switches_to(run.log, "sleeper", 1), kWakeups);
  EXPECT_EQ(switches_to(run.log, "sleeper", 0), 0u);
  EXPECT_EQ(deferred_works(run.log, kSettled), 0u);
}

// From the interrupt of the very CPU the task goes to: no IPI at all.
TEST(DeferredDispatchTest, AWakeupOnTheDestinationItself) {
  KernelRun run(2);
  verdicts_for_cpu_1();
  ext_task(run, "worker", {run_for(10 * kUs), sleep_for(100 * kUs)}).start_ns = 4 * kMs;
  run.policy("test");
  run.run_us(10'000);
  EXPECT_GT(switches_to(run.log, "worker", 1), 30u);
  EXPECT_EQ(switches_to(run.log, "worker", 0), 0u);
  EXPECT_EQ(deferred_works(run.log, kSettled), 0u);
  for (const LoggedEvent& event : run.log.named("ipi_raise")) {
    EXPECT_TRUE(event.cycle < kSettled || event.number("target_cpu") != event.hart) << event.describe();
  }
}

// A new task is no wakeup to the class: an irq_work is queued, and finds that the task has been moved at the end of its first
// wake-up.
TEST(DeferredDispatchTest, ANewTaskQueuesAnIrqWorkThatFindsNothing) {
  KernelRun run(3);
  verdicts_for_cpu_1();
  run_script(
      run,
      [](Task&) {
        sys_nanosleep(2 * kMs);
        int error = 0;
        wake_up_new_task(*copy_process({.comm = "new",
                                        .cpus_allowed = 0b011,
                                        .policy = SCHED_EXT,
                                        .kthread = true,
                                        .function = [](Task&) { sys_nanosleep(500 * kMs); }},
                                       error));
      },
      0b100);
  run.run_us(5'000);
  const Events& events = run.log.events();
  ASSERT_EQ(deferred_works(run.log, kSettled), 1u);
  std::size_t work = find(events, "irq_work_run");
  while (events[work].cycle < kSettled) work = find(events, "irq_work_run", work + 1);
  EXPECT_EQ(events[work].hart, 2u);
  std::size_t ipi = find(events, "ipi_raise", find(events, "task_new"));
  while (ipi < work && (events[ipi].hart != 2 || events[ipi].number("target_cpu") != 1)) ipi = find(events, "ipi_raise", ipi + 1);
  EXPECT_LT(ipi, work) << "the move came first";
  EXPECT_GE(switches_to(run.log, "new", 1), 1u);
}

// At the end of a slice there is no better place: one self-IPI with interrupts off for each move.
TEST(DeferredDispatchTest, TheEndOfASliceNeedsAnIrqWork) {
  KernelRun run(2);
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.select_cpu = [](void*, Task*, int32_t, uint64_t) { return int32_t{0}; };
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    const auto other = static_cast<uint64_t>(1 - scx_bpf_task_cpu(p));
    scx_bpf_dispatch(p, bpf_task_comm(p)[0] == 'h' ? SCX_DSQ_LOCAL_ON | other : SCX_DSQ_LOCAL, 1 * kMs, 0);
  };
  run.config.scx_slice_dfl_ns = 1 * kMs;  // of one that is kept
  for (int i = 0; i < 4; ++i) ext_task(run, "hog", {run_for(500 * kMs)});
  run.policy("test");
  run.run_us(20'000);
  unsigned self_ipis = 0;
  for (const LoggedEvent& event : run.log.named("ipi_raise")) {
    if (event.text("reason") != "irq_work" || event.number("target_cpu") != event.hart) continue;
    EXPECT_EQ(event.number("mie"), 0u) << "held until the switch is over";
    ++self_ipis;
  }
  EXPECT_GT(self_ipis, 5u);
  EXPECT_EQ(deferred_works(run.log, 0), self_ipis);
  EXPECT_GT(switches_to(run.log, "hog", 0), 3u);
  EXPECT_GT(switches_to(run.log, "hog", 1), 3u);
}

namespace {

// The sleeper is woken to CPU 0's rq and sent to CPU 1, with these flags; the hog of CPU 1 gives way to it, or keeps its slice.
void expect_the_hog_gives_way(KernelRun& run, bool gives_way) {
  TaskSpec& hog = ext_task(run, "hog", {run_for(500 * kMs)});
  hog.cpus_allowed = 0b010;
  hog.start_ns = 3 * kMs;  // the sleeper sleeps by then
  ext_task(run, "sleeper", {sleep_for(500 * kMs)});
  run_script(
      run,
      [](Task&) {
        sys_nanosleep(4 * kMs);
        wake_up_process(*task_named("sleeper"));
      },
      0b100);
  run.run_us(10'000);
  const Events& events = run.log.events();
  const auto of_sleeper = [&events](const char* name, const char* field, std::size_t from) {
    std::size_t i = find(events, name, from);
    while (i < events.size() && events[i].text(field) != "sleeper") i = find(events, name, i + 1);
    return i;
  };
  std::size_t wakeup = of_sleeper("sched_wakeup", "comm", 0);
  while (wakeup < events.size() && events[wakeup].hart != 2) wakeup = of_sleeper("sched_wakeup", "comm", wakeup + 1);
  ASSERT_LT(wakeup, events.size());
  EXPECT_EQ(task_named("sleeper")->cpu, 1u);
  const std::size_t change = of_sleeper("sched_switch", "next_comm", wakeup);
  ASSERT_EQ(change < events.size(), gives_way);
  if (!gives_way) {
    for (std::size_t i = wakeup; i < events.size() && events[i].cycle < events[wakeup].cycle + 5'000; ++i) {
      EXPECT_FALSE(events[i].name == "ipi_raise" && events[i].number("target_cpu") == 1) << "it need not even look";
    }
    return;
  }
  EXPECT_EQ(events[change].hart, 1u);
  EXPECT_EQ(events[change].text("prev_comm"), "hog");
  EXPECT_LT(events[change].cycle - events[wakeup].cycle, 5'000u) << "not at a tick";
}

bool is_sleeper(const Task* p) { return bpf_task_comm(p)[0] == 's'; }

template <uint64_t enq_flags>
void flags_from_enqueue() {
  verdicts_for_cpu_1();
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL_ON | 1, 50 * kMs, is_sleeper(p) ? enq_flags : 0);
  };
}

// CPU 0 gets the sleeper to give, from its own rq.
template <uint64_t enq_flags>
void flags_from_dispatch() {
  static Task* queued;
  queued = nullptr;
  verdicts_for_cpu_1();
  test_ops.enqueue = [](void*, Task* p, uint64_t) {
    if (is_sleeper(p)) {
      queued = p;
    } else {
      scx_bpf_dispatch(p, SCX_DSQ_LOCAL_ON | 1, 50 * kMs, 0);
    }
  };
  test_ops.dispatch = [](void*, int32_t cpu, Task*) {
    if (cpu != 0 || queued == nullptr) return;
    scx_bpf_dispatch(queued, SCX_DSQ_LOCAL_ON | 1, 50 * kMs, enq_flags);
    queued = nullptr;
  };
}

}  // namespace

TEST(DeferredDispatchTest, PreemptGoesWithTheTask) {
  KernelRun run(3);
  flags_from_enqueue<SCX_ENQ_PREEMPT>();
  expect_the_hog_gives_way(run, true);
}

TEST(DeferredDispatchTest, WithoutPreemptTheSliceIsKept) {
  KernelRun run(3);
  flags_from_enqueue<0>();
  expect_the_hog_gives_way(run, false);
}

TEST(LocalOnTest, PreemptGoesWithTheTask) {
  KernelRun run(3);
  flags_from_dispatch<SCX_ENQ_PREEMPT>();
  expect_the_hog_gives_way(run, true);
}

TEST(LocalOnTest, WithoutPreemptTheSliceIsKept) {
  KernelRun run(3);
  flags_from_dispatch<0>();
  expect_the_hog_gives_way(run, false);
}

}  // namespace kernel
