// SPDX-License-Identifier: Apache-2.0
// Machine software interrupts: random traffic in lock-step with the reference model.
#include <gtest/gtest.h>

#include "Vsoc_mswi.h"
#include "models/mswi.h"
#include "platform.h"
#include "tests/rtl/lock_step.h"

namespace {

using model::Access;

constexpr std::uint32_t kHarts = 3;

class MswiRandom final : public device::LockStep<Vsoc_mswi> {
 public:
  MswiRandom(std::uint64_t seed, std::uint16_t latency, bool with_skips)
      : LockStep(platform::mswi::kBase, seed, with_skips), model_(kHarts, latency) {
    bench_.top().set_i = 0;
    bench_.top().latency_i = latency;
    bench_.reset();
  }

 private:
  Access draw() override {
    if (rng_.one_in(4)) return {};
    Access access;
    access.kind = rng_.one_in(3) ? Access::Kind::kRead : Access::Kind::kWrite;
    access.address = platform::mswi::msip(rng_.below(kHarts));
    if (rng_.one_in(20)) access.address = platform::mswi::kBase + rng_.below(platform::mswi::kSize);
    access.data = rng_.one_in(8) ? rng_.word() : rng_.below(2);
    return access;
  }

  void drive_inputs() override {
    set_ = rng_.one_in(10) ? rng_.below(1U << kHarts) : 0;
    bench_.top().set_i = static_cast<std::uint8_t>(set_);
  }
  void drop_pulses() override {
    set_ = 0;
    bench_.top().set_i = 0;
  }

  model::Answer model_answer(const Access& access) override { return model_.answer(access); }
  void model_clock(const Access& access) override { model_.clock(access, set_); }
  std::uint64_t model_lines() override { return model_.msip_line(); }
  void compare() override { EXPECT_EQ(bench_.top().msip_o, model_.msip_line()) << "cycle " << bench_.cycle(); }

  std::uint32_t set_ = 0;  // bit h: hart h
  model::Mswi model_;
};

void run(std::uint16_t latency, bool with_skips, std::uint64_t default_seed) {
  const std::uint64_t seed = device::test_seed(default_seed);
  SCOPED_TRACE(device::replay(seed));
  MswiRandom(seed, latency, with_skips).run();
}

TEST(MswiRandomTest, MatchesTheModelWithoutLatency) { run(0, false, 1); }
TEST(MswiRandomTest, MatchesTheModelWithLatency) { run(13, false, 2); }
TEST(MswiRandomTest, MatchesTheModelWithSkips) { run(29, true, 3); }

}  // namespace
