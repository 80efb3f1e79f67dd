// SPDX-License-Identifier: Apache-2.0
// Goal: waves are marked at the first trapped balance of one hart, at the report of an error and on the way back to fair.
#include "waves/moments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tb/support.h"

namespace waves {
namespace {

using testing::ElementsAre;

std::vector<std::string> markers_of(const std::vector<tb::test::Played>& script) {
  Moments moments;
  tb::test::for_each_event(script, [&](const event_log::EventView& event) { moments.on_event(event); });
  std::vector<std::string> texts;
  for (const Marker& marker : moments.markers()) texts.push_back(marker.name + " " + std::to_string(marker.cycle));
  return texts;
}

const auto enter = [] { trace::balance_enter(0); };
const auto call_32 = [] { trace::dispatch_call(32); };
const auto breakout = [] { trace::breakout(32, trace::Retry::kKick); };
const auto kick = [] { trace::kick(0, 0, true); };
const auto work = [] { trace::irq_work_run(trace::IrqWork::kKickCpus); };
const auto error = [] { trace::scx_error(1026, "runnable task stall", ""); };
const auto bypass = [] { trace::bypass(0, true); };
const auto disable = [] { trace::scx_disable("qmap", 1026, 0, "runnable task stall", ""); };

TEST(MomentsTest, TheFirstTrappedHartTellsTheLoop) {
  EXPECT_THAT(markers_of({{10, 1, enter},
                          {20, 0, breakout},
                          {30, 1, call_32},
                          {40, 1, breakout},
                          {45, 0, kick},
                          {50, 1, kick},
                          {60, 1, work},
                          {70, 1, enter},
                          {80, 1, breakout}}),
              ElementsAre("loop start 10", "breakout 40", "kick 50", "irq_work taken 60", "fresh balance 70"));
}

TEST(MomentsTest, TheReportAndTheWayBackToFair) {
  EXPECT_THAT(markers_of({{5, 0, bypass},  // of the load
                          {10, 2, [] { trace::watchdog_miss(21); }},
                          {11, 2, error},
                          {20, 0, bypass},
                          {21, 1, bypass},
                          {30, 0, disable},
                          {40, 0, [] { trace::watchdog_miss(22); }}}),
              ElementsAre("watchdog miss 10", "error 11", "bypass 20", "disabled 30"));
}

TEST(MomentsTest, AKeyEndsItToo) {
  EXPECT_THAT(markers_of({{10, 0, [] { trace::sysrq("s"); }}, {20, 0, bypass}, {30, 0, disable}}),
              ElementsAre("sysrq 10", "bypass 20", "disabled 30"));
}

TEST(MomentsTest, TheFirstBarkForEachHart) {
  const auto bark = [](std::uint64_t guarded) { return [=] { trace::hw_watchdog_bark(guarded, trace::Site::kIdle); }; };
  EXPECT_THAT(markers_of({{10, 0, bark(2)}, {12, 3, bark(3)}, {13, 3, bark(2)}, {2000, 2, bark(1)}, {2001, 2, bark(1)}}),
              ElementsAre("bark 10", "bark of hart 1 2000"));
}

TEST(MomentsTest, NothingHappenedNothingIsMarked) { EXPECT_THAT(markers_of({{10, 0, enter}, {20, 0, bypass}}), ElementsAre()); }

}  // namespace
}  // namespace waves
