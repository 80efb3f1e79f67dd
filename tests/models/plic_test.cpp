// SPDX-License-Identifier: Apache-2.0
// Goal: the model of the PLIC jumps as far as it would have been clocked, and is quiet once a change has come through.
#include "models/plic.h"

#include "tests/models/twins.h"

namespace model::test {
namespace {

namespace plic = platform::plic;

constexpr std::uint32_t kContexts = 3;
constexpr std::uint32_t kSources = 9;
constexpr std::uint64_t kByEdge = 0b01'0010'0000;

struct Device {
  static constexpr Horizon kHorizon = Horizon::kCautious;
  Plic m{kContexts, kSources, kByEdge};
  std::uint64_t levels = 0;

  Access draw(Rng& rng) {
    if (rng.one_in(2)) levels ^= std::uint64_t{2} << rng.below(kSources);
    const std::uint32_t context = rng.below(kContexts);
    switch (rng.below(8)) {
      case 0: return {.kind = rng.kind(), .address = plic::priority(1 + rng.below(kSources)), .data = rng.word()};
      case 1: return {.kind = rng.kind(), .address = plic::enable(context, 0), .data = rng.word()};
      case 2: return {.kind = rng.kind(), .address = plic::threshold(context), .data = rng.below(4)};
      case 3: return {.kind = Access::Kind::kRead, .address = plic::pending(0)};
      case 4: return {.kind = Access::Kind::kRead, .address = plic::dropped_edges()};
      case 5: return {.kind = Access::Kind::kRead, .address = plic::claim(context)};
      case 6: return {.kind = Access::Kind::kWrite, .address = plic::claim(context), .data = rng.below(kSources + 2)};
      default: return {};
    }
  }
  void copy_inputs(const Device& other) { levels = other.levels; }
  Answer answer(const Access& access) const { return m.answer(access); }
  void clock(const Access& access) { m.clock(access, levels); }
  void advance(std::uint64_t clocks) { m.advance(clocks, levels); }
  std::uint64_t horizon() const { return m.horizon(levels); }
  std::uint64_t outputs() const { return m.eip_line(); }
};

TEST(PlicModelTest, AJumpIsAsManyClocks) {
  run_twins<Device>(1, 2);
  run_twins<Device>(2, 6);
}

TEST(PlicModelTest, ALevelIsSeenTwoClocksLater) {
  Plic m(kContexts, kSources, 0);
  m.clock({.kind = Access::Kind::kWrite, .address = plic::priority(3), .data = 1}, 0);
  m.clock({.kind = Access::Kind::kWrite, .address = plic::enable(1, 0), .data = 1U << 3}, 0);
  m.advance(5, 0);
  EXPECT_EQ(m.horizon(0), kForever);
  EXPECT_EQ(m.horizon(1U << 3), 0U);
  m.advance(1, 1U << 3);
  EXPECT_EQ(m.eip_line(), 0U);
  m.advance(1, 1U << 3);
  EXPECT_EQ(m.eip_line(), 2U);
  EXPECT_EQ(m.horizon(1U << 3), kForever);
}

}  // namespace
}  // namespace model::test
