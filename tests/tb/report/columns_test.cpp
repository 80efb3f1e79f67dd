// SPDX-License-Identifier: Apache-2.0
// Goal: a column has its metric in the unit of its title; what a run has not measured is a dash.
#include "tb/report/columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tb/config/metric_name.h"
#include "tests/tb/support.h"

namespace tb::report {
namespace {

using testing::ElementsAre;

Result result() {
  Result out;
  out.cycles = 200'000;  // 2 ms
  out.config = json::Value{{"hardware", {{"clock_mhz", 100}}}};
  out.metrics = json::Value{{"switches", {{"total", 50}}},
                            {"utilization_permille", 294},
                            {"irq_off_cycles", {{"max", 6040}, {"count", 3}}},
                            {"self_kicks", 7},
                            {"tasks",
                             {{"my_cycles", {{"wakeups", 4}}},
                              {"hog", {{"wait", {{"p99", 150}, {"max", 12'345}, {"count", 4}}}, {"run_cycles", 1000}}}}},
                            {"all_tasks", {{"delay", {{"p99", json::Value()}, {"max", 100}}}}},
                            {"warnings", {{"total", 2}}},
                            {"dispatch_per_balance", {{"endless", 0}, {"max", 32}}},
                            {"trapped_balance", {{"count", 2}, {"dispatches_min", 31}, {"dispatches_max", 32}, {"max", 500}}}};
  return out;
}

// "above title: value".
std::vector<std::string> shown(const std::vector<std::string>& show, const Result& of = result()) {
  std::vector<std::string> cells;
  for (const Column& column : columns(show)) cells.push_back(column.above + " " + column.title + ": " + column.value(of));
  return cells;
}

TEST(ColumnsTest, TheUsualOnes) {
  EXPECT_THAT(shown({}), ElementsAre("wait p99 us: -", "longest wait us: 1.0", "switches per s: 25000", "utilization %: 29.4",
                                     "longest IRQs-off us: 60.4", " warnings: 2"));
}

TEST(ColumnsTest, CyclesAreShownInMicrosecondsNumbersAsTheyAre) {
  EXPECT_THAT(shown({"tasks.hog.wait.max", "tasks.hog.wait.count", "tasks.hog.run_cycles", "irq_off_cycles.count", "self_kicks"}),
              ElementsAre("tasks.hog.wait.max us: 123.5", "tasks.hog.wait count: 4", "tasks.hog.run us: 10.0",
                          "irq_off_cycles count: 3", "self- kicks: 7"));
}

TEST(ColumnsTest, TheNameOfATaskIsNoUnit) {
  EXPECT_THAT(shown({"tasks.my_cycles.wakeups"}), ElementsAre("tasks.my_cycles wakeups: 4"));
}

TEST(ColumnsTest, DispatchesPerTrappedBalance) {
  const std::vector<std::string> show = {"dispatches_per_trapped_balance"};
  Result run = result();
  EXPECT_THAT(shown(show, run), ElementsAre("dispatches per trapped balance: 31 to 32"));
  run.metrics["trapped_balance"]["dispatches_min"] = 32;
  EXPECT_THAT(shown(show, run), ElementsAre("dispatches per trapped balance: 32"));
  run.metrics["trapped_balance"]["count"] = 0;
  EXPECT_THAT(shown(show, run), ElementsAre("dispatches per trapped balance: -"));
  run.metrics["dispatch_per_balance"]["endless"] = 33;
  EXPECT_THAT(shown(show, run), ElementsAre("dispatches per trapped balance: never ends (33)"));
}

TEST(ColumnsTest, AnOlderRunHasNotMeasuredEverything) {
  Result run = result();
  run.metrics = json::Value{{"self_kicks", 3}};
  EXPECT_THAT(shown({"self_kicks", "tasks.hog.wait.p99", "switches_per_s"}, run),
              ElementsAre("self- kicks: 3", "tasks.hog.wait.p99 us: -", "switches per s: -"));
}

TEST(ShowTest, IsReadAndResolved) {
  const auto scenario = test::scenario(test::kMinimal, {"show=[breakouts, tasks.hog.wait.p99, switches_per_s]"});
  EXPECT_THAT(scenario.show, ElementsAre("breakouts", "tasks.hog.wait.p99", "switches_per_s"));
}

TEST(ShowTest, WhatIsNoMetricIsRefused) {
  const auto error = [](const std::string& show) {
    return test::config_error([&] { (void)test::scenario(test::kMinimal, {"show=" + show}); });
  };
  using testing::HasSubstr;
  EXPECT_THAT(error("[breakout]"), HasSubstr("show.0: unknown metric 'breakout'; did you mean 'breakouts'?"));
  EXPECT_THAT(error("[breakouts, breakouts]"), HasSubstr("show.1: 'breakouts' is a column already"));
  EXPECT_THAT(error("[tasks.hogg.wait.p99]"), HasSubstr("no task is called 'hogg'; did you mean 'hog'?"));
  EXPECT_THAT(error("[]"), HasSubstr("show: an empty list"));
}

}  // namespace
}  // namespace tb::report
