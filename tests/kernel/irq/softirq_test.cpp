// SPDX-License-Identifier: Apache-2.0
// Softirqs: on the way out of an interrupt, interrupts on, never nested; too much of them is ksoftirqd's.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

TimerList timer;
TimerList other_timer;
unsigned runs;
std::uint32_t burden;  // cycles that the timer function takes
bool again;            // and arms itself anew, for as soon as may be

void busy(TimerList& self) {
  ++runs;
  EXPECT_FALSE(arch::irqs_disabled());
  EXPECT_TRUE(in_interrupt());
  arch::charge(burden);
  arch::flush();
  if (again) timer_add(self, jiffies());
}

void with_script(KernelRun& run, void (*script)(Task&)) {
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  timer = {};
  timer.function = busy;
  other_timer = timer;
  runs = 0;
  burden = 0;
  again = false;
  run_script(run, script, 1);
}

// [first, last) of the events of hart 0 between softirq_entry and softirq_exit that lasted longest.
Events longest_softirq(const EventLog& log) {
  const Events events = log.of_hart(0);
  Events longest;
  for (std::size_t i = find(events, "softirq_entry"); i < events.size(); i = find(events, "softirq_entry", i + 1)) {
    const std::size_t end = find(events, "softirq_exit", i);
    if (end == events.size()) break;
    const bool longer = longest.empty() || events[end].cycle - events[i].cycle > longest.back().cycle - longest[0].cycle;
    if (longer) longest.assign(events.begin() + static_cast<long>(i), events.begin() + static_cast<long>(end) + 1);
  }
  return longest;
}

bool is_timer_softirq(const LoggedEvent& event) { return event.name == "softirq_entry" && event.text("vec") == "timer"; }

unsigned count(const Events& events, std::string_view name) {
  return static_cast<unsigned>(
      std::count_if(events.begin(), events.end(), [name](const LoggedEvent& event) { return event.name == name; }));
}

}  // namespace

// The tick that finds a timer due leaves it to the way out, after its irq_exit, with interrupts on again.
TEST(SoftirqTest, RunsAfterTheInterrupt) {
  KernelRun run(1);
  with_script(run, [](Task&) { timer_add(timer, jiffies() + 2); });
  run.run_us(6'000);
  EXPECT_EQ(runs, 1u);
  Events around;
  for (const LoggedEvent& event : run.log.events()) {
    if (event.name.rfind("lock_", 0) != 0 && event.name != "ops_state") around.push_back(event);
  }
  const auto timer_entry = std::find_if(around.begin(), around.end(), is_timer_softirq);
  ASSERT_NE(timer_entry, around.end());
  // In the softirq, interrupts go off and on for the lock of the timers.
  EXPECT_EQ(names(Events(timer_entry - 4, timer_entry + 6)),
            (std::vector<std::string>{"irq_entry", "tick", "irq_exit", "irq_on", "softirq_entry", "irq_off", "irq_on", "irq_off",
                                      "irq_on", "softirq_exit"}));
}

// A softirq that lasts 3.5 ticks is interrupted by them, but what they raise waits, and nobody is switched to.
TEST(SoftirqTest, InterruptedButNotNested) {
  KernelRun run(1);
  run.task("hog", {run_for(100 * kMs)});
  with_script(run, [](Task&) {
    burden = 350'000;
    timer_add(timer, jiffies() + 2);
    timer_add(other_timer, jiffies() + 3);
  });
  run.run_us(12'000);
  const Events softirq = longest_softirq(run.log);
  ASSERT_FALSE(softirq.empty());
  EXPECT_GE(softirq.back().cycle - softirq[0].cycle, 350'000u);
  EXPECT_GE(count(softirq, "tick"), 3u);
  EXPECT_LE(count(softirq, "tick"), 4u);
  EXPECT_EQ(count(softirq, "softirq_entry"), 1u);
  EXPECT_EQ(count(softirq, "sched_switch"), 0u);
  EXPECT_EQ(runs, 2u) << "the other one came late";
}

// An RT task woken in the middle of one that interrupted user mode takes over at its end, and user mode goes on after.
TEST(SoftirqTest, WakeupIsServedAtTheEnd) {
  KernelRun run(1);
  run.task("hog", {run_for(3 * kMs)}).once = true;
  run.rt_task("rt", 50, {run_for(10 * kUs), sleep_for(3'500 * kUs)});
  with_script(run, [](Task&) {
    burden = 200'000;
    again = true;
    timer_add(timer, jiffies() + 2);
  });
  run.run_us(40'000);
  const Events& events = run.log.events();
  unsigned inside = 0;
  bool in_softirq = false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].name == "softirq_entry") in_softirq = true;
    if (events[i].name == "softirq_exit") in_softirq = false;
    if (events[i].name != "sched_wakeup" || events[i].text("comm") != "rt" || !in_softirq) continue;
    ++inside;
    const std::size_t change = find(events, "sched_switch", i);
    const std::size_t end = find(events, "softirq_exit", i);
    if (change == events.size()) break;
    EXPECT_LT(end, change);
    EXPECT_LT(events[change].cycle - events[end].cycle, 2'000u);
    EXPECT_EQ(events[change].text("next_comm"), "rt");
  }
  EXPECT_GT(inside, 2u);
  const Events ends = run.log.named("task_exit");
  EXPECT_EQ(std::count_if(ends.begin(), ends.end(), [](const LoggedEvent& e) { return e.text("comm") == "hog"; }), 1)
      << "its 3 ms of user time were served in full";
}

// Timers without end: the rest goes to ksoftirqd, which shares the CPU with the user task as any normal task does.
TEST(SoftirqTest, StormGoesToKsoftirqd) {
  KernelRun run(1);
  run.task("worker", {run_for(500 * kUs), sleep_for(10 * kUs)});
  with_script(run, [](Task&) {
    burden = 150'000;  // 1.5 ticks
    again = true;
    timer_add(timer, jiffies() + 1);
  });
  run.run_us(200'000);
  EXPECT_GT(runs, 60u);
  unsigned to_worker = 0;
  unsigned to_ksoftirqd = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    to_worker += event.text("next_comm") == "worker" ? 1 : 0;
    to_ksoftirqd += event.text("next_comm") == "ksoftirqd/0" ? 1 : 0;
  }
  EXPECT_GT(to_ksoftirqd, 10u);
  EXPECT_GT(to_worker, 10u) << "the storm does not take the CPU away for good";
}

// Nor does the user task take it from ksoftirqd before that has had its turn of 3 ms, though each pass ends earlier.
TEST(SoftirqTest, KsoftirqdKeepsTheCpuForItsTurn) {
  KernelRun run(1);
  run.task("hog", {run_for(1'000 * kMs)});
  with_script(run, [](Task&) {
    burden = 110'000;  // 1.1 ticks
    again = true;
    timer_add(timer, jiffies() + 1);
  });
  run.run_us(200'000);
  unsigned turns = 0;
  sim::Cycle begin = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") == "ksoftirqd/0") begin = event.cycle;
    if (event.text("prev_comm") != "ksoftirqd/0" || event.text("prev_state") != "R") continue;
    ++turns;
    EXPECT_GE(event.cycle - begin, 300'000u) << event.cycle;
  }
  EXPECT_GT(turns, 10u);
}

// One that is raised anew during each pass is run 10 times before the interrupt returns, and not once more. The passes are
// hit by a series of interrupts; with the right distance between them none is missed.
TEST(SoftirqTest, RestartsAreLimited) {
  static std::uint64_t distance;
  std::size_t most_of_all = 0;
  for (distance = 60; distance < 400; distance += 10) {
    KernelRun run(1);
    with_script(run, [](Task&) {
      timer.function = [](TimerList&) {
        static HrTimer series;
        series = {};
        series.function = [](HrTimer& self) {
          raise_softirq(Softirq::kTimer);
          if (++runs < 40) this_cpu().hrtimers.start(self, arch::cycles() + distance);
        };
        IrqGuard irqs_off;
        this_cpu().hrtimers.start(series, arch::cycles() + distance);
      };
      timer_add(timer, jiffies() + 6);
    });
    run.run_us(12'000);
    EXPECT_EQ(runs, 40u);
    const Events& events = run.log.events();
    std::size_t in_a_row = 0;
    std::size_t most = 0;
    for (std::size_t i = 1; i < events.size(); ++i) {
      const bool of_the_exit = events[i].name == "irq_on" && events[i].text("site") == "irq_exit";
      if (of_the_exit && events[i - 1].name != "irq_off") in_a_row = 0;
      if (is_timer_softirq(events[i])) most = std::max(most, ++in_a_row);  // RCU's, in the same pass, are not counted
    }
    EXPECT_LE(most, 10u) << distance;
    most_of_all = std::max(most_of_all, most);
  }
  EXPECT_EQ(most_of_all, 10u);
}

// Raised by a task: nobody leaves an interrupt, so ksoftirqd runs it.
TEST(SoftirqTest, RaisedByATask) {
  static std::uint64_t raised;
  KernelRun run(1);
  with_script(run, [](Task&) {
    sys_nanosleep(500 * kUs);
    raised = arch::cycles();
    raise_softirq(Softirq::kTimer);
    ++runs;
  });
  run.run_us(10'000);
  ASSERT_EQ(runs, 1u);
  std::string running;
  bool served = false;
  for (const LoggedEvent& event : run.log.events()) {
    if (event.name == "sched_switch") running = event.text("next_comm");
    served = event.cycle >= raised && is_timer_softirq(event);
    if (served) break;
  }
  ASSERT_TRUE(served);
  EXPECT_EQ(running, "ksoftirqd/0");
}

}  // namespace kernel
