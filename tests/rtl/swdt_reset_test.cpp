// SPDX-License-Identifier: Apache-2.0
// Watchdog: what a bite resets, and the evidence it leaves.
#include <gtest/gtest.h>

#include "tests/rtl/swdt_fixture.h"

namespace {

using namespace device;

class SwdtReset : public SwdtTest {
 protected:
  std::uint32_t cause() { return bench.peek(swdt::reset_cause()); }
  std::uint64_t bite_time() {
    const std::uint32_t low = bench.read(swdt::last_bite_time_lo());
    return std::uint64_t{bench.read(swdt::last_bite_time_hi())} << 32 | low;
  }
  // Channel bites in the fourth clock from now, at the given time.
  void let_bite(std::uint32_t channel, std::uint64_t time, std::uint32_t scope = 0) {
    start(0);
    bench.write(swdt::channel_count(channel), 0);
    watch(channel, kFar, 3, kOn | scope);
    start();
    bench.clocks(3);
    set_time(time);
    bench.clock();
    set_time(0);
  }
};

constexpr std::uint32_t kPowerOn = swdt::kResetCausePowerOn;
constexpr std::uint32_t kBite = swdt::kResetCauseBite;
constexpr std::uint32_t biter(std::uint32_t channel) { return channel << swdt::kResetCauseChannelShift; }

// --- hart scope ---

TEST_F(SwdtReset, HartScopeResetsTheGuardedHartForOneClock) {
  for (std::uint32_t k = 0; k < kChannels; ++k) {
    power_on();
    let_bite(k, 5);
    EXPECT_EQ(bite_events(), 1U << k);
    EXPECT_EQ(bench.top().hart_rst_o, 1U << (kFirstHart + k));
    EXPECT_EQ(bench.top().sys_rst_o, 0);
    for (int clock = 0; clock < 20; ++clock) {
      bench.clock();
      EXPECT_EQ(bench.top().hart_rst_o, 0) << "exactly one clock per bite";
    }
  }
}

TEST_F(SwdtReset, HartResetGoesToTheGuardedHartNotToTheTarget) {
  bench.write(swdt::channel_target(0), 4);
  let_bite(0, 5);
  EXPECT_EQ(bench.top().hart_rst_o, 1U << kFirstHart);
}

TEST_F(SwdtReset, BittenChannelStaysBittenUntilReset) {
  let_bite(0, 5);
  const std::uint32_t stopped_at = count();
  EXPECT_EQ(state(), swdt::kChannelStatusStateBitten);
  pet(0);
  EXPECT_EQ(state(), swdt::kChannelStatusStateBitten);
  bench.write(swdt::channel_ctrl(0), kOn | kPauseInWfi);
  set_wfi(1);
  EXPECT_FALSE(paused()) << "only what would count can be paused";
  bench.write(swdt::channel_ctrl(0), 0);
  EXPECT_EQ(state(), swdt::kChannelStatusStateBitten);
  bench.write(swdt::channel_ctrl(0), kOn);
  bench.write(swdt::channel_count(0), stopped_at);
  bench.clocks(20);
  EXPECT_EQ(count(), stopped_at) << "it does not count";
  EXPECT_EQ(bite_events(), 0U);
  bench.reset();
  EXPECT_EQ(state(), swdt::kChannelStatusStateIdle);
}

TEST_F(SwdtReset, HartScopeLeavesOtherChannelsAlone) {
  watch(1, 1000, 2000);
  let_bite(0, 5);
  const std::uint32_t before = count(1);
  bench.clocks(10);
  EXPECT_EQ(count(1), before + 10);
  EXPECT_EQ(state(1), swdt::kChannelStatusStateRunning);
  EXPECT_EQ(bench.peek(swdt::gctrl()), 1U);
}

TEST_F(SwdtReset, HartScopeBiteLeavesEvidence) {
  let_bite(2, 0x1234'5678'9ABC'DEF0);
  EXPECT_EQ(cause(), kPowerOn | kBite | biter(2));
  EXPECT_EQ(bite_time(), 0x1234'5678'9ABC'DEF0U);
}

// --- system scope ---

TEST_F(SwdtReset, SystemScopeResetsForOneClock) {
  let_bite(1, 5, kSystem);
  EXPECT_EQ(bench.top().sys_rst_o, 1);
  EXPECT_EQ(bench.top().hart_rst_o, 0);
  EXPECT_EQ(bite_events(), 0b010U);
  for (int clock = 0; clock < 20; ++clock) {
    bench.clock();
    EXPECT_EQ(bench.top().sys_rst_o, 0);
    EXPECT_EQ(bite_events(), 0U);
  }
}

TEST_F(SwdtReset, SystemBiteClearsEverythingButTheEvidence) {
  bench.write(swdt::prescale(), 0);
  bench.write(swdt::intr_enable(), 0b111);
  bench.write(swdt::intr_test(), 0b100);
  for (std::uint32_t k = 0; k < kChannels; ++k) {
    bench.write(swdt::channel_window_min(k), 100);
    bench.write(swdt::channel_target(k), 0);
    bench.write(swdt::channel_ctrl(k), kWindow);
    pet(k);
    bench.write(swdt::channel_bark_thold(k), 1);
    bench.write(swdt::channel_count(k), 5);
    bench.write(swdt::channel_ctrl(k), kOn);
  }
  bench.write(swdt::channel_regwen(2), 0);
  set_site(0, 0xBEEF);
  let_bite(1, 0xCAFE'0000'0000'0001, kSystem);
  bench.clock();
  for (const std::uint32_t address : {swdt::gctrl(), swdt::prescale(), swdt::intr_state(), swdt::intr_enable()})
    EXPECT_EQ(bench.peek(address), 0U) << std::hex << address;
  for (std::uint32_t k = 0; k < kChannels; ++k) {
    for (const std::uint32_t address :
         {swdt::channel_ctrl(k), swdt::channel_count(k), swdt::channel_status(k), swdt::channel_window_min(k),
          swdt::channel_pet_err(k), swdt::channel_bark_pc_lo(k), swdt::channel_bark_time_lo(k)})
      EXPECT_EQ(bench.peek(address), 0U) << std::hex << address;
    EXPECT_EQ(bench.peek(swdt::channel_regwen(k)), 1U);
    EXPECT_EQ(bench.peek(swdt::channel_bark_thold(k)), kFar);
    EXPECT_EQ(bench.peek(swdt::channel_bite_thold(k)), kFar);
    EXPECT_EQ(bench.peek(swdt::channel_target(k)), kFirstHart + k);
  }
  EXPECT_EQ(bench.top().irq_o, 0);
  EXPECT_EQ(cause(), kPowerOn | kBite | biter(1));
  EXPECT_EQ(bite_time(), 0xCAFE'0000'0000'0001U);
}

TEST_F(SwdtReset, WritesInTheResetClockAreLost) {
  let_bite(1, 5, kSystem);
  bench.write(swdt::intr_enable(), 0b111);
  EXPECT_EQ(bench.peek(swdt::intr_enable()), 0U);
  bench.write(swdt::intr_enable(), 0b111);
  EXPECT_EQ(bench.peek(swdt::intr_enable()), 0b111U);
}

// --- evidence ---

TEST_F(SwdtReset, EvidenceSurvivesEveryResetButPowerOn) {
  let_bite(2, 0x77'0000'0088);
  bench.reset();
  EXPECT_EQ(cause(), kPowerOn | kBite | biter(2));
  EXPECT_EQ(bite_time(), 0x77'0000'0088U);
  power_on();
  EXPECT_EQ(cause(), kPowerOn);
  EXPECT_EQ(bite_time(), 0U);
}

TEST_F(SwdtReset, LowestOfTwoChannelsInOneClockIsRecorded) {
  for (const std::uint32_t k : {2U, 1U}) watch(k, kFar, 3);
  start();
  bench.clocks(4);
  EXPECT_EQ(bite_events(), 0b110U);
  EXPECT_EQ(bench.top().hart_rst_o, 0b110U << kFirstHart);
  EXPECT_EQ(cause(), kPowerOn | kBite | biter(1));
}

TEST_F(SwdtReset, HartAndSystemBiteInOneClock) {
  watch(1, kFar, 3);
  watch(2, kFar, 3, kOn | kSystem);
  start();
  bench.clocks(4);
  EXPECT_EQ(bite_events(), 0b110U);
  EXPECT_EQ(bench.top().hart_rst_o, 0b010U << kFirstHart);
  EXPECT_EQ(bench.top().sys_rst_o, 1);
  EXPECT_EQ(cause(), kPowerOn | kBite | biter(1));
}

TEST_F(SwdtReset, FirstBiterIsKeptLastTimeIsNot) {
  let_bite(1, 100);
  let_bite(0, 200);
  EXPECT_EQ(cause(), kPowerOn | kBite | biter(1));
  EXPECT_EQ(bite_time(), 200U);
}

TEST_F(SwdtReset, CauseIsClearedByWritingOnes) {
  let_bite(2, 100);
  bench.write(swdt::reset_cause(), 0);
  EXPECT_EQ(cause(), kPowerOn | kBite | biter(2));
  bench.write(swdt::reset_cause(), kPowerOn);
  EXPECT_EQ(cause(), kBite | biter(2));
  bench.write(swdt::reset_cause(), cause());
  EXPECT_EQ(cause(), 0U) << "writing back what was read clears it all";
}

TEST_F(SwdtReset, NextBiteAfterTheClearIsTheFirstAgain) {
  let_bite(2, 100);
  bench.write(swdt::reset_cause(), kBite);
  let_bite(1, 200);
  EXPECT_EQ(cause(), kPowerOn | kBite | biter(1));
}

TEST_F(SwdtReset, BiteInTheClockOfTheClearWins) {
  let_bite(2, 100);
  start(0);
  watch(1, kFar, 3);
  start();
  bench.clocks(3);
  bench.write(swdt::reset_cause(), 0xFFFF'FFFF);
  EXPECT_EQ(bite_events(), 0b010U);
  EXPECT_EQ(cause(), kBite | biter(1));
}

TEST_F(SwdtReset, ReadOfTheLowHalfLatchesTheHighHalf) {
  let_bite(0, 0x0000'0001'FFFF'FFFF);
  bench.read(swdt::id());  // some other access
  EXPECT_EQ(bench.peek(swdt::last_bite_time_hi()), 0U) << "not latched yet";
  EXPECT_EQ(bench.read(swdt::last_bite_time_lo()), 0xFFFF'FFFFU);
  let_bite(1, 0x0000'0002'0000'0000);
  bench.read(swdt::id());  // some other access
  EXPECT_EQ(bench.read(swdt::last_bite_time_hi()), 1U) << "belongs to the low half that was read";
  EXPECT_EQ(bench.read(swdt::last_bite_time_lo()), 0U);
  EXPECT_EQ(bench.read(swdt::last_bite_time_hi()), 2U);
}

}  // namespace
