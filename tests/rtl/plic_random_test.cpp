// SPDX-License-Identifier: Apache-2.0
// PLIC: random traffic in lock-step with the reference model.
#include <gtest/gtest.h>

#include <algorithm>

#include "Vsoc_plic.h"
#include "platform.h"
#include "tests/rtl/device_bench.h"
#include "tests/rtl/model/plic_model.h"

namespace {

using model::Access;
namespace plic = platform::plic;

constexpr std::uint32_t kContexts = 3;
constexpr std::uint32_t kSources = 35;
constexpr std::uint32_t kTransactions = 100'000;
constexpr std::uint32_t kModelClocksPerSkipMax = 16;

class PlicRandom {
 public:
  PlicRandom(std::uint64_t seed, bool with_skips)
      : rng_(seed),
        with_skips_(with_skips),
        by_edge_((std::uint64_t{rng_.word()} << 32 | rng_.word()) & kIds),
        bench_(plic::kBase, seed),
        model_(kContexts, kSources, by_edge_) {
    bench_.top().src_i = 0;
    bench_.top().edge_i = by_edge_ >> 1;
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
  static constexpr std::uint64_t kIds = ((std::uint64_t{1} << kSources) - 1) << 1;

  // Mostly few sources on both sides of the word boundary, so that they meet; now and then any.
  std::uint32_t draw_source() {
    static constexpr std::uint32_t kBusy[] = {1, 2, 3, 31, 32, kSources};
    return rng_.one_in(6) ? rng_.below(kSources + 4) : kBusy[rng_.below(6)];
  }

  Access draw() {
    if (rng_.one_in(4)) return {};
    const std::uint32_t context = rng_.one_in(30) ? kContexts : rng_.below(kContexts);
    Access access;
    access.kind = rng_.one_in(2) ? Access::Kind::kRead : Access::Kind::kWrite;
    access.data = rng_.word();
    switch (rng_.below(12)) {
      case 0: access.address = plic::priority(draw_source()); break;
      case 1: access.address = plic::pending(rng_.below(3)); break;
      case 2:
        access.address = plic::enable(context, rng_.below(3));
        access.data |= rng_.word();  // more on than off
        break;
      case 3:
        access.address = plic::threshold(context);
        if (rng_.one_in(2)) access.data = 0;
        break;
      case 4: access.address = rng_.one_in(2) ? plic::dropped_edges() : plic::kBase + rng_.below(plic::kSize); break;
      default:
        access.address = plic::claim(context);
        access.data = draw_source();
        break;
    }
    return access;
  }

  void move_sources() {
    if (rng_.one_in(2)) levels_ ^= (std::uint64_t{1} << draw_source()) & kIds;
    if (rng_.one_in(100)) levels_ = (std::uint64_t{rng_.word()} << 32 | rng_.word()) & kIds;
    if (rng_.one_in(50)) levels_ = 0;
    bench_.top().src_i = levels_ >> 1;
  }

  bool transaction() {
    move_sources();
    const Access access = draw();
    EXPECT_EQ(bench_.present(access), model_.answer(access)) << "cycle " << bench_.cycle();
    bench_.clock();
    model_.clock(access, levels_);
    bench_.withdraw();
    compare();
    return access.kind != Access::Kind::kNone;
  }

  void skip() {
    const std::uint32_t horizon = bench_.horizon();
    if (horizon == 0) return;
    const std::uint32_t clocks = rng_.between(1, std::min(horizon, kModelClocksPerSkipMax));
    const std::uint64_t before = model_.eip_line();
    for (std::uint32_t i = 0; i < clocks; ++i) {
      model_.clock({}, levels_);
      EXPECT_EQ(model_.eip_line(), before) << "horizon " << horizon << " was optimistic";
    }
    bench_.skip(clocks);
    compare();
  }

  void compare() { EXPECT_EQ(bench_.top().eip_o, model_.eip_line()) << "cycle " << bench_.cycle(); }

  device::Rng rng_;
  bool with_skips_;
  std::uint64_t by_edge_;  // bit s: source s
  std::uint64_t levels_ = 0;
  device::Bench<Vsoc_plic> bench_;
  model::Plic model_;
};

void run(bool with_skips, std::uint64_t default_seed) {
  const std::uint64_t seed = device::test_seed(default_seed);
  SCOPED_TRACE(device::replay(seed));
  PlicRandom(seed, with_skips).run();
}

TEST(PlicRandomTest, MatchesTheModel) { run(false, 1); }
TEST(PlicRandomTest, MatchesTheModelWithOtherEdgeSources) { run(false, 2); }
TEST(PlicRandomTest, MatchesTheModelWithSkips) { run(true, 3); }

}  // namespace
