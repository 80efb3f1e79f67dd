// SPDX-License-Identifier: Apache-2.0
// Watchdog: register access, lock, interrupt state.
#include <gtest/gtest.h>

#include "tests/rtl/swdt_fixture.h"

namespace {

using namespace device;

class SwdtRegisters : public SwdtTest {};

TEST_F(SwdtRegisters, ResetValues) {
  EXPECT_EQ(bench.read(swdt::gctrl()), 0U);
  EXPECT_EQ(bench.read(swdt::prescale()), 0U);
  EXPECT_EQ(bench.read(swdt::intr_state()), 0U);
  EXPECT_EQ(bench.read(swdt::intr_enable()), 0U);
  EXPECT_EQ(bench.read(swdt::reset_cause()), swdt::kResetCausePowerOn);
  EXPECT_EQ(bench.read(swdt::last_bite_time_lo()), 0U);
  EXPECT_EQ(bench.read(swdt::last_bite_time_hi()), 0U);
  for (std::uint32_t k = 0; k < kChannels; ++k) {
    EXPECT_EQ(bench.read(swdt::channel_ctrl(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_regwen(k)), 1U);
    EXPECT_EQ(bench.read(swdt::channel_bark_thold(k)), 0xFFFF'FFFFU);
    EXPECT_EQ(bench.read(swdt::channel_bite_thold(k)), 0xFFFF'FFFFU);
    EXPECT_EQ(bench.read(swdt::channel_count(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_status(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_window_min(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_pet_err(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_bark_pc_lo(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_bark_pc_hi(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_bark_time_lo(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_bark_time_hi(k)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_target(k)), kFirstHart + k) << "the guarded hart";
  }
}

TEST_F(SwdtRegisters, RandomInitialContentsNeverSurvivePowerOn) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Bench<Vsoc_swdt> fresh(swdt::kBase, seed);
    fresh.top().por_n_i = 0;
    fresh.reset();
    fresh.top().por_n_i = 1;
    for (int clock = 0; clock < 8; ++clock, fresh.clock()) {
      const Vsoc_swdt& top = fresh.top();
      ASSERT_EQ(top.irq_o | top.sys_rst_o | top.hart_rst_o | top.bark_msip_o | top.bark_nmi_o | top.bark_evt_o | top.bite_evt_o,
                0)
          << "seed " << seed;
    }
    ASSERT_EQ(fresh.read(swdt::reset_cause()), 1U) << "seed " << seed;
    ASSERT_EQ(fresh.read(swdt::channel_count(2)), 0U) << "seed " << seed;
  }
}

TEST_F(SwdtRegisters, IdAndCapTellTheBuild) {
  EXPECT_EQ(bench.read(swdt::id()), 0x5744'0100U);
  const std::uint32_t cap = bench.read(swdt::cap());
  EXPECT_EQ(cap & swdt::kCapNumCh, kChannels);
  EXPECT_EQ((cap & swdt::kCapCounterWidth) >> swdt::kCapCounterWidthShift, 32U);
  EXPECT_EQ(cap, kChannels | 32U << 8 | swdt::kCapWindow | swdt::kCapCapture);
}

TEST_F(SwdtRegisters, GlobalRegistersKeepTheirDefinedBits) {
  bench.write(swdt::gctrl(), 0xFFFF'FFFF);
  EXPECT_EQ(bench.read(swdt::gctrl()), 3U);
  bench.write(swdt::gctrl(), 2);
  EXPECT_EQ(bench.read(swdt::gctrl()), 2U);
  bench.write(swdt::prescale(), 0xABCD'1234);
  EXPECT_EQ(bench.read(swdt::prescale()), 0x1234U);
  bench.write(swdt::intr_enable(), 0xFFFF'FFFF);
  EXPECT_EQ(bench.read(swdt::intr_enable()), 0b111U) << "channels that were built";
}

TEST_F(SwdtRegisters, ChannelRegistersKeepTheirDefinedBits) {
  bench.write(swdt::channel_ctrl(1), 0xFFFF'FFEF);
  EXPECT_EQ(bench.read(swdt::channel_ctrl(1)), 0x2FU);
  bench.write(swdt::channel_bark_thold(1), 0x1111'2222);
  bench.write(swdt::channel_bite_thold(1), 0x3333'4444);
  bench.write(swdt::channel_count(1), 0x5555'6666);
  bench.write(swdt::channel_window_min(1), 0x7777'8888);
  EXPECT_EQ(bench.read(swdt::channel_bark_thold(1)), 0x1111'2222U);
  EXPECT_EQ(bench.read(swdt::channel_bite_thold(1)), 0x3333'4444U);
  EXPECT_EQ(bench.read(swdt::channel_count(1)), 0x5555'6666U);
  EXPECT_EQ(bench.read(swdt::channel_window_min(1)), 0x7777'8888U);
  for (const std::uint32_t other : {0U, 2U}) {
    EXPECT_EQ(bench.read(swdt::channel_ctrl(other)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_bark_thold(other)), kFar);
    EXPECT_EQ(bench.read(swdt::channel_bite_thold(other)), kFar);
    EXPECT_EQ(bench.read(swdt::channel_count(other)), 0U);
    EXPECT_EQ(bench.read(swdt::channel_window_min(other)), 0U);
  }
}

TEST_F(SwdtRegisters, ReservedBarkRouteReadsBackAsPlic) {
  for (const std::uint32_t route : {0U, 1U, 2U, 3U}) {
    bench.write(swdt::channel_ctrl(0), route << swdt::kChannelCtrlBarkRouteShift);
    EXPECT_EQ(bench.read(swdt::channel_ctrl(0)) >> swdt::kChannelCtrlBarkRouteShift, route == 3 ? 0U : route);
  }
}

TEST_F(SwdtRegisters, TargetThatDoesNotExistReadsBackAsTheGuardedHart) {
  for (std::uint32_t k = 0; k < kChannels; ++k) {
    for (std::uint32_t hart = 0; hart < kHarts; ++hart) {
      bench.write(swdt::channel_target(k), hart);
      EXPECT_EQ(bench.read(swdt::channel_target(k)), hart);
    }
    for (const std::uint32_t hart : {kHarts, kHarts + 1, 64U, 255U}) {
      bench.write(swdt::channel_target(k), 0);
      bench.write(swdt::channel_target(k), hart);
      EXPECT_EQ(bench.read(swdt::channel_target(k)), kFirstHart + k) << hart;
    }
  }
}

TEST_F(SwdtRegisters, ReadOnlyRegistersIgnoreWrites) {
  bench.write(swdt::channel_count(0), 9);
  for (const std::uint32_t address :
       {swdt::id(), swdt::cap(), swdt::last_bite_time_lo(), swdt::last_bite_time_hi(), swdt::channel_status(0),
        swdt::channel_pet_err(0), swdt::channel_bark_pc_lo(0), swdt::channel_bark_pc_hi(0), swdt::channel_bark_time_lo(0),
        swdt::channel_bark_time_hi(0)}) {
    const std::uint32_t before = bench.read(address);
    bench.write(address, ~before);
    EXPECT_EQ(bench.read(address), before) << std::hex << address;
  }
}

TEST_F(SwdtRegisters, WriteOnlyRegistersReadZero) {
  bench.write(swdt::intr_test(), 0b111);
  EXPECT_EQ(bench.read(swdt::intr_test()), 0U);
  for (std::uint32_t k = 0; k < kChannels; ++k) EXPECT_EQ(bench.read(swdt::pet(k)), 0U);
}

TEST_F(SwdtRegisters, ReservedWordsAndAbsentChannelsReadZeroAndIgnoreWrites) {
  const std::uint32_t reserved[] = {swdt::kBase + 0x028,
                                    swdt::kBase + 0x0FC,
                                    swdt::channel_target(0) + 4,
                                    swdt::channel_target(2) + 0xC,
                                    swdt::channel_ctrl(kChannels),
                                    swdt::channel_regwen(kChannels),
                                    swdt::channel_count(31),
                                    swdt::kBase + 0x900,
                                    swdt::kBase + 0xFFC,
                                    swdt::pet(kChannels),
                                    swdt::pet(31),
                                    swdt::kBase + 0x1080,
                                    swdt::kBase + 0x1FFC};
  for (std::uint32_t k = 0; k < kChannels; ++k) bench.write(swdt::channel_count(k), 100 + k);
  for (const std::uint32_t address : reserved) {
    EXPECT_EQ(bench.write_answer(address, 0xFFFF'FFFF), (model::Answer{})) << std::hex << address;
    EXPECT_EQ(bench.read_answer(address), (model::Answer{})) << std::hex << address;
  }
  for (std::uint32_t k = 0; k < kChannels; ++k) EXPECT_EQ(count(k), 100 + k) << "nothing was petted by any of them";
}

TEST_F(SwdtRegisters, MisalignedAccessIsRefusedAndChangesNothing) {
  bench.write(swdt::channel_count(0), 77);
  for (std::uint32_t byte = 1; byte < 4; ++byte) {
    EXPECT_TRUE(bench.write_answer(swdt::channel_count(0) + byte, 1).error);
    EXPECT_TRUE(bench.write_answer(swdt::pet(0) + byte, 1).error);
    EXPECT_EQ(bench.read_answer(swdt::channel_count(0) + byte), (model::Answer{.data = 0, .error = true}));
  }
  EXPECT_EQ(count(0), 77U);
}

// --- lock ---

TEST_F(SwdtRegisters, LockGuardsEachLockedRegister) {
  bench.write(swdt::channel_regwen(1), 0);
  EXPECT_EQ(bench.read(swdt::channel_regwen(1)), 0U);
  EXPECT_EQ(bench.read(swdt::channel_status(1)), swdt::kChannelStatusLocked);
  for (const std::uint32_t address : {swdt::channel_ctrl(1), swdt::channel_bark_thold(1), swdt::channel_bite_thold(1),
                                      swdt::channel_window_min(1), swdt::channel_target(1)}) {
    const std::uint32_t before = bench.read(address);
    EXPECT_EQ(bench.write_answer(address, 3), (model::Answer{})) << "ignored, not refused";
    EXPECT_EQ(bench.read(address), before) << std::hex << address;
  }
}

TEST_F(SwdtRegisters, LockCannotBeOpenedExceptByReset) {
  bench.write(swdt::channel_regwen(1), 0);
  bench.write(swdt::channel_regwen(1), 1);
  EXPECT_EQ(bench.read(swdt::channel_regwen(1)), 0U);
  bench.reset();
  EXPECT_EQ(bench.read(swdt::channel_regwen(1)), 1U);
}

TEST_F(SwdtRegisters, WritingOneToRegwenDoesNotLock) {
  bench.write(swdt::channel_regwen(1), 0xFFFF'FFFF);
  EXPECT_EQ(bench.read(swdt::channel_regwen(1)), 1U);
  bench.write(swdt::channel_bark_thold(1), 5);
  EXPECT_EQ(bench.read(swdt::channel_bark_thold(1)), 5U);
}

TEST_F(SwdtRegisters, LockIsPerChannel) {
  bench.write(swdt::channel_regwen(1), 0);
  bench.write(swdt::channel_bark_thold(0), 5);
  bench.write(swdt::channel_bark_thold(2), 6);
  EXPECT_EQ(bench.read(swdt::channel_bark_thold(0)), 5U);
  EXPECT_EQ(bench.read(swdt::channel_bark_thold(2)), 6U);
}

TEST_F(SwdtRegisters, LockDoesNotStopAPetOrACountLoad) {
  bench.write(swdt::channel_regwen(1), 0);
  bench.write(swdt::channel_count(1), 50);
  EXPECT_EQ(count(1), 50U);
  pet(1);
  EXPECT_EQ(count(1), 0U);
}

// --- interrupt state ---

TEST_F(SwdtRegisters, IntrTestSetsTheStateWithoutTouchingTheChannel) {
  watch(1, 1000, 2000, kOn | kToNmi);
  start();
  bench.write(swdt::intr_test(), 0xFFFF'FFFA);
  EXPECT_EQ(barked(), 0b010U) << "bit 1, and no bit of a channel that was not built";
  EXPECT_EQ(state(1), swdt::kChannelStatusStateRunning);
  EXPECT_EQ(bark_events(), 0U);
  EXPECT_EQ(bench.top().bark_nmi_o, 0U);
  EXPECT_EQ(bench.peek(swdt::channel_bark_time_lo(1)), 0U);
  EXPECT_EQ(count(1), 1U);
}

TEST_F(SwdtRegisters, IntrStateIsStickyAndClearedByWritingOne) {
  bench.write(swdt::intr_test(), 0b111);
  bench.clocks(10);
  EXPECT_EQ(barked(), 0b111U);
  bench.write(swdt::intr_state(), 0b101);
  EXPECT_EQ(barked(), 0b010U);
  bench.write(swdt::intr_state(), 0);
  EXPECT_EQ(barked(), 0b010U);
}

TEST_F(SwdtRegisters, LineIsStateAndEnable) {
  for (std::uint32_t state_bits = 0; state_bits < 8; ++state_bits) {
    for (std::uint32_t enable_bits = 0; enable_bits < 8; ++enable_bits) {
      bench.write(swdt::intr_state(), 0b111);
      bench.write(swdt::intr_test(), state_bits);
      bench.write(swdt::intr_enable(), enable_bits);
      EXPECT_EQ(bench.top().irq_o, (state_bits & enable_bits) != 0 ? 1 : 0);
    }
  }
}

}  // namespace
