// SPDX-License-Identifier: Apache-2.0
// Watchdog: pets, count loads, window; and time: horizon and skips.
#include <gtest/gtest.h>

#include "tests/rtl/swdt_fixture.h"

namespace {

using namespace device;

class SwdtPet : public SwdtTest {
 protected:
  // Bark threshold 5: the sixth tick barks. Pets in the given clock.
  void pet_in_clock(std::uint32_t clock) {
    watch(0, 5, kFar);
    start();
    bench.clocks(clock - 1);
    pet(0);
  }
};

TEST_F(SwdtPet, OneTickBeforeTheBarkPreventsIt) {
  pet_in_clock(5);
  EXPECT_EQ(count(), 0U);
  bench.clocks(5);
  EXPECT_EQ(barked(), 0U);
  bench.clock();
  EXPECT_EQ(barked(), 1U);
}

TEST_F(SwdtPet, InTheClockOfTheBarkComesTooLateButCountsFromZero) {
  pet_in_clock(6);
  EXPECT_EQ(barked(), 1U) << "judged by the count before the pet";
  EXPECT_EQ(bark_events(), 1U);
  EXPECT_EQ(count(), 0U) << "the pet wins over the increment";
}

TEST_F(SwdtPet, OneTickAfterTheBarkLeavesTheStateSet) {
  pet_in_clock(7);
  EXPECT_EQ(barked(), 1U);
  EXPECT_EQ(count(), 0U);
  bench.write(swdt::intr_state(), 1);
  bench.clocks(4);
  EXPECT_EQ(barked(), 0U);
}

TEST_F(SwdtPet, AnyValueOnTheRefreshPagePetsOnlyThatChannel) {
  for (std::uint32_t k = 0; k < kChannels; ++k) {
    for (const std::uint32_t value : {0U, 1U, 0xFFFF'FFFFU}) {
      for (std::uint32_t other = 0; other < kChannels; ++other) bench.write(swdt::channel_count(other), 100);
      bench.write(swdt::pet(k), value);
      for (std::uint32_t other = 0; other < kChannels; ++other) EXPECT_EQ(count(other), other == k ? 0U : 100U);
    }
  }
}

TEST_F(SwdtPet, ReadOfTheRefreshPageDoesNotPet) {
  bench.write(swdt::channel_count(0), 100);
  EXPECT_EQ(bench.read(swdt::pet(0)), 0U);
  EXPECT_EQ(count(), 100U);
}

TEST_F(SwdtPet, LoadedCountWinsOverTheIncrement) {
  watch(0, kFar, kFar);
  start();
  bench.write(swdt::channel_count(0), 500);
  EXPECT_EQ(count(), 500U);
  bench.clock();
  EXPECT_EQ(count(), 501U);
  bench.write(swdt::channel_count(0), 0);
  EXPECT_EQ(count(), 0U);
}

TEST_F(SwdtPet, LoadInTheClockOfTheBarkDoesNotSuppressIt) {
  watch(0, 5, 100);
  start();
  bench.clocks(5);
  bench.write(swdt::channel_count(0), 1);
  EXPECT_EQ(barked(), 1U);
  EXPECT_EQ(count(), 1U);
}

TEST_F(SwdtPet, PetInTheClockOfTheBiteComesTooLate) {
  watch(0, 2, 5);
  start();
  bench.clocks(5);
  pet(0);
  EXPECT_EQ(bite_events(), 1U);
}

// --- window ---

TEST_F(SwdtPet, EarlyPetKeepsTheCountAndIsReported) {
  watch(0, 1000, 2000, kOn | kWindow | kToMsip);
  bench.write(swdt::channel_window_min(0), 10);
  start();
  bench.clocks(9);
  pet(0);  // COUNT is 9
  EXPECT_EQ(count(), 10U) << "kept, so the tick of that clock counts";
  EXPECT_EQ(bench.peek(swdt::channel_pet_err(0)), 1U);
  EXPECT_EQ(barked(), 1U);
  EXPECT_EQ(bark_events(), 0U) << "not a bark";
  EXPECT_EQ(bench.top().bark_msip_o, 0);
  EXPECT_EQ(state(), swdt::kChannelStatusStateRunning);
}

TEST_F(SwdtPet, PetAtWindowMinIsInTime) {
  watch(0, 1000, 2000, kOn | kWindow);
  bench.write(swdt::channel_window_min(0), 10);
  start();
  bench.clocks(10);
  pet(0);
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(bench.peek(swdt::channel_pet_err(0)), 0U);
  EXPECT_EQ(barked(), 0U);
}

TEST_F(SwdtPet, WindowCountsOnlyWhenEnabled) {
  bench.write(swdt::channel_window_min(0), 10);
  bench.write(swdt::channel_count(0), 5);
  pet(0);
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(bench.peek(swdt::channel_pet_err(0)), 0U);
}

TEST_F(SwdtPet, CountZeroIsSubjectToTheWindowOtherLoadsAreNot) {
  bench.write(swdt::channel_ctrl(0), kWindow);
  bench.write(swdt::channel_window_min(0), 10);
  bench.write(swdt::channel_count(0), 5);
  EXPECT_EQ(count(), 5U) << "a load";
  bench.write(swdt::channel_count(0), 0);
  EXPECT_EQ(count(), 5U) << "an early pet";
  EXPECT_EQ(bench.peek(swdt::channel_pet_err(0)), 1U);
  bench.write(swdt::channel_count(0), 10);
  bench.write(swdt::channel_count(0), 0);
  EXPECT_EQ(count(), 0U);
}

TEST_F(SwdtPet, EarlyPetsAreCountedWithSaturation) {
  bench.write(swdt::channel_ctrl(1), kWindow);
  bench.write(swdt::channel_window_min(1), 1);
  for (std::uint32_t n = 1; n <= 0xFFFF; ++n) bench.write(swdt::pet(1), 0);
  EXPECT_EQ(bench.peek(swdt::channel_pet_err(1)), 0xFFFFU);
  pet(1);
  EXPECT_EQ(bench.peek(swdt::channel_pet_err(1)), 0xFFFFU);
  EXPECT_EQ(bench.peek(swdt::channel_pet_err(0)), 0U);
}

TEST_F(SwdtPet, EarlyPetSetsTheStateAgainAfterAClear) {
  bench.write(swdt::channel_ctrl(0), kWindow);
  bench.write(swdt::channel_window_min(0), 1);
  pet(0);
  bench.write(swdt::intr_state(), 1);
  EXPECT_EQ(barked(), 0U);
  pet(0);
  EXPECT_EQ(barked(), 1U);
}

// --- horizon and skip ---

class SwdtTime : public SwdtTest {};

TEST_F(SwdtTime, HorizonIsTheClocksBeforeTheTickOfTheNextEvent) {
  for (const std::uint32_t prescale : {0U, 1U, 9U}) {
    power_on();
    bench.write(swdt::prescale(), prescale);
    watch(0, 100, 300);
    watch(1, 200, kFar);
    start();
    const std::uint32_t period = prescale + 1;
    bench.clocks(7);
    EXPECT_EQ(bench.horizon(), 101 * period - 8) << "the bark of channel 0";
    bench.clocks(101 * period - 8);
    EXPECT_EQ(barked(), 0U);
    EXPECT_EQ(bench.horizon(), 0U);
    bench.clock();
    EXPECT_EQ(barked(), 1U);
    EXPECT_EQ(bench.horizon(), 0U) << "a pulse is up";
    bench.clock();
    EXPECT_EQ(bench.horizon(), 100 * period - 2) << "the bark of channel 1";
    bench.clocks(100 * period);
    EXPECT_EQ(barked(), 0b11U);
    EXPECT_EQ(bench.horizon(), 100 * period - 2) << "the bite of channel 0";
  }
}

TEST_F(SwdtTime, HorizonIsNeverWhenNothingCounts) {
  EXPECT_EQ(bench.horizon(), kNever);
  watch(0, 10, 20, kOn | kPauseInWfi);
  EXPECT_EQ(bench.horizon(), kNever) << "globally disabled";
  start(swdt::kGctrlEnable | swdt::kGctrlPauseInDebug);
  EXPECT_EQ(bench.horizon(), 10U);
  set_wfi(1);
  EXPECT_EQ(bench.horizon(), kNever);
  set_wfi(0);
  bench.top().pause_i = 1;
  EXPECT_EQ(bench.horizon(), kNever);
}

TEST_F(SwdtTime, HorizonIsNeverWhenTheNextEventIsFar) {
  bench.write(swdt::prescale(), 65535);
  watch(0, kFar, kFar);
  start();
  EXPECT_EQ(bench.horizon(), kNever);
}

TEST_F(SwdtTime, SkipEqualsItsClocks) {
  for (const std::uint32_t prescale : {0U, 1U, 6U, 65535U}) {
    for (const std::uint32_t clocks : {1U, 2U, 6U, 7U, 999U, 1'234'567U}) {
      power_on();
      bench.write(swdt::prescale(), prescale);
      watch(0, kFar, kFar);
      watch(2, kFar, kFar, kOn | kPauseInWfi);
      start();
      set_wfi(0b100);
      bench.clocks(3);
      bench.skip(clocks);
      EXPECT_EQ(count(0), (3 + clocks) / (prescale + 1)) << "prescale " << prescale << ", skip " << clocks;
      EXPECT_EQ(count(2), 0U) << "paused";
      bench.clocks(prescale);  // the phase is right as well
      EXPECT_EQ(count(0), (3 + clocks + prescale) / (prescale + 1)) << "prescale " << prescale << ", skip " << clocks;
    }
  }
}

TEST_F(SwdtTime, WhereNoChannelCountsAnySkipIsGood) {
  start();
  bench.clocks(2);
  for (unsigned i = 0; i < 5; ++i) {
    EXPECT_EQ(bench.horizon(), kNever);
    bench.skip(kNever);
  }
  watch(0, 100, 200);
  bench.clocks(10);
  EXPECT_LE(count(), 10U) << "what passed before is not counted";
}

TEST_F(SwdtTime, SkipSaturatesTheCountOfABarkedChannel) {
  watch(0, 1, 0xFFFF'FFFF);
  bench.write(swdt::channel_count(0), kFar - 1000);
  start();
  bench.clocks(2);
  ASSERT_EQ(barked(), 1U);
  bench.skip(bench.horizon());
  EXPECT_EQ(count(), kFar);
  EXPECT_EQ(bite_events(), 0U);
  bench.clock();
  EXPECT_EQ(bite_events(), 1U);
}

TEST_F(SwdtTime, LongSkipThenBarkInTheRightClock) {
  watch(1, 1'500'000'000, kFar);
  start();
  bench.skip(bench.horizon());
  EXPECT_EQ(count(1), 1'500'000'000U);
  EXPECT_EQ(barked(), 0U);
  bench.clock();
  EXPECT_EQ(barked(), 0b010U);
}

TEST_F(SwdtTime, SkipPastABarkOrABiteBreaksTheInvariant) {
  CountInvariants broken;
  watch(0, 50, 100);
  start();
  bench.skip(bench.horizon());
  EXPECT_EQ(broken.take(), 0U);
  bench.clocks(2);
  bench.skip(bench.horizon() + 2);
  EXPECT_EQ(broken.take(), 1U) << "the bite";
  power_on();
  watch(0, 50, 100);
  start();
  bench.skip(bench.horizon() + 2);
  EXPECT_EQ(broken.take(), 1U) << "the bark";
}

TEST_F(SwdtTime, SkipOverAnEventClockOrAPulseBreaksTheInvariant) {
  CountInvariants broken;
  watch(0, 5, kFar);
  start();
  bench.clocks(5);
  bench.skip(1);  // this clock barks
  EXPECT_EQ(broken.take(), 1U);
  bench.skip(1);  // its pulse is still up
  EXPECT_EQ(broken.take(), 1U);
  bench.skip(1);
  EXPECT_EQ(broken.take(), 0U);
}

TEST_F(SwdtTime, AccessInASkipClockBreaksTheInvariant) {
  CountInvariants broken;
  bench.present({.kind = model::Access::Kind::kRead, .address = swdt::id(), .data = 0});
  bench.skip(1);
  EXPECT_EQ(broken.take(), 1U);
  bench.withdraw();
}

}  // namespace
