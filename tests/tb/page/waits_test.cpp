// SPDX-License-Identifier: Apache-2.0
// Goal: every wait is found, and its ledger names a cause for each of its cycles, no more and no fewer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/tb/page/scripts.h"

namespace tb::page {
namespace {

std::uint64_t sum(const std::vector<Cause>& causes) {
  std::uint64_t cycles = 0;
  for (const Cause& cause : causes) cycles += cause.cycles;
  return cycles;
}

sim::Cycle cycles_in(const WaitWithLedger& wait, HartState state) {
  sim::Cycle cycles = 0;
  for (const Cause& cause : wait.causes)
    if (cause.state == state) cycles += cause.cycles;
  return cycles;
}

// Task 6 is woken for hart 0 while 5 runs there, through a balance, an interrupt and a sleep, and runs on hart 1.
TEST(Waits, TheLedgerIsThatOfTheHartItWaitsFor) {
  const RunData data = data_of({{10, 0, irqs_on},
                                {20, 1, irqs_on},
                                {100, 0, switched(0, kR, 5)},
                                {200, 1, woken(6, 0)},
                                {250, 0, enter},
                                {270, 0, leave},
                                {300, 0, irqs_off},
                                {310, 0, balance},
                                {350, 0, balanced(1, false)},
                                {360, 0, switched(5, kS, 0)},
                                {370, 0, [] { trace::wfi_enter(1); }},
                                {500, 1, switched(0, kR, 6)}},
                               600);
  ASSERT_EQ(data.waits.size(), 1U);
  const WaitWithLedger& found = data.waits[0];
  EXPECT_EQ(data.tasks[found.wait.task].comm, "task6");
  EXPECT_EQ(found.wait.from, 200U);
  EXPECT_EQ(found.wait.to, 500U);
  EXPECT_FALSE(found.wait.preempted);
  EXPECT_EQ(found.wait.hart, 0U);
  EXPECT_EQ(found.wait.waker, 1U);
  EXPECT_EQ(found.wait.ran_on, 1U);
  EXPECT_EQ(cycles_in(found, HartState::kTask), 50U + 30U);
  EXPECT_EQ(cycles_in(found, HartState::kInterrupt), 20U);
  EXPECT_EQ(cycles_in(found, HartState::kBalance), 40U);
  EXPECT_EQ(cycles_in(found, HartState::kIrqsOff), 10U + 20U);
  EXPECT_EQ(cycles_in(found, HartState::kWfi), 130U);
  EXPECT_EQ(sum(found.causes), 300U);
  EXPECT_EQ(found.causes.front().state, HartState::kWfi) << "most cycles first";
}

TEST(Waits, ATaskThatLosesItsCpuWaitsForIt) {
  const RunData data = data_of({{10, 0, irqs_on},
                                {100, 0, switched(0, kR, 5)},
                                {150, 0, woken(5, 0)},  // it runs: this is no wait
                                {200, 0, switched(5, kR, 6)},
                                {260, 0, switched(6, kS, 5)},
                                {300, 0, switched(5, kS, 0)}},
                               400);
  ASSERT_EQ(data.waits.size(), 1U);
  EXPECT_TRUE(data.waits[0].wait.preempted);
  EXPECT_EQ(data.waits[0].wait.cycles(), 60U);
  ASSERT_EQ(data.waits[0].causes.size(), 1U);
  EXPECT_EQ(data.tasks[data.waits[0].causes[0].task].comm, "task6");
}

TEST(Waits, TheEndOfTheLogAndAResetEndThem) {
  const RunData data = data_of({{10, 0, irqs_on}, {100, 0, woken(5, 0)}, {200, 0, reset(1)}, {300, 0, woken(5, 1)}}, 400);
  ASSERT_EQ(data.waits.size(), 2U);
  EXPECT_NE(data.waits[0].wait.task, data.waits[1].wait.task) << "the PID is another task's now";
  EXPECT_EQ(data.waits[0].wait.to, 200U);
  EXPECT_EQ(data.waits[0].wait.ran_on, std::nullopt);
  EXPECT_EQ(data.waits[1].wait.to, 400U);
  EXPECT_EQ(sum(data.waits[1].causes), 100U);
}

TEST(Waits, OfManyTheLongestStay) {
  std::vector<Played> script{{1, 0, irqs_on}};
  for (unsigned i = 0; i < 10; ++i) {
    script.push_back({100 * (i + 1), 0, woken(5, 0)});
    script.push_back({100 * (i + 1) + 10 + i, 0, switched(0, kR, 5)});
    script.push_back({100 * (i + 1) + 50, 0, switched(5, kS, 0)});
  }
  Limits limits;
  limits.waits = 2;
  const RunData data = data_of(script, 2000, limits);
  ASSERT_EQ(data.waits.size(), 2U);
  EXPECT_EQ(data.waits[0].wait.cycles(), 18U);
  EXPECT_EQ(data.waits[1].wait.cycles(), 19U);
  EXPECT_THAT(data.left_out, testing::ElementsAre("Of 10 waits the 2 longest can be selected."));
}

TEST(Ledger, TheSumIsTheSpanWhereverItLies) {
  std::mt19937 random(7);
  HartLane lane;
  for (sim::Cycle cycle = 0; cycle < 2000; cycle += 1 + random() % 40)
    lane.segments.push_back(
        {cycle, static_cast<HartState>(random() % kHartStates.size()), static_cast<TaskId>(random() % 3) & kTaskIdMax, 0});
  lane.end = 2000;
  for (int i = 0; i < 500; ++i) {
    const sim::Cycle from = random() % 2200, to = from + random() % 500;
    EXPECT_EQ(sum(ledger(lane, from, to)), to - from) << from << " to " << to;
  }
}

}  // namespace
}  // namespace tb::page
