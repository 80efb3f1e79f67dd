// SPDX-License-Identifier: Apache-2.0
// Watchdog: when a channel counts (prescale, enables, pauses).
#include <gtest/gtest.h>

#include "tests/rtl/swdt_fixture.h"

namespace {

using namespace device;

class SwdtTicks : public SwdtTest {};

constexpr std::uint32_t kIdle = swdt::kChannelStatusStateIdle;
constexpr std::uint32_t kRunning = swdt::kChannelStatusStateRunning;
constexpr std::uint32_t kBitten = swdt::kChannelStatusStateBitten;

// --- ticks ---

TEST_F(SwdtTicks, CountsOneTickPerPrescalePlusOneClocks) {
  for (const std::uint32_t prescale : {0U, 1U, 7U, 65535U}) {
    power_on();
    bench.write(swdt::prescale(), prescale);
    watch(0, kFar, kFar);
    start();
    for (std::uint32_t tick = 1; tick <= 3; ++tick) {
      bench.clocks(prescale);
      EXPECT_EQ(count(), tick - 1) << "prescale " << prescale;
      bench.clock();
      EXPECT_EQ(count(), tick) << "prescale " << prescale;
    }
  }
}

TEST_F(SwdtTicks, WriteOfPrescaleRestartsThePhase) {
  bench.write(swdt::prescale(), 9);
  watch(0, kFar, kFar);
  start();
  bench.clocks(7);
  bench.write(swdt::prescale(), 9);
  bench.clocks(9);
  EXPECT_EQ(count(), 0U);
  bench.clock();
  EXPECT_EQ(count(), 1U);
}

TEST_F(SwdtTicks, GlobalDisableFreezesCountsAndPhase) {
  bench.write(swdt::prescale(), 9);
  watch(0, kFar, kFar);
  start();
  bench.clocks(14);
  start(0);  // the 15th clock still ran
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(state(), kIdle);
  bench.clocks(1000);
  EXPECT_EQ(count(), 1U);
  start();
  bench.clocks(4);
  EXPECT_EQ(count(), 1U);
  bench.clock();
  EXPECT_EQ(count(), 2U);
}

TEST_F(SwdtTicks, ClearingEnableKeepsTheCountAndSettingItContinues) {
  watch(0, kFar, kFar);
  start();
  bench.clocks(20);
  bench.write(swdt::channel_ctrl(0), 0);
  EXPECT_EQ(count(), 21U) << "the tick of the write's clock still counted";
  bench.clocks(50);
  EXPECT_EQ(count(), 21U);
  EXPECT_EQ(state(), kIdle);
  bench.write(swdt::channel_ctrl(0), kOn);
  EXPECT_EQ(count(), 21U);
  bench.clocks(4);
  EXPECT_EQ(count(), 25U);
}

TEST_F(SwdtTicks, CountSaturates) {
  watch(0, kFar, kFar);
  bench.write(swdt::channel_bite_thold(0), kFar);
  bench.write(swdt::channel_ctrl(0), kOn | kPauseInWfi);
  bench.write(swdt::channel_count(0), kFar - 2);
  start();
  bench.clocks(2);
  EXPECT_EQ(count(), kFar);
  EXPECT_EQ(barked(), 0U) << "judged before the increment";
  bench.clock();
  EXPECT_EQ(count(), kFar);
  EXPECT_EQ(barked(), 1U) << "a threshold of all ones is reached by saturation";
  EXPECT_EQ(state(), kBitten);
}

TEST_F(SwdtTicks, ChannelsCountIndependently) {
  watch(0, kFar, kFar);
  watch(2, kFar, kFar);
  bench.write(swdt::channel_count(2), 1000);
  start();
  bench.clocks(5);
  EXPECT_EQ(count(0), 5U);
  EXPECT_EQ(count(1), 0U);
  EXPECT_EQ(count(2), 1005U);
}

// --- pauses ---

TEST_F(SwdtTicks, WfiPausesOnlyChannelsThatAskForIt) {
  watch(0, kFar, kFar, kOn | kPauseInWfi);
  watch(1, kFar, kFar, kOn);
  watch(2, kFar, kFar, kOn | kPauseInWfi);
  start();
  set_wfi(0b011);
  bench.clocks(10);
  EXPECT_EQ(count(0), 0U);
  EXPECT_EQ(count(1), 10U);
  EXPECT_EQ(count(2), 10U) << "its hart is awake";
  EXPECT_TRUE(paused(0));
  EXPECT_FALSE(paused(1));
  EXPECT_FALSE(paused(2));
  EXPECT_EQ(state(0), kRunning);
}

TEST_F(SwdtTicks, WakeInTheClockOfATickCountsThatTick) {
  bench.write(swdt::prescale(), 9);
  watch(0, kFar, kFar, kOn | kPauseInWfi);
  start();
  set_wfi(1);
  bench.clocks(9);
  set_wfi(0);  // awake in the tenth clock, the tick
  bench.clock();
  EXPECT_EQ(count(), 1U);
  bench.clocks(9);
  set_wfi(1);  // asleep in the clock of the next tick
  bench.clock();
  EXPECT_EQ(count(), 1U);
}

TEST_F(SwdtTicks, PausedChannelNeitherBarksNorBites) {
  watch(0, 3, 6, kOn | kPauseInWfi);
  start();
  bench.clocks(3);
  set_wfi(1);
  bench.clocks(100);
  EXPECT_EQ(barked(), 0U);
  set_wfi(0);
  bench.clock();
  EXPECT_EQ(barked(), 1U);
}

TEST_F(SwdtTicks, DebugPauseHoldsEverythingIfEnabled) {
  bench.write(swdt::prescale(), 3);
  watch(0, kFar, kFar);
  watch(1, kFar, kFar);
  start(swdt::kGctrlEnable | swdt::kGctrlPauseInDebug);
  bench.clocks(6);
  bench.top().pause_i = 1;
  bench.clocks(100);
  EXPECT_EQ(count(0), 1U);
  EXPECT_EQ(count(1), 1U);
  EXPECT_TRUE(paused(0));
  bench.top().pause_i = 0;
  bench.clock();
  EXPECT_EQ(count(0), 1U);
  bench.clock();
  EXPECT_EQ(count(0), 2U) << "the phase was held, too";
}

TEST_F(SwdtTicks, DebugPauseIsIgnoredUnlessEnabled) {
  watch(0, kFar, kFar);
  start();
  bench.top().pause_i = 1;
  bench.clocks(10);
  EXPECT_EQ(count(), 10U);
  EXPECT_FALSE(paused());
}

}  // namespace
