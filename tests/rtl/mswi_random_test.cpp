// SPDX-License-Identifier: Apache-2.0
// Machine software interrupts: random traffic in lock-step with the reference model.
#include <gtest/gtest.h>

#include <algorithm>

#include "Vsoc_mswi.h"
#include "platform.h"
#include "tests/rtl/device_bench.h"
#include "tests/rtl/model/mswi_model.h"

namespace {

using model::Access;

constexpr std::uint32_t kHarts = 3;
constexpr std::uint32_t kTransactions = 100'000;
constexpr std::uint32_t kModelClocksPerSkipMax = 64;

class MswiRandom {
 public:
  MswiRandom(std::uint64_t seed, std::uint16_t latency, bool with_skips)
      : rng_(seed), with_skips_(with_skips), bench_(platform::mswi::kBase, seed), model_(kHarts, latency) {
    bench_.top().set_i = 0;
    bench_.top().latency_i = latency;
    bench_.reset();
  }

  void run() {
    for (std::uint32_t done = 0; done < kTransactions && !testing::Test::HasFailure();) {
      if (with_skips_ && rng_.one_in(3)) {
        skip();
      } else {
        done += transaction() ? 1 : 0;
      }
    }
  }

 private:
  Access draw() {
    if (rng_.one_in(4)) return {};
    Access access;
    access.kind = rng_.one_in(3) ? Access::Kind::kRead : Access::Kind::kWrite;
    access.address = platform::mswi::msip(rng_.below(kHarts));
    if (rng_.one_in(20)) access.address = platform::mswi::kBase + rng_.below(platform::mswi::kSize);
    access.data = rng_.one_in(8) ? rng_.word() : rng_.below(2);
    return access;
  }

  bool transaction() {
    const Access access = draw();
    const std::uint32_t set = rng_.one_in(10) ? rng_.below(1U << kHarts) : 0;
    bench_.top().set_i = static_cast<std::uint8_t>(set);
    EXPECT_EQ(bench_.present(access), model_.answer(access)) << "cycle " << bench_.cycle();
    bench_.clock();
    model_.clock(access, set);
    bench_.top().set_i = 0;
    bench_.withdraw();
    compare();
    return access.kind != Access::Kind::kNone;
  }

  void skip() {
    const std::uint32_t horizon = bench_.horizon();
    if (horizon == 0) return;
    const std::uint32_t clocks = rng_.between(1, std::min(horizon, kModelClocksPerSkipMax));
    const std::uint64_t before = model_.msip_line();
    for (std::uint32_t i = 0; i < clocks; ++i) {
      model_.clock({}, 0);
      EXPECT_EQ(model_.msip_line(), before) << "horizon " << horizon << " was optimistic";
    }
    bench_.skip(clocks);
    compare();
  }

  void compare() { EXPECT_EQ(bench_.top().msip_o, model_.msip_line()) << "cycle " << bench_.cycle(); }

  device::Rng rng_;
  bool with_skips_;
  device::Bench<Vsoc_mswi> bench_;
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
