// SPDX-License-Identifier: Apache-2.0
// Goal: each cycle of a hart is in one state, and in the right one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tb/page/scripts.h"

namespace tb::page {
namespace {

using testing::ElementsAre;

// "cycle state", of each segment.
std::vector<std::string> lane(const RunData& data, sim::HartId hart) {
  std::vector<std::string> out;
  for (const HartSegment& segment : data.harts.at(hart).segments)
    out.push_back(std::to_string(segment.from) + " " + std::string(kHartStates[static_cast<std::size_t>(segment.state)].name));
  return out;
}

TEST(HartLanes, EveryStateOfAHart) {
  const RunData data = data_of({{10, 0, reset(0)},
                                {100, 0, irqs_on},
                                {110, 0, irqs_off},
                                {120, 0, [] { trace::wfi_enter(0); }},
                                {200, 0, [] { trace::wfi_exit(); }},
                                {205, 0, enter},
                                {230, 0, leave},
                                {240, 0, irqs_on},
                                {250, 0, irqs_off},
                                {260, 0, balance},
                                {280, 0, balanced(1, false)},
                                {290, 0, switched(0, kR, 5)},
                                {300, 0, irqs_on},
                                {400, 0, irqs_off},
                                {410, 0, [] { trace::contention_begin(3, trace::LockKind::kOther, 0, 1); }},
                                {430, 0, [] { trace::contention_end(3); }},
                                {440, 0, irqs_on}},
                               500);
  EXPECT_THAT(lane(data, 0),
              ElementsAre("0 off", "100 idle", "110 IRQs off", "120 WFI", "200 IRQs off", "205 interrupt", "230 IRQs off",
                          "240 idle", "250 IRQs off", "260 balance", "280 IRQs off", "290 IRQs off", "300 task", "400 IRQs off",
                          "410 lock wait", "430 IRQs off", "440 task"));
  EXPECT_EQ(data.harts[0].end, 500U);
  EXPECT_EQ(data.tasks.at(data.harts[0].segments.back().task).comm, "task5");
  EXPECT_THAT(lane(data, 1), ElementsAre("0 off"));
}

TEST(HartLanes, ABalanceIsADispatchLoopFromItsBegin) {
  const RunData data = data_of({{1, 0, irqs_on},
                                {100, 0, balance},
                                {110, 0, call(1)},
                                {150, 0, [] { trace::irq_entry(trace::Cause::kNmi); }},
                                {160, 0, [] { trace::irq_exit(trace::Cause::kNmi); }},
                                {300, 0, breakout},
                                {310, 0, balanced(32, true)},
                                {400, 0, balance},
                                {410, 0, call(2)},
                                {420, 0, balanced(2, false)}},
                               500);
  EXPECT_THAT(lane(data, 0), ElementsAre("0 off", "1 idle", "100 dispatch loop", "150 interrupt", "160 dispatch loop", "310 idle",
                                         "400 balance", "420 idle"));
  EXPECT_EQ(data.harts[0].segments[2].detail, 32U);
  EXPECT_EQ(data.harts[0].segments[4].detail, 32U);
  EXPECT_EQ(data.harts[0].segments[6].detail, 2U);
}

TEST(HartLanes, ABalanceThatNeverEndsIsALoopFromTheCallBeyondTheBurst) {
  std::vector<Played> script{{1, 0, irqs_on}, {100, 0, balance}};
  for (unsigned i = 1; i <= 40; ++i) script.push_back({100 + i, 0, call(i)});
  const RunData data = data_of(script, 500);
  EXPECT_THAT(lane(data, 0), ElementsAre("0 off", "1 idle", "100 dispatch loop"));
  EXPECT_EQ(data.harts[0].segments[2].detail, 40U);
}

TEST(HartLanes, AResetEndsEverything) {
  const RunData data = data_of(
      {{1, 0, irqs_on}, {2, 1, irqs_on}, {100, 0, balance}, {110, 1, switched(0, kR, 5)}, {200, 0, reset(1)}, {300, 1, irqs_on}},
      500);
  EXPECT_THAT(lane(data, 0), ElementsAre("0 off", "1 idle", "100 balance", "200 off"));
  EXPECT_THAT(lane(data, 1), ElementsAre("0 off", "2 idle", "110 task", "200 off", "300 idle"));
  EXPECT_THAT(data.flags, ElementsAre(testing::Field(&Flag::name, "boot 1")));
}

TEST(HartLanes, TicksOfATrappedHartAreMarked) {
  const auto tick = [] { trace::tick(1, 0); };
  const RunData data = data_of({{1, 0, irqs_on},
                                {50, 0, tick},
                                {100, 0, balance},
                                {150, 0, breakout},
                                {160, 0, [] { trace::kick(0, 0, true); }},
                                {170, 0, balanced(32, true)},
                                {200, 0, tick},
                                {300, 0, balance},
                                {310, 0, balanced(1, false)},
                                {320, 0, tick}},
                               500);
  std::vector<bool> special;
  for (const Mark& mark : data.marks) special.push_back(mark.special);
  EXPECT_THAT(special, ElementsAre(false, true, true, false));
}

TEST(HartLanes, InterruptsOffAreThoseOfTheMetrics) {
  const RunData data =
      data_of({{10, 0, irqs_off}, {30, 0, irqs_on}, {40, 1, irqs_off}, {60, 0, reset(1)}, {70, 0, irqs_off}}, 100);
  ASSERT_EQ(data.irqs_off[0].size(), 2U);
  EXPECT_EQ(data.irqs_off[0][0].cycles(), 20U);
  EXPECT_EQ(data.irqs_off[0][1].cycles(), 30U);
  ASSERT_EQ(data.irqs_off[1].size(), 1U);
  EXPECT_EQ(data.irqs_off[1][0].cycles(), 20U);
}

TEST(Ipis, EachEndsAtTheNextSoftwareInterruptOfItsTarget) {
  const auto ipi = [](unsigned target) { return [target] { trace::ipi_raise(target, trace::IpiReason::kKick, true); }; };
  const RunData data = data_of({{10, 0, ipi(1)},
                                {20, 0, ipi(1)},
                                {25, 1, [] { trace::irq_entry(trace::Cause::kTimer); }},
                                {30, 1, enter},
                                {40, 1, ipi(0)},
                                {50, 0, reset(1)},
                                {60, 0, enter}},
                               100);
  ASSERT_EQ(data.ipis.size(), 3U);
  EXPECT_EQ(data.ipis[0].trap, 30U);
  EXPECT_EQ(data.ipis[1].trap, 30U);
  EXPECT_EQ(data.ipis[2].trap, std::nullopt);
}

}  // namespace
}  // namespace tb::page
