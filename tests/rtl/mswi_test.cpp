// SPDX-License-Identifier: Apache-2.0
// Machine software interrupts, rule by rule.
#include <gtest/gtest.h>

#include <initializer_list>

#include "Vsoc_mswi.h"
#include "platform.h"
#include "tests/rtl/device_bench.h"

namespace {

using device::CountInvariants;
using device::kNever;
using platform::mswi::msip;

constexpr std::uint32_t kHarts = 3;
constexpr std::uint32_t kReservedWord = platform::mswi::kBase + 0x3FFC;

class MswiTest : public testing::Test {
 protected:
  MswiTest() {
    bench.top().set_i = 0;
    bench.top().latency_i = 0;
    bench.reset();
  }
  void set_latency(std::uint16_t clocks) { bench.top().latency_i = clocks; }
  [[nodiscard]] unsigned lines() { return bench.top().msip_o; }
  void bark(unsigned harts) {
    bench.top().set_i = static_cast<std::uint8_t>(harts);
    bench.clock();
    bench.top().set_i = 0;
    bench.settle();
  }

  device::Bench<Vsoc_mswi> bench{platform::mswi::kBase};
};

TEST_F(MswiTest, ResetClearsRegistersAndLines) {
  for (std::uint32_t h = 0; h < kHarts; ++h) bench.write(msip(h), 1);
  ASSERT_EQ(lines(), 0b111U);
  bench.reset();
  EXPECT_EQ(lines(), 0U);
  for (std::uint32_t h = 0; h < kHarts; ++h) EXPECT_EQ(bench.read(msip(h)), 0U);
}

TEST_F(MswiTest, RandomInitialContentsNeverSurviveReset) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    device::Bench<Vsoc_mswi> fresh(platform::mswi::kBase, seed);
    fresh.top().set_i = 0;
    fresh.top().latency_i = 3;
    fresh.reset();
    for (int clock = 0; clock < 8; ++clock, fresh.clock()) ASSERT_EQ(fresh.top().msip_o, 0U) << "seed " << seed;
  }
}

TEST_F(MswiTest, WriteSetsOnlyTheNamedHart) {
  for (std::uint32_t h = 0; h < kHarts; ++h) {
    bench.present({.kind = model::Access::Kind::kWrite, .address = msip(h), .data = 1});
    EXPECT_EQ(lines(), 0U) << "visible before the clock edge";
    bench.write(msip(h), 1);
    EXPECT_EQ(lines(), 1U << h);
    for (std::uint32_t other = 0; other < kHarts; ++other) EXPECT_EQ(bench.read(msip(other)), other == h ? 1U : 0U);
    bench.write(msip(h), 0);
  }
}

TEST_F(MswiTest, OnlyBitZeroIsImplemented) {
  bench.write(msip(1), 0xFFFF'FFFF);
  EXPECT_EQ(bench.read(msip(1)), 1U);
  bench.write(msip(1), 0xFFFF'FFFE);
  EXPECT_EQ(bench.read(msip(1)), 0U);
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MswiTest, LevelIsHeldUntilZeroIsWritten) {
  bench.write(msip(2), 1);
  bench.clocks(1000);
  EXPECT_EQ(lines(), 0b100U);
  bench.write(msip(2), 0);
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MswiTest, ReservedWordReadsZeroAndIgnoresWrites) {
  EXPECT_EQ(bench.write_answer(kReservedWord, 1), (model::Answer{}));
  EXPECT_EQ(bench.read_answer(kReservedWord), (model::Answer{}));
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MswiTest, HartThatWasNotBuiltIsRefusedAndChangesNothing) {
  for (const std::uint32_t hart : {kHarts, kHarts + 1, 4094U}) {
    EXPECT_TRUE(bench.write_answer(msip(hart), 1).error) << hart;
    EXPECT_TRUE(bench.read_answer(msip(hart)).error) << hart;
    EXPECT_EQ(lines(), 0U);
  }
}

TEST_F(MswiTest, MisalignedAccessIsRefusedAndChangesNothing) {
  for (std::uint32_t byte = 1; byte < 4; ++byte) {
    EXPECT_EQ(bench.write_answer(msip(0) + byte, 1), (model::Answer{.data = 0, .error = true}));
    EXPECT_TRUE(bench.read_answer(msip(0) + byte).error);
  }
  EXPECT_EQ(bench.read(msip(0)), 0U);
}

TEST_F(MswiTest, NothingIsReadOrRefusedWithoutARequest) {
  bench.write(msip(0), 1);
  EXPECT_EQ(bench.present({.kind = model::Access::Kind::kNone, .address = msip(0), .data = 0}), (model::Answer{}));
  EXPECT_EQ(bench.present({.kind = model::Access::Kind::kNone, .address = msip(9), .data = 0}), (model::Answer{}));
}

TEST_F(MswiTest, LineFollowsTheRegisterByExactlyTheLatency) {
  for (const std::uint16_t latency : std::initializer_list<std::uint16_t>{1, 2, 7, 200, 65535}) {
    set_latency(latency);
    bench.write(msip(1), 1);
    EXPECT_EQ(bench.peek(msip(1)), 1U) << "the register itself shows at once";
    bench.clocks(latency - 1U);
    EXPECT_EQ(lines(), 0U) << "latency " << latency;
    bench.clock();
    EXPECT_EQ(lines(), 0b010U) << "latency " << latency;
    bench.write(msip(1), 0);
    EXPECT_EQ(lines(), 0U) << "a clear has no latency";
  }
}

TEST_F(MswiTest, ClearCancelsADeliveryUnderWay) {
  set_latency(10);
  for (std::uint32_t clear_after = 0; clear_after < 9; ++clear_after) {
    bench.write(msip(0), 1);
    bench.clocks(clear_after);
    bench.write(msip(0), 0);
    for (int clock = 0; clock < 30; ++clock, bench.clock()) ASSERT_EQ(lines(), 0U) << "cleared after " << clear_after;
  }
}

TEST_F(MswiTest, ClearInTheClockOfTheDeliveryWins) {
  set_latency(4);
  bench.write(msip(0), 1);
  bench.clocks(3);
  bench.write(msip(0), 0);  // the edge that would have raised the line
  EXPECT_EQ(lines(), 0U);
  bench.clocks(20);
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MswiTest, SettingAgainDoesNotRestartADelivery) {
  set_latency(5);
  bench.write(msip(0), 1);
  bench.clocks(2);
  bench.write(msip(0), 1);
  bench.clock();
  EXPECT_EQ(lines(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 1U);
  bench.write(msip(0), 1);
  EXPECT_EQ(lines(), 1U) << "a held level stays";
}

TEST_F(MswiTest, SetAfterClearTakesTheWholeLatency) {
  set_latency(5);
  bench.write(msip(0), 1);
  bench.clocks(3);
  bench.write(msip(0), 0);
  bench.write(msip(0), 1);
  bench.clocks(4);
  EXPECT_EQ(lines(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 1U);
}

TEST_F(MswiTest, DeliveriesOfHartsAreIndependent) {
  set_latency(6);
  bench.write(msip(0), 1);
  bench.clock();
  bench.write(msip(2), 1);
  bench.clocks(4);
  EXPECT_EQ(lines(), 0b001U);
  bench.clock();
  EXPECT_EQ(lines(), 0b001U);
  bench.clock();
  EXPECT_EQ(lines(), 0b101U);
}

TEST_F(MswiTest, BarkSetsTheRegisterLikeAWrittenOne) {
  set_latency(3);
  bark(0b101);
  EXPECT_EQ(bench.peek(msip(0)), 1U);
  EXPECT_EQ(bench.peek(msip(1)), 0U);
  EXPECT_EQ(bench.peek(msip(2)), 1U);
  bench.clocks(2);
  EXPECT_EQ(lines(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 0b101U);
  bench.write(msip(0), 0);
  EXPECT_EQ(lines(), 0b100U);
}

TEST_F(MswiTest, BarkWinsOverAClearInTheSameClock) {
  bench.write(msip(1), 1);
  bench.top().set_i = 0b010;
  bench.write(msip(1), 0);
  bench.top().set_i = 0;
  EXPECT_EQ(lines(), 0b010U);
  EXPECT_EQ(bench.read(msip(1)), 1U);
}

TEST_F(MswiTest, HorizonIsTheClocksBeforeTheNextDelivery) {
  EXPECT_EQ(bench.horizon(), kNever);
  set_latency(50);
  bench.write(msip(0), 1);
  EXPECT_EQ(bench.horizon(), 49U);
  bench.clocks(10);
  bench.write(msip(1), 1);
  EXPECT_EQ(bench.horizon(), 38U) << "the nearest of two";
  bench.clocks(38);
  EXPECT_EQ(bench.horizon(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 0b001U);
  EXPECT_EQ(bench.horizon(), 10U);
  bench.clocks(11);
  EXPECT_EQ(lines(), 0b011U);
  EXPECT_EQ(bench.horizon(), kNever);
}

TEST_F(MswiTest, HorizonIsZeroWhileABarkArrives) {
  bench.top().set_i = 1;
  EXPECT_EQ(bench.horizon(), 0U);
}

TEST_F(MswiTest, SkipEqualsItsClocks) {
  set_latency(1000);
  for (const std::uint32_t clocks : {1U, 2U, 500U, 999U}) {
    bench.write(msip(2), 1);
    bench.skip(clocks);
    EXPECT_EQ(lines(), 0U);
    bench.clocks(999U - clocks);
    EXPECT_EQ(lines(), 0U) << "skipped " << clocks;
    bench.clock();
    EXPECT_EQ(lines(), 0b100U) << "skipped " << clocks;
    bench.write(msip(2), 0);
  }
  bench.skip(kNever);
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MswiTest, SkipOverADeliveryBreaksTheInvariant) {
  CountInvariants broken;
  set_latency(10);
  bench.write(msip(0), 1);
  bench.skip(9);
  EXPECT_EQ(broken.take(), 0U);
  bench.write(msip(1), 1);
  bench.skip(10);
  EXPECT_EQ(broken.take(), 1U);
}

TEST_F(MswiTest, AccessOrBarkInASkipClockBreaksTheInvariant) {
  CountInvariants broken;
  bench.present({.kind = model::Access::Kind::kRead, .address = msip(0), .data = 0});
  bench.skip(1);
  EXPECT_EQ(broken.take(), 1U);
  bench.withdraw();
  bench.top().set_i = 1;
  bench.skip(1);
  EXPECT_EQ(broken.take(), 1U);
}

}  // namespace
