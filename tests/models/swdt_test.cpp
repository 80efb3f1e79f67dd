// SPDX-License-Identifier: Apache-2.0
// Goal: the model of the watchdog jumps as far as it would have been clocked, and knows when it barks or bites.
#include "models/swdt.h"

#include "tests/models/twins.h"

namespace model::test {
namespace {

namespace swdt = platform::swdt;

constexpr std::uint32_t kChannels = 3;
constexpr std::uint32_t kFirstHart = 1;
constexpr std::uint32_t kHarts = 5;

std::uint32_t threshold(Rng& rng) { return rng.one_in(6) ? ~0U - rng.below(3) : rng.below(40); }

template <std::uint32_t kPrescaleMax>
struct Device {
  static constexpr Horizon kHorizon = Horizon::kExact;
  Swdt m{kChannels, kFirstHart, kHarts};
  Swdt::Inputs in = [] {
    Swdt::Inputs inputs;
    inputs.mtime = 77;
    inputs.sites.assign(kChannels, 5);
    return inputs;
  }();
  bool resets = false;  // bitten and locked channels do nothing until then

  Access draw(Rng& rng) {
    in.wfi = rng.one_in(5) ? rng.below(1U << kChannels) : in.wfi;
    in.pause = rng.one_in(20) ? !in.pause : in.pause;
    ++in.mtime;
    resets = rng.one_in(300);
    if (resets) m.reset();
    const std::uint32_t k = rng.below(kChannels);
    switch (rng.below(16)) {
      case 0: return {.kind = rng.kind(), .address = swdt::gctrl(), .data = rng.one_in(8) ? rng.below(4) : 1 + 2 * rng.below(2)};
      case 1: return {.kind = rng.kind(), .address = swdt::prescale(), .data = rng.below(kPrescaleMax)};
      case 2: return {.kind = rng.kind(), .address = swdt::intr_state(), .data = rng.word()};
      case 3: return {.kind = rng.kind(), .address = swdt::intr_enable(), .data = rng.word()};
      case 4: return {.kind = rng.kind(), .address = swdt::intr_test(), .data = rng.one_in(4) ? rng.word() : 0};
      case 5: return {.kind = rng.kind(), .address = swdt::last_bite_time_lo() + 4 * rng.below(2), .data = rng.word()};
      case 6:
      case 7: return {.kind = rng.kind(), .address = swdt::channel_ctrl(k), .data = rng.below(0x40) | 1U};
      case 8: return {.kind = rng.kind(), .address = swdt::channel_bark_thold(k), .data = threshold(rng)};
      case 9: return {.kind = rng.kind(), .address = swdt::channel_bite_thold(k), .data = threshold(rng)};
      case 10: return {.kind = rng.kind(), .address = swdt::channel_count(k), .data = threshold(rng)};
      case 11: return {.kind = Access::Kind::kRead, .address = swdt::channel_count(k)};
      case 12: return {.kind = Access::Kind::kRead, .address = swdt::channel_status(k)};
      case 13: return {.kind = Access::Kind::kRead, .address = swdt::channel_bark_time_lo(k)};
      default: return {.kind = Access::Kind::kWrite, .address = swdt::pet(k), .data = 1};
    }
  }
  void copy_inputs(const Device& other) {
    in.wfi = other.in.wfi;
    in.pause = other.in.pause;
    in.mtime = other.in.mtime;
    if (other.resets) m.reset();
  }
  Answer answer(const Access& access) {
    in.access = access;
    return m.answer(in);
  }
  void clock(const Access& access) {
    in.access = access;
    m.clock(in);
    in.access = {};
  }
  void advance(std::uint64_t clocks) { m.advance(clocks, in); }
  std::uint64_t horizon() const { return m.horizon(in); }
  Swdt::Outputs outputs() const { return m.outputs(); }
};

TEST(SwdtModelTest, AJumpIsAsManyClocks) {
  run_twins<Device<1>>(1, 60);
  run_twins<Device<5>>(2, 200);
  run_twins<Device<20>>(3, 600);
}

}  // namespace
}  // namespace model::test
