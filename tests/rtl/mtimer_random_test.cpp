// SPDX-License-Identifier: Apache-2.0
// Machine timer: random traffic in lock-step with the reference model.
#include <gtest/gtest.h>

#include "Vsoc_mtimer.h"
#include "models/mtimer.h"
#include "platform.h"
#include "tests/rtl/lock_step.h"

namespace {

using model::Access;

constexpr std::uint32_t kHarts = 3;

class MtimerRandom final : public device::LockStep<Vsoc_mtimer> {
 public:
  MtimerRandom(std::uint64_t seed, std::uint16_t prescale, bool with_skips)
      : LockStep(platform::mtimer::kBase, seed, with_skips), model_(kHarts, prescale) {
    bench_.top().prescale_i = prescale;
    bench_.reset();
  }

 private:
  // Close to the time, at the ends of the range, or anything: carries, wraps and ties must be common.
  std::uint64_t interesting_value() {
    switch (rng_.below(4)) {
      case 0: return model_.time() + rng_.below(40);
      case 1: return model_.time() - rng_.below(10);
      case 2: return ~std::uint64_t{0} - rng_.below(20);
      default: return rng_.one_in(2) ? rng_.below(20) : std::uint64_t{rng_.word()} << 32 | rng_.word();
    }
  }

  Access draw() override {
    using namespace platform::mtimer;
    if (rng_.one_in(3)) return {};
    const std::uint64_t value = interesting_value();
    const bool high = rng_.one_in(3);
    const std::uint32_t hart = rng_.below(kHarts);
    Access access;
    access.kind = rng_.one_in(3) ? Access::Kind::kRead : Access::Kind::kWrite;
    access.address = high ? mtimecmp_hi(hart) : mtimecmp_lo(hart);
    if (rng_.one_in(6)) access.address = high ? mtime_hi() : mtime_lo();
    if (rng_.one_in(20)) access.address = kBase + 0x3F00 + rng_.below(0xC100);
    access.data = static_cast<std::uint32_t>(high ? value >> 32 : value);
    return access;
  }

  model::Answer model_answer(const Access& access) override { return model_.answer(access); }
  void model_clock(const Access& access) override { model_.clock(access); }
  std::uint64_t model_lines() override { return model_.mtip_line(); }
  void compare() override {
    EXPECT_EQ(bench_.top().mtip_o, model_.mtip_line()) << "cycle " << bench_.cycle();
    EXPECT_EQ(bench_.top().mtime_o, model_.time()) << "cycle " << bench_.cycle();
  }

  model::Mtimer model_;
};

void run(std::uint16_t prescale, bool with_skips, std::uint64_t default_seed) {
  const std::uint64_t seed = device::test_seed(default_seed);
  SCOPED_TRACE(device::replay(seed));
  MtimerRandom(seed, prescale, with_skips).run();
}

TEST(MtimerRandomTest, MatchesTheModelTickingEveryClock) { run(0, false, 1); }
TEST(MtimerRandomTest, MatchesTheModelWithAPrescaler) { run(4, false, 2); }
TEST(MtimerRandomTest, MatchesTheModelTickingEveryClockWithSkips) { run(0, true, 3); }
TEST(MtimerRandomTest, MatchesTheModelWithAPrescalerAndSkips) { run(6, true, 4); }

}  // namespace
