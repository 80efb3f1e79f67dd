// SPDX-License-Identifier: Apache-2.0
// Goal: the way out of a stall, and who starves on it, from streams made by hand, good and bad side by side.
#include <gtest/gtest.h>

#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

TEST(RecoveryTest, FromTheReportToTheLastCpuInBypassAndToFair) {
  const auto m = metrics_of({{5, 0, bypass(0, true)},  // a load's own
                             {8, 0, bypass(0, false)},
                             {100, 0, report},
                             {150, 0, bypass(0, true)},
                             {170, 0, bypass(1, true)},
                             {180, 0, bypass(1, false)},
                             {400, 0, disabled},
                             {450, 0, bypass(0, false)},
                             {460, 0, bypass(1, false)},
                             {600, 0, bypass(0, true)}});  // the next load's
  EXPECT_EQ(metric(m, "recovery_cycles.to_bypass"), 70);
  EXPECT_EQ(metric(m, "recovery_cycles.to_fair"), 300);
}

TEST(RecoveryTest, WhatWasNotReachedIsNull) {
  EXPECT_TRUE(metrics_of({{5, 0, bypass(0, true)}, {9, 0, disabled}})["recovery_cycles"]["to_bypass"].is_null());
  const auto m = metrics_of({{100, 0, report}, {150, 0, bypass(0, true)}});
  EXPECT_EQ(metric(m, "recovery_cycles.to_bypass"), 50);
  EXPECT_TRUE(m["recovery_cycles"]["to_fair"].is_null());
  EXPECT_TRUE(m["tasks_lost"].is_null());
}

TEST(RecoveryTest, AResetEndsTheMeasure) {
  const auto reset = [] { trace::reset(1, true); };
  const auto m =
      metrics_of({{100, 0, report}, {150, 0, bypass(0, true)}, {400, 0, reset}, {500, 0, bypass(0, true)}, {600, 0, disabled}});
  EXPECT_EQ(metric(m, "recovery_cycles.to_bypass"), 50);
  EXPECT_TRUE(m["recovery_cycles"]["to_fair"].is_null()) << "the disable is of the next boot";
  const auto later = metrics_of({{50, 0, reset}, {100, 0, report}, {150, 0, bypass(0, true)}, {600, 0, disabled}});
  EXPECT_EQ(metric(later, "recovery_cycles.to_fair"), 500);
}

TEST(RecoveryTest, DispatchOnAHartInBypassIsCounted) {
  const auto m = metrics_of(
      {{1, 0, call(1)}, {2, 0, bypass(0, true)}, {3, 1, call(1)}, {4, 0, call(1)}, {5, 0, bypass(0, false)}, {6, 0, call(1)}});
  EXPECT_EQ(metric(m, "dispatches_in_bypass"), 1);
  EXPECT_EQ(metric(metrics_of({{1, 0, bypass(0, true)}, {2, 0, [] { trace::reset(1, true); }}, {3, 0, call(1)}}),
                   "dispatches_in_bypass"),
            0);
}

TEST(RecoveryTest, LostTasksAddUp) {
  const auto audit = [](unsigned lost) { return [lost] { trace::task_audit(9, lost); }; };
  EXPECT_EQ(metric(metrics_of({{1, 0, audit(0)}}), "tasks_lost"), 0);
  EXPECT_EQ(metric(metrics_of({{1, 0, audit(2)}, {2, 0, audit(0)}, {3, 0, audit(1)}}), "tasks_lost"), 3);
}

TEST(StarvationTest, RunnableAtBypassAndNeverRun) {
  const std::vector<Played> script{
      {10, 0, wakeup(7)}, {20, 0, wakeup(8)}, {100, 0, bypass(0, true)}, {200, 0, switch_to(0, kR, 8)}, {300, 0, disabled}};
  EXPECT_EQ(metric(metrics_of(script), "tasks_starved"), 1);
}

TEST(StarvationTest, WokenOrDisplacedLaterCountsIfThereWasTimeLeft) {
  const std::vector<Played> script{{100, 0, bypass(0, true)}, {500, 0, switch_to(0, kR, 8)},
                                   {600, 0, wakeup(7)},       {700, 0, switch_to(8, kR, 0)},
                                   {750, 0, disabled},        {8'500, 0, wakeup(9)}};
  EXPECT_EQ(metric(metrics_of(script), "tasks_starved"), 2) << "20 ticks of 100 cycles from 8000: 9 may just wait";
}

TEST(StarvationTest, NeitherSleepersNorTheRunningNorWhoWasWokenOnItsWayToSleep) {
  const std::vector<Played> script{{100, 0, bypass(0, true)}, {200, 0, switch_to(0, kR, 8)}, {210, 0, wakeup(8)},
                                   {220, 1, wakeup(9)},       {230, 1, switch_to(0, kR, 9)}, {240, 1, switch_to(9, kS, 0)},
                                   {250, 0, disabled}};
  EXPECT_EQ(metric(metrics_of(script), "tasks_starved"), 0);
}

TEST(StarvationTest, NobodyIfNoPolicyWasTakenOut) {
  EXPECT_EQ(metric(metrics_of({{10, 0, wakeup(7)}}), "tasks_starved"), 0);
  EXPECT_EQ(metric(metrics_of({{10, 0, wakeup(7)}, {20, 0, bypass(0, true)}}), "tasks_starved"), 0) << "a load bypasses too";
  const std::vector<Played> reset{
      {10, 0, wakeup(7)}, {20, 0, bypass(0, true)}, {30, 0, disabled}, {40, 0, [] { trace::reset(1, true); }}};
  EXPECT_EQ(metric(metrics_of(reset), "tasks_starved"), 0);
}

TEST(StarvationTest, TheClockStartsAtTheBypassBeforeTheDisable) {
  const std::vector<Played> script{
      {10, 0, wakeup(7)}, {20, 0, bypass(0, true)}, {9'000, 0, bypass(0, true)}, {9'100, 0, disabled}};
  EXPECT_TRUE(metrics_of(script)["tasks_starved"].is_null()) << "too late to tell";
  EXPECT_EQ(metric(metrics_of(script, 11'000), "tasks_starved"), 1);
  const std::vector<Played> reload{{10, 0, wakeup(7)}, {20, 0, bypass(0, true)}, {30, 0, disabled}, {9'000, 0, bypass(0, true)}};
  EXPECT_EQ(metric(metrics_of(reload), "tasks_starved"), 1) << "a later load does not start it anew";
}

TEST(StarvationTest, TwentyTicksExactlyAreLongEnough) {
  const std::vector<Played> script{{100, 0, bypass(0, true)}, {200, 0, disabled}, {300, 0, wakeup(7)}};
  EXPECT_EQ(metric(metrics_of(script, 2'300), "tasks_starved"), 1);
  EXPECT_EQ(metric(metrics_of(script, 2'299), "tasks_starved"), 0);
  EXPECT_EQ(metric(metrics_of(script, 2'100), "tasks_starved"), 0);
  EXPECT_TRUE(metrics_of(script, 2'099)["tasks_starved"].is_null());
}

}  // namespace
}  // namespace tb::monitor
