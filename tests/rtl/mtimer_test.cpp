// SPDX-License-Identifier: Apache-2.0
// Machine timer, rule by rule.
#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

#include "Vsoc_mtimer.h"
#include "platform.h"
#include "tests/rtl/device_bench.h"

namespace {

using device::CountInvariants;
using device::kNever;
using platform::mtimer::kBase;
using platform::mtimer::mtime_hi;
using platform::mtimer::mtime_lo;
using platform::mtimer::mtimecmp_hi;
using platform::mtimer::mtimecmp_lo;

constexpr std::uint32_t kHarts = 3;
constexpr std::uint16_t kSlow = 999;  // a tick every 1000 clocks: time stands still while a test writes registers

class MtimerTest : public testing::Test {
 protected:
  MtimerTest() { reset_with_prescale(0); }

  void reset_with_prescale(std::uint16_t prescale) {
    bench.top().prescale_i = prescale;
    bench.reset();
  }
  [[nodiscard]] unsigned lines() { return bench.top().mtip_o; }
  [[nodiscard]] std::uint64_t time() { return bench.top().mtime_o; }
  void write_time(std::uint64_t value) {
    bench.write(mtime_hi(), static_cast<std::uint32_t>(value >> 32));
    bench.write(mtime_lo(), static_cast<std::uint32_t>(value));
  }
  // Never passes through a value below both the old and the new one.
  void write_compare(std::uint32_t hart, std::uint64_t value) {
    bench.write(mtimecmp_lo(hart), 0xFFFF'FFFF);
    bench.write(mtimecmp_hi(hart), static_cast<std::uint32_t>(value >> 32));
    bench.write(mtimecmp_lo(hart), static_cast<std::uint32_t>(value));
  }

  device::Bench<Vsoc_mtimer> bench{kBase};
};

TEST_F(MtimerTest, ResetZeroesTimeAndDisarmsEveryHart) {
  write_time(0x1234'5678'9ABC'DEF0);
  for (std::uint32_t h = 0; h < kHarts; ++h) write_compare(h, 5);
  bench.clock();
  ASSERT_EQ(lines(), 0b111U);
  bench.reset();
  EXPECT_EQ(time(), 0U);
  EXPECT_EQ(lines(), 0U);
  for (std::uint32_t h = 0; h < kHarts; ++h) {
    EXPECT_EQ(bench.read(mtimecmp_lo(h)), 0xFFFF'FFFFU);
    EXPECT_EQ(bench.read(mtimecmp_hi(h)), 0xFFFF'FFFFU);
  }
}

TEST_F(MtimerTest, RandomInitialContentsNeverSurviveReset) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    device::Bench<Vsoc_mtimer> fresh(kBase, seed);
    fresh.top().prescale_i = 2;
    fresh.reset();
    for (std::uint64_t clock = 0; clock < 9; ++clock, fresh.clock()) {
      ASSERT_EQ(fresh.top().mtime_o, clock / 3) << "seed " << seed;
      ASSERT_EQ(fresh.top().mtip_o, 0U) << "seed " << seed;
    }
  }
}

TEST_F(MtimerTest, TimeTicksEveryPrescalePlusOneClocks) {
  for (const std::uint16_t prescale : std::initializer_list<std::uint16_t>{0, 1, 2, 9, 65535}) {
    reset_with_prescale(prescale);
    const std::uint32_t period = prescale + 1U;
    for (std::uint64_t tick = 1; tick <= 3; ++tick) {
      bench.clocks(period - 1);
      EXPECT_EQ(time(), tick - 1) << "prescale " << prescale;
      bench.clock();
      EXPECT_EQ(time(), tick) << "prescale " << prescale;
    }
  }
}

TEST_F(MtimerTest, TimeIsReadAsTwoHalves) {
  reset_with_prescale(kSlow);
  write_time(0x0123'4567'89AB'CDEF);
  EXPECT_EQ(bench.read(mtime_lo()), 0x89AB'CDEFU);
  EXPECT_EQ(bench.read(mtime_hi()), 0x0123'4567U);
  EXPECT_EQ(time(), 0x0123'4567'89AB'CDEFU) << "the shadow of the time CSR";
}

TEST_F(MtimerTest, LowHalfCarriesIntoTheHighHalf) {
  reset_with_prescale(kSlow);
  write_time(0x0000'0006'FFFF'FFFF);
  bench.clocks(1000);
  EXPECT_EQ(time(), 0x0000'0007'0000'0000U);
}

TEST_F(MtimerTest, WriteOfAHalfReplacesTheTickOfThatClock) {
  bench.write(mtime_lo(), 0xFFFF'FFFF);
  bench.write(mtime_hi(), 5);  // no carry into the half that is written, none out of the other
  EXPECT_EQ(time(), 0x0000'0005'FFFF'FFFFU);
  bench.write(mtime_lo(), 100);
  EXPECT_EQ(time(), 0x0000'0005'0000'0064U);
  bench.clock();
  EXPECT_EQ(time(), 0x0000'0005'0000'0065U);
}

TEST_F(MtimerTest, WriteOfTimeKeepsThePrescalerPhase) {
  reset_with_prescale(9);
  bench.clocks(6);
  write_time(50);  // clocks 7 and 8
  bench.clock();
  EXPECT_EQ(time(), 50U);
  bench.clock();
  EXPECT_EQ(time(), 51U);
}

TEST_F(MtimerTest, PendingFromEqualityOnOneClockLate) {
  write_compare(0, 20);
  bench.clocks(20 - time());
  ASSERT_EQ(time(), 20U);
  EXPECT_EQ(lines(), 0U) << "registered: not in the clock that reaches the value";
  bench.clock();
  EXPECT_EQ(lines(), 0b001U);
}

TEST_F(MtimerTest, NotPendingOneTickBelow) {
  reset_with_prescale(kSlow);
  write_time(19);
  write_compare(0, 20);
  bench.clocks(5);
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MtimerTest, PendingIsALevelClearedOnlyByAHigherCompareValue) {
  write_compare(1, 10);
  bench.clocks(500);
  EXPECT_EQ(lines(), 0b010U) << "a level, not an edge";
  bench.write(mtimecmp_lo(1), static_cast<std::uint32_t>(time()));
  bench.clocks(2);
  EXPECT_EQ(lines(), 0b010U) << "still not above the time";
  bench.write(mtimecmp_lo(1), static_cast<std::uint32_t>(time() + 100));
  EXPECT_EQ(lines(), 0b010U) << "the change shows one clock after it";
  bench.clock();
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MtimerTest, CompareWriteShowsOneClockAfterTheWrite) {
  reset_with_prescale(kSlow);
  write_time(100);
  bench.write(mtimecmp_hi(2), 0);
  bench.write(mtimecmp_lo(2), 100);
  EXPECT_EQ(lines(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 0b100U);
}

TEST_F(MtimerTest, TimeWriteIsComparedToo) {
  reset_with_prescale(kSlow);
  write_compare(0, 1000);
  write_compare(1, 2000);
  bench.write(mtime_lo(), 1500);
  bench.clock();
  EXPECT_EQ(lines(), 0b001U);
  bench.write(mtime_lo(), 3000);
  bench.clock();
  EXPECT_EQ(lines(), 0b011U);
  bench.write(mtime_lo(), 999);
  bench.clock();
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MtimerTest, CompareIsUnsigned) {
  reset_with_prescale(kSlow);
  write_compare(0, 0x7FFF'FFFF'FFFF'FFFF);
  write_compare(1, 0x8000'0000'0000'0001);
  write_time(0x8000'0000'0000'0000);
  bench.clock();
  EXPECT_EQ(lines(), 0b001U);
}

TEST_F(MtimerTest, CompareUsesAllBits) {
  reset_with_prescale(kSlow);
  for (unsigned bit = 0; bit < 64; ++bit) {
    write_time(std::uint64_t{1} << bit);
    write_compare(0, std::uint64_t{1} << bit);
    bench.clock();
    EXPECT_EQ(lines(), 0b001U) << "bit " << bit;
    write_time((std::uint64_t{1} << bit) - 1);
    bench.clock();
    EXPECT_EQ(lines(), 0U) << "bit " << bit;
    write_compare(0, ~std::uint64_t{0});
  }
}

TEST_F(MtimerTest, EachHartHasItsOwnCompareValue) {
  write_compare(2, 40);
  write_compare(0, 50);
  write_compare(1, 60);
  bench.clocks(41 - time());
  EXPECT_EQ(lines(), 0b100U);
  bench.clocks(10);
  EXPECT_EQ(lines(), 0b101U);
  bench.clocks(10);
  EXPECT_EQ(lines(), 0b111U);
  EXPECT_EQ(bench.read(mtimecmp_lo(0)), 50U);
  EXPECT_EQ(bench.read(mtimecmp_lo(1)), 60U);
  EXPECT_EQ(bench.read(mtimecmp_lo(2)), 40U);
}

TEST_F(MtimerTest, HartsWithEqualCompareValuesFireTogether) {
  for (std::uint32_t h = 0; h < kHarts; ++h) write_compare(h, 77);
  bench.clocks(77 - time());
  EXPECT_EQ(lines(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 0b111U);
}

TEST_F(MtimerTest, HalvesOfTheCompareValueAreIndependent) {
  bench.write(mtimecmp_lo(1), 0x1111'2222);
  EXPECT_EQ(bench.read(mtimecmp_hi(1)), 0xFFFF'FFFFU);
  bench.write(mtimecmp_hi(1), 0x3333'4444);
  EXPECT_EQ(bench.read(mtimecmp_lo(1)), 0x1111'2222U);
  EXPECT_EQ(bench.read(mtimecmp_hi(1)), 0x3333'4444U);
}

// From 0x0000_0001_0000_0010 to 0x0000_0002_0000_0000 at a time between the low halves: only the safe order is quiet.
TEST_F(MtimerTest, SafeUpdateOrderNeverShowsASpuriousInterrupt) {
  reset_with_prescale(kSlow);
  write_time(0x0000'0001'0000'0005);
  write_compare(0, 0x0000'0001'0000'0010);
  for (const auto& [address, value] :
       {std::pair{mtimecmp_lo(0), 0xFFFF'FFFFU}, std::pair{mtimecmp_hi(0), 2U}, std::pair{mtimecmp_lo(0), 0U}}) {
    bench.write(address, value);
    bench.clocks(2);
    EXPECT_EQ(lines(), 0U);
  }
}

TEST_F(MtimerTest, UnsafeUpdateOrderShowsASpuriousInterrupt) {
  reset_with_prescale(kSlow);
  write_time(0x0000'0001'0000'0005);
  write_compare(0, 0x0000'0001'0000'0010);
  bench.write(mtimecmp_lo(0), 0);
  bench.clock();
  EXPECT_EQ(lines(), 0b001U) << "the low half alone made the value smaller than the time";
}

TEST_F(MtimerTest, TimeWrapsAndTheComparisonWithIt) {
  write_compare(0, 0);
  write_compare(1, 2);
  bench.write(mtime_hi(), 0xFFFF'FFFF);
  bench.write(mtime_lo(), 0xFFFF'FFFE);
  bench.clocks(2);
  ASSERT_EQ(time(), 0U);
  EXPECT_EQ(lines(), 0b111U) << "hart 2 was reached by all ones, the others long before";
  bench.clock();
  EXPECT_EQ(lines(), 0b001U) << "only a compare value of 0 is still reached";
  bench.clocks(2);
  EXPECT_EQ(lines(), 0b011U);
}

TEST_F(MtimerTest, ReservedWordsReadZeroAndIgnoreWrites) {
  for (const std::uint32_t offset : {0xC000U, 0xC004U, 0xFFFCU}) {
    EXPECT_EQ(bench.write_answer(kBase + offset, 0xFFFF'FFFF), (model::Answer{}));
    EXPECT_EQ(bench.read_answer(kBase + offset), (model::Answer{}));
  }
}

TEST_F(MtimerTest, HartThatWasNotBuiltIsRefused) {
  for (const std::uint32_t hart : {kHarts, kHarts + 1, 4094U}) {
    EXPECT_TRUE(bench.write_answer(mtimecmp_lo(hart), 0).error);
    EXPECT_TRUE(bench.write_answer(mtimecmp_hi(hart), 0).error);
    EXPECT_TRUE(bench.read_answer(mtimecmp_lo(hart)).error);
  }
  bench.clocks(2);
  EXPECT_EQ(lines(), 0U);
}

TEST_F(MtimerTest, MisalignedAndForeignAddressesAreRefused) {
  EXPECT_TRUE(bench.write_answer(mtimecmp_lo(0) + 2, 0).error);
  EXPECT_TRUE(bench.read_answer(mtime_lo() + 1).error);
  EXPECT_TRUE(bench.read_answer(kBase + 0x3FF8).error) << "belongs to the MSWI";
  EXPECT_EQ(bench.read(mtimecmp_lo(0)), 0xFFFF'FFFFU);
}

TEST_F(MtimerTest, HorizonReachesTheClockBeforeTheComparisonChanges) {
  for (const std::uint16_t prescale : std::initializer_list<std::uint16_t>{0, 1, 6}) {
    reset_with_prescale(prescale);
    const std::uint32_t period = prescale + 1U;
    bench.write(mtimecmp_hi(1), 0);
    bench.write(mtimecmp_lo(1), 100);
    bench.clock();
    const std::uint32_t expected = 100 * period - 3;  // three clocks passed
    EXPECT_EQ(bench.horizon(), expected);
    bench.clocks(expected);
    EXPECT_EQ(time(), 100U);
    EXPECT_EQ(lines(), 0U);
    EXPECT_EQ(bench.horizon(), 0U);
    bench.clock();
    EXPECT_EQ(lines(), 0b010U);
  }
}

TEST_F(MtimerTest, HorizonIsZeroUntilAWriteIsCompared) {
  bench.write(mtimecmp_lo(0), 5);
  EXPECT_EQ(bench.horizon(), 0U);
  bench.clock();
  EXPECT_GT(bench.horizon(), 0U);
}

TEST_F(MtimerTest, HorizonIsNeverWhenTheNextDeadlineIsFar) {
  EXPECT_EQ(bench.horizon(), kNever) << "disarmed";
  write_compare(0, std::uint64_t{1} << 40);
  bench.clock();
  EXPECT_EQ(bench.horizon(), kNever);
  reset_with_prescale(65535);
  write_compare(0, 40000);  // 40000 * 65536 clocks do not fit
  bench.clock();
  EXPECT_EQ(bench.horizon(), kNever);
}

TEST_F(MtimerTest, HorizonIsExactAsFarAsItCanBeTold) {
  for (const std::uint32_t deadline : {0x1234'5678U, 0x3FFF'FFFFU, 0x4000'0005U, 0x7654'3210U, 0x7FFF'FFFEU}) {
    write_compare(0, deadline);
    bench.clock();
    EXPECT_EQ(bench.horizon(), deadline - time()) << std::hex << deadline;
  }
  write_compare(0, std::uint64_t{kNever} + time() + 100);
  bench.clock();
  EXPECT_EQ(bench.horizon(), kNever);
  reset_with_prescale(0x3FFF);
  write_compare(0, 0x1'0000);
  bench.clock();
  EXPECT_EQ(bench.horizon(), 0x4000'0000U - 4) << "four clocks passed";
}

TEST_F(MtimerTest, HorizonSeesPastHartsThatAreAlreadyPending) {
  reset_with_prescale(kSlow);
  write_time(50);
  write_compare(0, 10);
  write_compare(1, 51);
  bench.clock();
  EXPECT_EQ(bench.horizon(), 1000U - 9);
}

TEST_F(MtimerTest, SkipEqualsItsClocks) {
  for (const std::uint16_t prescale : std::initializer_list<std::uint16_t>{0, 1, 6, 999}) {
    for (const std::uint32_t clocks : {1U, 2U, 6U, 7U, 999U, 123'456U}) {
      reset_with_prescale(prescale);
      bench.clocks(3);
      bench.skip(clocks);
      EXPECT_EQ(time(), (3 + clocks) / (prescale + 1U)) << "prescale " << prescale << ", skip " << clocks;
      bench.clocks(prescale);  // the phase is right as well
      EXPECT_EQ(time(), (3 + clocks + prescale) / (prescale + 1U)) << "prescale " << prescale << ", skip " << clocks;
    }
  }
}

TEST_F(MtimerTest, LongestSkipIsExact) {
  bench.skip(kNever);
  bench.skip(kNever);
  bench.skip(kNever);
  EXPECT_EQ(time(), 3ULL * kNever);
}

TEST_F(MtimerTest, SkipUpToTheHorizonThenFire) {
  write_compare(2, 5'000'000);
  bench.clock();
  bench.skip(bench.horizon());
  EXPECT_EQ(time(), 5'000'000U);
  EXPECT_EQ(lines(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 0b100U);
}

TEST_F(MtimerTest, SkipPastADeadlineBreaksTheInvariant) {
  CountInvariants broken;
  write_compare(0, 100);
  bench.clock();
  bench.skip(bench.horizon());
  EXPECT_EQ(broken.take(), 0U);
  bench.clock();
  write_compare(0, 200);
  bench.clock();
  bench.skip(bench.horizon() + 1);
  EXPECT_EQ(broken.take(), 1U);
}

TEST_F(MtimerTest, AccessInASkipClockBreaksTheInvariant) {
  CountInvariants broken;
  bench.present({.kind = model::Access::Kind::kRead, .address = mtime_lo(), .data = 0});
  bench.skip(1);
  EXPECT_EQ(broken.take(), 1U);
  bench.withdraw();
}

TEST_F(MtimerTest, LoweringThePrescaleUnderARunningPhaseBreaksTheInvariant) {
  CountInvariants broken;
  reset_with_prescale(100);
  bench.clocks(50);
  bench.top().prescale_i = 10;
  bench.clock();
  EXPECT_EQ(broken.take(), 1U);
}

}  // namespace
