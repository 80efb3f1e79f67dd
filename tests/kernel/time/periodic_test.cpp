// SPDX-License-Identifier: Apache-2.0
// Timer steps: periods with deadlines that do not drift, and what a late one means for the next.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

constexpr sim::Cycle kCyclesPerMs = 100'000;

ProgramOp period_of(std::uint64_t ns, bool relative = false) { return {ProgramOpKind::kTimer, ns, ns, relative ? 1 : 0}; }

// Of each period: cycles past its deadline.
std::vector<std::uint64_t> lateness(const EventLog& log, const std::string& comm) {
  std::vector<std::uint64_t> late;
  for (const LoggedEvent& event : log.named("timer_period"))
    if (event.text("comm") == comm) late.push_back(event.number("late"));
  return late;
}

std::vector<sim::Cycle> wakeups(const EventLog& log, const std::string& comm) {
  std::vector<sim::Cycle> cycles;
  for (const LoggedEvent& event : log.named("sched_wakeup"))
    if (event.text("comm") == comm) cycles.push_back(event.cycle);
  return cycles;
}

// `paced` runs for 1 ms and then does `rest`; a task above it takes the CPU for 1.5 ms of every 7.
void with_rival(KernelRun& run, const ProgramOp& rest) {
  run.rt_task("paced", 10, {run_for(1 * kMs), rest});
  run.rt_task("rival", 20, {run_for(1'500 * kUs), sleep_for(5'500 * kUs)}).start_ns = 2 * kMs;
  run.run_us(100'000);
}

}  // namespace

// The rival moves the end of a period, never its deadline: the 30th wakeup is where 29 periods after the first put it.
TEST(PeriodicTest, TheTimerDoesNotDrift) {
  KernelRun run(1);
  with_rival(run, period_of(3 * kMs));
  const std::vector<sim::Cycle> woken = wakeups(run.log, "paced");
  ASSERT_GT(woken.size(), 31u);
  for (std::size_t i = 2; i < woken.size(); ++i) {  // the first wakeup is its birth
    const sim::Cycle due = woken[1] + (i - 1) * 3 * kCyclesPerMs;
    EXPECT_LE(std::max(woken[i], due) - std::min(woken[i], due), 1'000u) << i;
  }
  const auto late = lateness(run.log, "paced");
  EXPECT_GT(late.size(), 29u);
  EXPECT_EQ(std::count(late.begin(), late.end(), 0u), static_cast<std::ptrdiff_t>(late.size())) << "1 ms and 1.5 ms fit into 3";
}

// The same task with a sleep of what is left of the period loses what the rival takes, again and again.
TEST(PeriodicTest, ASleepDrifts) {
  KernelRun run(1);
  with_rival(run, sleep_for(2 * kMs));
  const std::vector<sim::Cycle> woken = wakeups(run.log, "paced");
  ASSERT_GT(woken.size(), 20u);
  EXPECT_GT(woken[20] - woken[1], 19 * 3 * kCyclesPerMs + 5 * kCyclesPerMs);
  EXPECT_TRUE(lateness(run.log, "paced").empty()) << "a task without timer steps logs no period";
}

// 4 ms of work for every 3: each period ends 1 ms later than the one before, and the task never sleeps again.
TEST(PeriodicTest, LatenessAddsUpWhenDeadlinesStay) {
  KernelRun run(1);
  run.task("over", {run_for(4 * kMs), period_of(3 * kMs)});
  run.run_us(60'000);
  const auto late = lateness(run.log, "over");
  ASSERT_GE(late.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_GE(late[i], (i + 1) * kCyclesPerMs) << i;
    EXPECT_LT(late[i], (i + 1) * kCyclesPerMs + (i + 1) * 3'000) << i << ": ticks and system calls come on top";
  }
  EXPECT_EQ(wakeups(run.log, "over").size(), 2u) << "born, and woken from the first period";
}

// Where a late period begins the next one, each is late by itself alone.
TEST(PeriodicTest, LatenessIsForgottenIfTheStepSaysSo) {
  KernelRun run(1);
  run.task("over", {run_for(4 * kMs), period_of(3 * kMs, true)});
  run.run_us(60'000);
  const auto late = lateness(run.log, "over");
  ASSERT_GE(late.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_GE(late[i], kCyclesPerMs) << i;
    EXPECT_LT(late[i], kCyclesPerMs + 3'000) << i;
  }
}

// Late once, and then in time: it catches up without a sleep, and is back at its old deadlines.
TEST(PeriodicTest, ALateTaskComesBackToItsDeadlines) {
  KernelRun run(1);
  const ProgramOp loop{ProgramOpKind::kLoop, 0, 0, 5}, loop_end{ProgramOpKind::kLoopEnd, 0, 0};
  run.task("t", {loop, run_for(1 * kMs), period_of(3 * kMs), loop_end, run_for(4'500 * kUs), period_of(3 * kMs)});
  run.run_us(60'000);
  const auto late = lateness(run.log, "t");
  ASSERT_GE(late.size(), 12u);
  for (std::size_t i = 0; i < 12; ++i)
    EXPECT_EQ(late[i] > 0, i % 6 == 4) << i << ": 4.5 ms are 1.5 too many, and 1.5 + 1 fit into 3";
  const auto woken = wakeups(run.log, "t");
  ASSERT_GE(woken.size(), 7u);
  EXPECT_NEAR(static_cast<double>(woken[6] - woken[1]), 6.0 * 3 * kCyclesPerMs, 1'000) << "one period was not slept through";
}

// A program of nothing but periods that are over already still takes time.
TEST(PeriodicTest, PeriodsOfNothingTakeTime) {
  KernelRun run(1);
  run.task("t", {period_of(1), period_of(1)});
  run.run_us(5'000);
  EXPECT_GT(lateness(run.log, "t").size(), 10u);
}

}  // namespace kernel
