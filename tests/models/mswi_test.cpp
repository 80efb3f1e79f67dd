// SPDX-License-Identifier: Apache-2.0
// Goal: the model of MSWI jumps as far as it would have been clocked, and knows when a line changes.
#include "models/mswi.h"

#include "tests/models/twins.h"

namespace model::test {
namespace {

constexpr std::uint32_t kHarts = 3;

template <std::uint32_t kLatency>
struct Device {
  static constexpr Horizon kHorizon = Horizon::kExact;
  Mswi m{kHarts, kLatency};
  std::uint64_t set = 0;

  Access draw(Rng& rng) {
    set = rng.one_in(4) ? rng.below(1U << kHarts) : 0;
    return {.kind = rng.kind(), .address = platform::mswi::msip(rng.below(kHarts)), .data = rng.word()};
  }
  void copy_inputs(const Device& other) { set = other.set; }
  Answer answer(const Access& access) const { return m.answer(access); }
  void clock(const Access& access) {
    m.clock(access, set);
    set = 0;
  }
  void advance(std::uint64_t clocks) { m.advance(clocks); }
  std::uint64_t horizon() const { return m.horizon(); }
  std::uint64_t outputs() const { return m.msip_line(); }
};

TEST(MswiModelTest, AJumpIsAsManyClocks) {
  run_twins<Device<0>>(1, 10);
  run_twins<Device<4>>(2, 10);
  run_twins<Device<20>>(3, 60);
}

TEST(MswiModelTest, NothingRaisedChangesNothing) {
  Mswi mswi(kHarts, 4);
  EXPECT_EQ(mswi.horizon(), kForever);
  mswi.clock({.kind = Access::Kind::kWrite, .address = platform::mswi::msip(1), .data = 1}, 0);
  EXPECT_EQ(mswi.horizon(), 3U);
  mswi.advance(3);
  EXPECT_EQ(mswi.msip_line(), 0U);
  mswi.advance(1);
  EXPECT_EQ(mswi.msip_line(), 2U);
  EXPECT_EQ(mswi.horizon(), kForever);
}

}  // namespace
}  // namespace model::test
