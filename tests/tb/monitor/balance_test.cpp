// SPDX-License-Identifier: Apache-2.0
// Goal: balances, traps and breakouts, from streams made by hand, good and bad side by side.
#include <gtest/gtest.h>

#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

TEST(BalanceTest, HistogramAndMaximum) {
  const auto m = metrics_of({{1, 0, balance_enter},
                             {2, 0, call(1)},
                             {3, 0, balance_exit(1, false)},
                             {4, 1, balance_enter},
                             {5, 1, balance_exit(0, false)},
                             {6, 0, balance_enter},
                             {7, 0, call(1)},
                             {8, 0, call(2)},
                             {9, 0, balance_exit(2, false)},
                             {10, 0, balance_enter},
                             {11, 0, balance_exit(0, false)}});
  EXPECT_EQ(m["dispatch_per_balance"]["histogram"].dump(), R"({"0":2,"1":1,"2":1})");
  EXPECT_EQ(metric(m, "dispatch_per_balance.max"), 2);
  EXPECT_EQ(metric(m, "dispatch_per_balance.endless"), 0);
}

TEST(BalanceTest, ABalanceThatNeverEndsIsCountedToo) {
  const auto m = metrics_of({{1, 0, balance_enter}, {2, 0, call(1)}, {3, 0, call(5000)}});
  EXPECT_EQ(metric(m, "dispatch_per_balance.max"), 5000);
  EXPECT_EQ(metric(m, "dispatch_per_balance.endless"), 5000);
}

TEST(BalanceTest, OneThatCalledNothingIsNotEndlessWithTheCallsBefore) {
  const auto m = metrics_of(
      {{1, 0, balance_enter}, {2, 0, call(1)}, {3, 0, call(2)}, {4, 0, balance_exit(2, false)}, {5, 0, balance_enter}});
  EXPECT_EQ(metric(m, "dispatch_per_balance.endless"), 0);
  const auto ended = metrics_of({{1, 0, balance_enter}, {2, 0, call(1)}, {3, 0, balance_exit(1, false)}});
  EXPECT_EQ(metric(ended, "dispatch_per_balance.endless"), 0);
}

TEST(BalanceTest, CallsOfTrappedOnesLeastAndMost) {
  const auto m = metrics_of({{1, 0, balance_enter},
                             {2, 0, balance_exit(20, true)},
                             {3, 0, balance_enter},
                             {4, 0, balance_exit(9, true)},
                             {5, 0, balance_enter},
                             {6, 0, balance_exit(14, true)},
                             {7, 0, balance_enter},
                             {8, 0, balance_exit(1, false)}});
  EXPECT_EQ(metric(m, "trapped_balance.dispatches_min"), 9);
  EXPECT_EQ(metric(m, "trapped_balance.dispatches_max"), 20);
}

TEST(BalanceTest, TicksOfAnEarlierBootCount) {
  const auto m =
      metrics_of({{1, 0, balance_enter}, {2, 0, breakout}, {3, 0, tick}, {4, 0, [] { trace::reset(1, true); }}, {5, 0, tick}});
  EXPECT_EQ(metric(m, "ticks_served.total"), 1) << "and nobody is trapped in the next one";
}

TEST(BalanceTest, TrappedBalanceLastsUntilInterruptsAreOn) {
  const auto m = metrics_of({{100, 0, off},
                             {110, 0, balance_enter},
                             {500, 0, breakout},
                             {510, 0, balance_exit(32, true)},
                             {610, 0, on},
                             {700, 0, off},
                             {710, 0, balance_enter},
                             {9000, 0, balance_exit(1, false)},
                             {9100, 0, on}});
  EXPECT_EQ(metric(m, "trapped_balance.count"), 1);
  EXPECT_EQ(metric(m, "trapped_balance.max"), 500) << "the healthy one after it is longer and does not count";
  EXPECT_EQ(metric(m, "trapped_balance.dispatches_min"), 32);
  EXPECT_EQ(metric(m, "trapped_balance.dispatches_max"), 32);
  EXPECT_EQ(metric(m, "breakouts"), 1);
}

TEST(BalanceTest, TimeSpentWaitingForLocksIsNotTheBursts) {
  const auto waited = [] { trace::balance_exit(false, 32, true, 300); };
  const auto m = metrics_of({{100, 0, off}, {110, 0, balance_enter}, {510, 0, waited}, {610, 0, on}});
  EXPECT_EQ(metric(m, "trapped_balance.max"), 200);
}

TEST(BalanceTest, BurstsAfterTheReportAreCountedButNotTimed) {
  const auto m = metrics_of({{100, 0, off},
                             {110, 0, balance_enter},
                             {150, 0, balance_exit(32, true)},
                             {160, 0, on},
                             {200, 0, report},
                             {300, 0, off},
                             {310, 0, balance_enter},
                             {900, 0, balance_exit(32, true)},
                             {950, 0, on}});
  EXPECT_EQ(metric(m, "trapped_balance.max"), 50);
  EXPECT_EQ(metric(m, "trapped_balance.count"), 2);
}

TEST(BalanceTest, TheNextPolicysBurstsAreTimedAgain) {
  const std::vector<Played> burst{{310, 0, balance_enter}, {900, 0, balance_exit(32, true)}, {950, 0, on}};
  std::vector<Played> ejected{{200, 0, report}, {250, 0, disabled}, {300, 0, off}};
  ejected.insert(ejected.end(), burst.begin(), burst.end());
  EXPECT_EQ(metric(metrics_of(ejected), "trapped_balance.max"), 640);
  std::vector<Played> reset{{200, 0, report}, {250, 0, [] { trace::reset(1, true); }}, {300, 0, off}};
  reset.insert(reset.end(), burst.begin(), burst.end());
  EXPECT_EQ(metric(metrics_of(reset), "trapped_balance.max"), 640);
}

TEST(BalanceTest, ACpuThatGoesOffIsTrappedNoMore) {
  const auto offline = [] { trace::cpu_offline(0); };
  EXPECT_EQ(metric(metrics_of({{1, 0, balance_enter}, {2, 0, breakout}, {3, 0, offline}, {4, 0, tick}}), "ticks_served.total"),
            0);
}

// Nobody asks a policy that is gone, so no balance ends otherwise.
TEST(BalanceTest, NoCpuIsTrappedOnceThePolicyIsGone) {
  const auto m = metrics_of({{1, 0, balance_enter},
                             {2, 0, breakout},
                             {3, 0, balance_exit(32, true)},
                             {4, 1, balance_enter},
                             {5, 1, breakout},
                             {6, 1, balance_exit(32, true)},
                             {7, 0, tick},
                             {8, 0, disabled},
                             {9, 0, tick},
                             {9, 1, tick}});
  EXPECT_EQ(m["ticks_served"].dump(), R"({"total":1,"per_hart":[1,0]})");
}

TEST(BalanceTest, TicksCountOnlyWhileTrappedAndPerHart) {
  const auto m = metrics_of({{1, 0, tick},
                             {2, 0, balance_enter},
                             {3, 0, breakout},
                             {4, 0, balance_exit(32, true)},
                             {5, 0, tick},
                             {6, 1, tick},
                             {7, 0, tick},
                             {8, 0, balance_enter},
                             {9, 0, balance_exit(1, false)},
                             {10, 0, tick}});
  EXPECT_EQ(m["ticks_served"].dump(), R"({"total":2,"per_hart":[2,0]})");
}

TEST(BalanceTest, WithoutABreakoutTheTrapBeginsBeyondOneBurst) {
  EXPECT_EQ(metric(metrics_of({{1, 0, balance_enter}, {2, 0, call(32)}, {3, 0, tick}}), "ticks_served.total"), 0);
  EXPECT_EQ(metric(metrics_of({{1, 0, balance_enter}, {2, 0, call(33)}, {3, 0, tick}}), "ticks_served.total"), 1);
}

}  // namespace
}  // namespace tb::monitor
