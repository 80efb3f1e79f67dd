// SPDX-License-Identifier: Apache-2.0
// PLIC: random traffic in lock-step with the reference model.
#include <gtest/gtest.h>

#include "Vsoc_plic.h"
#include "models/plic.h"
#include "platform.h"
#include "tests/rtl/lock_step.h"

namespace {

using model::Access;
namespace plic = platform::plic;

constexpr std::uint32_t kContexts = 3;
constexpr std::uint32_t kSources = 35;

class PlicRandom final : public device::LockStep<Vsoc_plic> {
 public:
  PlicRandom(std::uint64_t seed, bool with_skips)
      : LockStep(plic::kBase, seed, with_skips),
        by_edge_((std::uint64_t{rng_.word()} << 32 | rng_.word()) & kIds),
        model_(kContexts, kSources, by_edge_) {
    bench_.top().src_i = 0;
    bench_.top().edge_i = by_edge_ >> 1;
    bench_.reset();
  }

 private:
  static constexpr std::uint64_t kIds = ((std::uint64_t{1} << kSources) - 1) << 1;

  // Mostly few sources on both sides of the word boundary, so that they meet; now and then any.
  std::uint32_t draw_source() {
    static constexpr std::uint32_t kBusy[] = {1, 2, 3, 31, 32, kSources};
    return rng_.one_in(6) ? rng_.below(kSources + 4) : kBusy[rng_.below(6)];
  }

  Access draw() override {
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

  void drive_inputs() override {
    if (rng_.one_in(2)) levels_ ^= (std::uint64_t{1} << draw_source()) & kIds;
    if (rng_.one_in(100)) levels_ = (std::uint64_t{rng_.word()} << 32 | rng_.word()) & kIds;
    if (rng_.one_in(50)) levels_ = 0;
    bench_.top().src_i = levels_ >> 1;
  }

  model::Answer model_answer(const Access& access) override { return model_.answer(access); }
  void model_clock(const Access& access) override { model_.clock(access, levels_); }
  std::uint64_t model_lines() override { return model_.eip_line(); }
  void compare() override { EXPECT_EQ(bench_.top().eip_o, model_.eip_line()) << "cycle " << bench_.cycle(); }

  std::uint64_t by_edge_;  // bit s: source s
  std::uint64_t levels_ = 0;
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
