// SPDX-License-Identifier: Apache-2.0
// Goal: stretches with interrupts off, from streams made by hand, good and bad side by side.
#include <gtest/gtest.h>

#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

TEST(IrqOffTest, LongestStretchWithItsHartAndStart) {
  const auto m = metrics_of({{10, 0, off}, {20, 1, off}, {30, 0, on}, {90, 1, on}, {100, 0, off}, {120, 0, on}});
  EXPECT_EQ(metric(m, "irq_off_cycles.max"), 70);
  EXPECT_EQ(metric(m, "irq_off_cycles.hart"), 1);
  EXPECT_EQ(metric(m, "irq_off_cycles.from"), 20);
}

TEST(IrqOffTest, TheFirstOfEqualOnesAndTheLongestOfEachHart) {
  const auto m = metrics_of({{10, 1, off}, {30, 1, on}, {40, 0, off}, {60, 0, on}, {70, 0, off}, {75, 0, on}});
  EXPECT_EQ(m["irq_off_cycles"].dump(),
            R"({"count":3,"sum":45,"min":5,"p50":20,"p90":20,"p99":20,"max":20,"from":10,"hart":1,"per_hart":[20,20]})");
}

TEST(IrqOffTest, ATrapIsAStretchUntilItsReturn) {
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer}, {50, 0, exit_timer}, {60, 0, on}, {900, 0, off}, {901, 0, on}}),
                   "irq_off_cycles.max"),
            50);
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer}, {50, 0, exit_timer}, {60, 0, on}}), "irq_off_cycles.max"), 50)
      << "in user mode to the end";
}

TEST(IrqOffTest, SoftirqsOnTheWayOutOfATrapSplitIt) {
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer},
                               {50, 0, exit_timer},
                               {51, 0, on},
                               {2'000, 0, off},
                               {2'030, 0, on},
                               {9'000, 0, enter_timer},
                               {9'020, 0, exit_timer},
                               {9'021, 0, on}}),
                   "irq_off_cycles.max"),
            41)
      << "neither the softirq nor user mode after it";
}

TEST(IrqOffTest, SchedulingOnTheWayOutOfATrapBelongsToTheStretch) {
  EXPECT_EQ(
      metric(
          metrics_of(
              {{10, 0, enter_timer}, {50, 0, exit_timer}, {51, 0, balance_enter}, {80, 0, balance_exit(1, false)}, {95, 0, on}}),
          "irq_off_cycles.max"),
      85);
}

TEST(IrqOffTest, ASwitchOrTheEndOfAHandlerEndsNothing) {
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {60, 0, switch_to(1, trace::TaskState::kS, 2)}, {90, 0, on}}), "irq_off_cycles.max"),
            80);
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {60, 0, switch_to(1, trace::TaskState::kS, 2)}}, 1'010), "irq_off_cycles.max"),
            1'000);
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer}, {60, 0, exit_timer}}, 1'010), "irq_off_cycles.max"), 1'000);
}

TEST(IrqOffTest, AnEndThatIsMissingHidesNothing) {
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {50, 0, enter_timer}, {60, 0, on}}), "irq_off_cycles.max"), 50);
}

TEST(IrqOffTest, AHartThatGoesOffServesNobody) {
  const auto offline = [] { trace::cpu_offline(0); };
  const auto m = metrics_of({{10, 0, off}, {60, 0, offline}, {5'000, 0, on}, {5'010, 0, off}, {5'020, 0, on}});
  EXPECT_EQ(metric(m, "irq_off_cycles.max"), 50) << "nor is its next boot a stretch";
}

TEST(IrqOffTest, SleepingInWfiIsNoStretch) {
  const auto wfi = [] { trace::wfi_enter(0); };
  const auto awake = [] { trace::wfi_exit(); };
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {30, 0, wfi}, {9030, 0, awake}, {9037, 0, on}}), "irq_off_cycles.max"), 20);
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {15, 0, wfi}}, 9'000), "irq_off_cycles.max"), 5) << "asleep at the end of the run";
}

TEST(IrqOffTest, NmiNeitherOpensNorClosesAStretch) {
  const auto nmi_in = [] { trace::irq_entry(trace::Cause::kNmi); };
  const auto nmi_out = [] { trace::irq_exit(trace::Cause::kNmi); };
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {50, 0, nmi_in}, {55, 0, nmi_out}, {110, 0, on}}), "irq_off_cycles.max"), 100);
  EXPECT_EQ(metric(metrics_of({{10, 0, nmi_in}, {500, 0, nmi_out}}), "irq_off_cycles.max"), 0);
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer}, {20, 0, nmi_in}, {30, 0, nmi_out}, {40, 0, exit_timer}, {70, 0, on}}),
                   "irq_off_cycles.max"),
            60)
      << "inside a handler";
}

TEST(IrqOffTest, AStretchStillOpenCountsToTheEndOrTheReset) {
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {20, 0, call(1)}}, 1'010), "irq_off_cycles.max"), 1'000);
  EXPECT_EQ(
      metric(metrics_of({{10, 1, off}, {20, 1, call(1)}, {210, 0, [] { trace::reset(1, true); }}}, 1'010), "irq_off_cycles.max"),
      200);
}

}  // namespace
}  // namespace tb::monitor
