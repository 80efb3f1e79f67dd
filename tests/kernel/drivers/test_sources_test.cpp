// SPDX-License-Identifier: Apache-2.0
// Tasks that wait for a device: the test sources behind the PLIC, served by one CPU.
#include <gtest/gtest.h>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

constexpr sim::Cycle kCyclesPerUs = 100;

void pulse(KernelRun& run, unsigned source, std::uint64_t at_us, std::uint64_t for_us) {
  host::HostMachine& machine = run.machine();
  machine.at(at_us * kCyclesPerUs, [&machine, source] { machine.set_irq_source(source, true); });
  machine.at((at_us + for_us) * kCyclesPerUs, [&machine, source] { machine.set_irq_source(source, false); });
}

// After the one that brings it to life.
std::vector<sim::Cycle> wakeups(const EventLog& log, const std::string& comm) {
  std::vector<sim::Cycle> found;
  for (const LoggedEvent& event : log.named("sched_wakeup")) {
    if (event.text("comm") == comm) found.push_back(event.cycle);
  }
  if (!found.empty()) found.erase(found.begin());
  return found;
}

Events external_interrupts(const EventLog& log) {
  Events found;
  for (const LoggedEvent& event : log.named("irq_entry")) {
    if (event.text("cause") == "external") found.push_back(event);
  }
  return found;
}

}  // namespace

TEST(WaitIrqTest, EachPulseWakesTheTaskOnce) {
  KernelRun run(2);
  run.config.irq_cpu = 1;
  run.task("waiter", {wait_irq(3), run_for(5 * kUs)});
  pulse(run, 3, 3'000, 10);
  pulse(run, 3, 4'000, 10);
  pulse(run, 4, 5'000, 10);  // nobody waits for that one
  run.run_us(8'000);
  const auto woken = wakeups(run.log, "waiter");
  ASSERT_EQ(woken.size(), 2u);
  EXPECT_GE(woken[0], 300'000u);
  EXPECT_LT(woken[0], 301'000u);
  EXPECT_GE(woken[1], 400'000u);
  EXPECT_LT(woken[1], 401'000u);
  const Events irqs = external_interrupts(run.log);
  ASSERT_EQ(irqs.size(), 3u);
  for (const LoggedEvent& irq : irqs) EXPECT_EQ(irq.hart, 1u);
}

// A source is a level nobody can lower: one interrupt per pulse all the same, however long it lasts.
TEST(WaitIrqTest, LongPulseIsOneInterrupt) {
  KernelRun run(1);
  run.task("waiter", {wait_irq(7), run_for(5 * kUs)});
  pulse(run, 7, 3'000, 1'500);
  pulse(run, 7, 6'000, 1'500);
  run.run_us(9'000);
  EXPECT_EQ(external_interrupts(run.log).size(), 2u);
  EXPECT_EQ(wakeups(run.log, "waiter").size(), 2u);
}

// Two sources whose levels overlap are served and completed on their own.
TEST(WaitIrqTest, OverlappingSources) {
  KernelRun run(1);
  run.task("a", {wait_irq(1), run_for(5 * kUs)});
  run.task("b", {wait_irq(2), run_for(5 * kUs)});
  pulse(run, 1, 3'000, 500);
  pulse(run, 2, 3'200, 100);
  pulse(run, 2, 3'400, 500);
  run.run_us(6'000);
  EXPECT_EQ(wakeups(run.log, "a").size(), 1u);
  EXPECT_EQ(wakeups(run.log, "b").size(), 2u);
}

// What fires before the task is forked starts it all the same.
TEST(WaitIrqTest, StartsAtOnceIfItHasFiredAlready) {
  KernelRun run(1);
  TaskSpec& late = run.task("late", {run_for(5 * kUs), exit_with(0)});
  late.start_irq = 1;
  TaskSpec& never = run.task("never", {run_for(5 * kUs), exit_with(0)});
  never.start_irq = 2;
  pulse(run, 1, 5, 3);  // before the init task runs
  run.run_us(3'000);
  const Events ends = run.log.named("task_exit");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].text("comm"), "late");
}

// The wait is a start only: the program that repeats does not wait again.
TEST(WaitIrqTest, StartIsNoStep) {
  KernelRun run(1);
  run.task("t", {run_for(5 * kUs), sleep_for(100 * kUs)}).start_irq = 1;
  pulse(run, 1, 2'000, 3);
  run.run_us(4'000);
  const auto woken = wakeups(run.log, "t");
  ASSERT_GT(woken.size(), 10u);
  EXPECT_GE(woken[0], 200'000u) << "not before the interrupt";
}

// A child of a user task waits for what comes after its birth.
TEST(WaitIrqTest, ChildHasSeenWhatCameBefore) {
  KernelRun run(1);
  run.task("parent", {sleep_for(2 * kMs), fork_task(1), sleep_for(100 * kMs)});
  run.task("child", {wait_irq(1), exit_with(0)}).template_only = true;
  pulse(run, 1, 1'000, 3);
  pulse(run, 1, 5'000, 3);
  run.run_us(8'000);
  const Events ends = run.log.named("task_exit");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_GE(ends[0].cycle, 500'000u);
}

}  // namespace kernel
