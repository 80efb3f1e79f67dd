// SPDX-License-Identifier: Apache-2.0
// Goal: the model of the timer jumps as far as it would have been clocked, and knows when a line changes; also where mtime
// wraps.
#include "models/mtimer.h"

#include "tests/models/twins.h"

namespace model::test {
namespace {

namespace mtimer = platform::mtimer;

constexpr std::uint32_t kHarts = 3;

template <std::uint32_t kPrescale>
struct Device {
  static constexpr Horizon kHorizon = Horizon::kExact;
  Mtimer m{kHarts, kPrescale};

  // Times near each other, some of them about to wrap.
  Access draw(Rng& rng) const {
    const std::uint32_t hart = rng.below(kHarts);
    const auto near_now = static_cast<std::uint32_t>(m.time()) + rng.below(200) - 50;
    const std::uint32_t high = rng.one_in(3) ? ~0U : 0;
    switch (rng.below(8)) {
      case 0: return {.kind = rng.kind(), .address = mtimer::mtime_lo(), .data = rng.one_in(2) ? 0U - rng.below(100) : near_now};
      case 1: return {.kind = rng.kind(), .address = mtimer::mtime_hi(), .data = high};
      case 2: return {.kind = rng.kind(), .address = mtimer::mtimecmp_hi(hart), .data = high};
      case 3: return {.kind = rng.kind(), .address = mtimer::mtimecmp_lo(hart), .data = rng.below(3)};
      default: return {.kind = rng.kind(), .address = mtimer::mtimecmp_lo(hart), .data = near_now};
    }
  }
  void copy_inputs(const Device&) {}
  Answer answer(const Access& access) const { return m.answer(access); }
  void clock(const Access& access) { m.clock(access); }
  void advance(std::uint64_t clocks) { m.advance(clocks); }
  std::uint64_t horizon() const { return m.horizon(); }
  std::uint64_t outputs() const { return m.mtip_line(); }
};

TEST(MtimerModelTest, AJumpIsAsManyClocks) {
  run_twins<Device<0>>(1, 120);
  run_twins<Device<1>>(2, 200);
  run_twins<Device<6>>(3, 600);
}

TEST(MtimerModelTest, FarOffTimesAreExact) {
  Mtimer timer(1, 99);
  timer.clock({.kind = Access::Kind::kWrite, .address = mtimer::mtimecmp_hi(0), .data = 1});
  timer.clock({.kind = Access::Kind::kWrite, .address = mtimer::mtimecmp_lo(0), .data = 5});
  constexpr std::uint64_t kTime = (std::uint64_t{1} << 32) + 5;
  EXPECT_EQ(timer.horizon(), kTime * 100 - 2);
  timer.advance(kTime * 100 - 2);
  EXPECT_EQ(timer.time(), kTime);
  EXPECT_EQ(timer.mtip_line(), 0U);
  timer.advance(1);
  EXPECT_EQ(timer.mtip_line(), 1U);
}

TEST(MtimerModelTest, ATimeOutOfReachIsNever) {
  Mtimer timer(1, 99);
  EXPECT_EQ(timer.horizon(), kForever) << "all ones, 100 clocks a tick";
}

}  // namespace
}  // namespace model::test
