// SPDX-License-Identifier: Apache-2.0
// Watchdog: barks, where they go, and bites, cycle by cycle.
#include <gtest/gtest.h>

#include "tests/rtl/swdt_fixture.h"

namespace {

using namespace device;

class SwdtStages : public SwdtTest {};

constexpr std::uint32_t kRunning = swdt::kChannelStatusStateRunning;
constexpr std::uint32_t kBarked = swdt::kChannelStatusStateBarked;
constexpr std::uint32_t kBitten = swdt::kChannelStatusStateBitten;

// --- bark ---

TEST_F(SwdtStages, BarksAtTheThresholdExactly) {
  watch(1, 5, kFar);
  start();
  bench.clocks(5);
  EXPECT_EQ(count(1), 5U);
  EXPECT_EQ(barked(), 0U);
  EXPECT_EQ(state(1), kRunning);
  bench.clock();
  EXPECT_EQ(barked(), 0b010U);
  EXPECT_EQ(bark_events(), 0b010U);
  EXPECT_EQ(state(1), kBarked);
  EXPECT_EQ(count(1), 6U);
  bench.clock();
  EXPECT_EQ(bark_events(), 0U) << "one clock per bark";
  EXPECT_EQ(barked(), 0b010U) << "sticky";
}

TEST_F(SwdtStages, BarkIsJudgedOnTicksOnly) {
  bench.write(swdt::prescale(), 9);
  watch(0, 3, kFar);
  start();
  bench.clocks(39);
  EXPECT_EQ(barked(), 0U);
  bench.clock();
  EXPECT_EQ(barked(), 1U);
}

TEST_F(SwdtStages, BarkThresholdZeroBarksOnTheFirstTick) {
  bench.write(swdt::prescale(), 4);
  watch(0, 0, kFar);
  start();
  bench.clocks(4);
  EXPECT_EQ(barked(), 0U);
  bench.clock();
  EXPECT_EQ(barked(), 1U);
}

TEST_F(SwdtStages, BarkCapturesSiteAndTimeOfTheBarkCycle) {
  watch(1, 5, kFar);
  start();
  for (std::uint32_t clock = 0; clock < 10; ++clock) {
    set_site(0, 0xAAAA'0000 + clock);
    set_site(1, 0xBBBB'0000 + clock);
    set_time(0x11'2233'4400ULL + clock);
    bench.clock();
  }
  EXPECT_EQ(bench.read(swdt::channel_bark_pc_lo(1)), 0xBBBB'0005U);
  EXPECT_EQ(bench.read(swdt::channel_bark_pc_hi(1)), 0U);
  EXPECT_EQ(bench.read(swdt::channel_bark_time_lo(1)), 0x2233'4405U);
  EXPECT_EQ(bench.read(swdt::channel_bark_time_hi(1)), 0x11U);
  EXPECT_EQ(bench.read(swdt::channel_bark_pc_lo(0)), 0U) << "channel 0 did not bark";
}

TEST_F(SwdtStages, OnlyTheFirstBarkSinceTheClearIsCaptured) {
  watch(0, 3, kFar);
  start();
  set_site(0, 1);
  bench.clocks(4);
  set_site(0, 2);
  bench.clocks(10);
  EXPECT_EQ(bench.peek(swdt::channel_bark_pc_lo(0)), 1U);
  pet(0);
  bench.write(swdt::intr_state(), 1);
  EXPECT_EQ(state(), kRunning);
  bench.clocks(10);
  EXPECT_EQ(bench.peek(swdt::channel_bark_pc_lo(0)), 2U) << "and the next one after it";
}

TEST_F(SwdtStages, ClearedStateSetsAgainOnTheNextTickWhileTheCountIsHigh) {
  bench.write(swdt::prescale(), 9);
  watch(0, 2, kFar);
  start();
  bench.clocks(30);
  ASSERT_EQ(barked(), 1U);
  bench.write(swdt::intr_state(), 1);
  EXPECT_EQ(barked(), 0U);
  bench.clocks(8);
  EXPECT_EQ(barked(), 0U);
  bench.clock();
  EXPECT_EQ(barked(), 1U);
  EXPECT_EQ(bark_events(), 1U) << "a new bark";
}

TEST_F(SwdtStages, SetWinsOverAClearInTheSameClock) {
  watch(0, 3, kFar);
  start();
  bench.clocks(3);
  bench.write(swdt::intr_state(), 1);  // the clock of the bark
  EXPECT_EQ(barked(), 1U);
  EXPECT_EQ(state(), kBarked);
}

TEST_F(SwdtStages, BarkInTheClockOfItsClearIsNotifiedAgain) {
  watch(0, 3, kFar, kOn | kToMsip);
  start();
  bench.clocks(10);
  ASSERT_EQ(bark_events(), 0U);
  set_site(0, 77);
  bench.write(swdt::intr_state(), 1);
  EXPECT_EQ(barked(), 1U);
  EXPECT_EQ(bark_events(), 1U);
  EXPECT_EQ(bench.top().bark_msip_o, 1U << kFirstHart);
  EXPECT_EQ(bench.peek(swdt::channel_bark_pc_lo(0)), 77U);
}

TEST_F(SwdtStages, BarkAfterIntrTestIsStillTheFirstBark) {
  watch(0, 3, kFar, kOn | kToNmi);
  bench.write(swdt::intr_test(), 1);
  start();
  set_site(0, 9);
  bench.clocks(4);
  EXPECT_EQ(bark_events(), 1U);
  EXPECT_EQ(bench.top().bark_nmi_o, 1U << kFirstHart);
  EXPECT_EQ(bench.peek(swdt::channel_bark_pc_lo(0)), 9U);
}

TEST_F(SwdtStages, ThresholdWrittenWhileRunningCountsFromTheNextTick) {
  watch(0, kFar, kFar);
  start();
  bench.clocks(10);
  bench.write(swdt::channel_bark_thold(0), 3);  // its own clock is a tick, judged by the old value
  EXPECT_EQ(barked(), 0U);
  bench.clock();
  EXPECT_EQ(barked(), 1U);
  bench.write(swdt::channel_bite_thold(0), 3);
  EXPECT_EQ(state(), kBarked);
  bench.clock();
  EXPECT_EQ(state(), kBitten);
}

TEST_F(SwdtStages, ThresholdRaisedInTheClockOfTheTickComesTooLate) {
  watch(0, 5, kFar);
  start();
  bench.clocks(5);
  bench.write(swdt::channel_bark_thold(0), kFar);
  EXPECT_EQ(barked(), 1U);
}

// --- routes ---

TEST_F(SwdtStages, BarkGoesWhereItIsRouted) {
  struct Case {
    std::uint32_t route, msip, nmi;
  };
  for (const Case& c : {Case{0, 0, 0}, Case{kToMsip, 0b00100, 0}, Case{kToNmi, 0, 0b00100}}) {
    power_on();
    bench.write(swdt::intr_enable(), 0b111);
    watch(1, 2, kFar, kOn | c.route);
    start();
    bench.clocks(2);
    EXPECT_EQ(bench.top().irq_o | bench.top().bark_msip_o | bench.top().bark_nmi_o, 0);
    bench.clock();
    EXPECT_EQ(bench.top().irq_o, 1);
    EXPECT_EQ(bench.top().bark_msip_o, c.msip);
    EXPECT_EQ(bench.top().bark_nmi_o, c.nmi);
    bench.clock();
    EXPECT_EQ(bench.top().irq_o, 1) << "a level";
    EXPECT_EQ(bench.top().bark_msip_o | bench.top().bark_nmi_o, 0) << "one-clock pulses";
  }
}

TEST_F(SwdtStages, BarkReachesABuddyHart) {
  for (std::uint32_t hart = 0; hart < kHarts; ++hart) {
    power_on();
    bench.write(swdt::channel_target(0), hart);
    bench.write(swdt::channel_target(2), (hart + 1) % kHarts);
    watch(0, 2, kFar, kOn | kToMsip);
    watch(2, 2, kFar, kOn | kToNmi);
    start();
    bench.clocks(3);
    EXPECT_EQ(bench.top().bark_msip_o, 1U << hart);
    EXPECT_EQ(bench.top().bark_nmi_o, 1U << (hart + 1) % kHarts);
  }
}

TEST_F(SwdtStages, TwoChannelsMayBarkAtOneHart) {
  for (const std::uint32_t k : {0U, 1U}) {
    bench.write(swdt::channel_target(k), 4);
    watch(k, 2, kFar, kOn | kToMsip);
  }
  start();
  bench.clocks(3);
  EXPECT_EQ(bark_events(), 0b011U);
  EXPECT_EQ(bench.top().bark_msip_o, 0b10000U);
}

// --- bite ---

TEST_F(SwdtStages, BitesAtTheThresholdExactlyAndOnce) {
  watch(0, 2, 8);
  start();
  bench.clocks(8);
  EXPECT_EQ(bite_events(), 0U);
  EXPECT_EQ(state(), kBarked);
  bench.clock();
  EXPECT_EQ(bite_events(), 1U);
  EXPECT_EQ(state(), kBitten);
  for (int clock = 0; clock < 50; ++clock) {
    bench.clock();
    EXPECT_EQ(bite_events(), 0U);
  }
}

TEST_F(SwdtStages, BiteBelowBarkBitesWithoutABark) {
  watch(0, 10, 4);
  start();
  bench.clocks(5);
  EXPECT_EQ(bite_events(), 1U);
  EXPECT_EQ(bark_events(), 0U);
  bench.clocks(50);
  EXPECT_EQ(barked(), 0U) << "a bitten channel stands still";
  EXPECT_EQ(count(), 5U);
}

TEST_F(SwdtStages, EqualThresholdsBarkAndBiteTogether) {
  watch(0, 4, 4);
  start();
  bench.clocks(5);
  EXPECT_EQ(bark_events(), 1U);
  EXPECT_EQ(bite_events(), 1U);
}

TEST_F(SwdtStages, BiteThresholdZeroBitesOnTheFirstTick) {
  watch(0, kFar, 0);
  start();
  EXPECT_EQ(bite_events(), 0U);
  bench.clock();
  EXPECT_EQ(bite_events(), 1U);
}

}  // namespace
