// SPDX-License-Identifier: Apache-2.0
// Watchdog: random traffic in lock-step with the reference model.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/swdt.h"
#include "tests/rtl/swdt_fixture.h"

namespace {

using namespace device;
using model::Access;

constexpr std::uint32_t kTransactions = 100'000;

class SwdtRandom {
 public:
  // Events must be common: thresholds below threshold_max, prescale below prescale_max, a reset every 150 clocks or so,
  // because bitten and locked channels do nothing until then.
  SwdtRandom(std::uint64_t seed, std::uint32_t threshold_max, std::uint32_t prescale_max, bool with_skips)
      : rng_(seed),
        threshold_max_(threshold_max),
        prescale_max_(prescale_max),
        with_skips_(with_skips),
        bench_(swdt::kBase, seed) {
    in_.sites.resize(kChannels);
    in_.mtime = rng_.word();
    drive();
    bench_.top().por_n_i = 0;
    bench_.reset();
    bench_.top().por_n_i = 1;
    bench_.settle();
  }

  void run() {
    for (std::uint32_t done = 0; done < kTransactions && !testing::Test::HasFailure();) {
      if (with_skips_ && rng_.one_in(3)) {
        skip();
      } else if (rng_.one_in(150)) {
        reset(rng_.one_in(4));
      } else {
        done += transaction() ? 1 : 0;
      }
    }
    EXPECT_GT(barks_, 500U) << "the traffic is too tame";
    EXPECT_GT(bites_, 200U) << "the traffic is too tame";
    EXPECT_GT(system_resets_, 50U) << "the traffic is too tame";
  }

 private:
  std::uint32_t draw_count() {
    switch (rng_.below(6)) {
      case 0: return ~0U - rng_.below(4);
      case 1: return 0;
      case 2: return rng_.word();
      default: return rng_.below(threshold_max_);
    }
  }

  Access draw_channel_access() {
    const std::uint32_t k = rng_.one_in(40) ? kChannels : rng_.below(kChannels);
    Access access;
    switch (rng_.below(14)) {
      case 0:
      case 1: return {.address = swdt::channel_ctrl(k), .data = rng_.below(0x40) | (rng_.one_in(4) ? 0U : 1U)};
      case 2: return {.address = swdt::channel_regwen(k), .data = rng_.one_in(8) ? 0U : 1U};
      case 3: return {.address = swdt::channel_bark_thold(k), .data = draw_count()};
      case 4: return {.address = swdt::channel_bite_thold(k), .data = draw_count()};
      case 5: return {.address = swdt::channel_count(k), .data = draw_count()};
      case 6: return {.address = swdt::channel_status(k), .data = rng_.word()};
      case 7: return {.address = swdt::channel_window_min(k), .data = rng_.below(threshold_max_)};
      case 8: return {.address = swdt::channel_pet_err(k), .data = rng_.word()};
      case 9: return {.address = swdt::channel_bark_pc_lo(k) + 4 * rng_.below(2), .data = rng_.word()};
      case 10: return {.address = swdt::channel_bark_time_lo(k) + 4 * rng_.below(2), .data = rng_.word()};
      case 11: return {.address = swdt::channel_target(k), .data = rng_.below(2 * kHarts)};
      default: return {.address = swdt::pet(k), .data = rng_.word()};
    }
  }

  Access draw_global_access() {
    switch (rng_.below(10)) {
      case 0:
      case 1: return {.address = swdt::gctrl(), .data = rng_.one_in(8) ? rng_.below(4) : 1 + 2 * rng_.below(2)};
      case 2: return {.address = swdt::prescale(), .data = rng_.below(prescale_max_)};
      case 3:
      case 4: return {.address = swdt::intr_state(), .data = rng_.word()};
      case 5: return {.address = swdt::intr_enable(), .data = rng_.word()};
      case 6: return {.address = swdt::intr_test(), .data = rng_.one_in(2) ? rng_.word() : 0};
      case 7: return {.address = swdt::reset_cause(), .data = rng_.word()};
      case 8: return {.address = swdt::last_bite_time_lo() + 4 * rng_.below(2), .data = rng_.word()};
      default: return {.address = swdt::kBase + rng_.below(swdt::kSize), .data = rng_.word()};
    }
  }

  Access draw() {
    if (rng_.one_in(3)) return {};
    Access access = rng_.one_in(3) ? draw_global_access() : draw_channel_access();
    access.kind = rng_.one_in(3) ? Access::Kind::kRead : Access::Kind::kWrite;
    return access;
  }

  // Drives all inputs but the bus.
  void drive() {
    Vsoc_swdt& top = bench_.top();
    top.mtime_i = in_.mtime;
    top.wfi_i = static_cast<std::uint8_t>(in_.wfi);
    top.pause_i = in_.pause ? 1 : 0;
    for (std::uint32_t k = 0; k < kChannels; ++k) top.site_i[k] = in_.sites[k];
  }

  void move_inputs() {
    in_.mtime += rng_.one_in(1000) ? std::uint64_t{rng_.word()} << 24 : 1;
    if (rng_.one_in(5)) in_.wfi = rng_.below(1U << kChannels);
    if (rng_.one_in(20)) in_.pause = !in_.pause;
    for (std::uint32_t& site : in_.sites) site = rng_.word();
    drive();
  }

  bool transaction() {
    move_inputs();
    in_.access = draw();
    EXPECT_EQ(bench_.present(in_.access), model_.answer(in_)) << where();
    bench_.clock();
    model_.clock(in_);
    bench_.withdraw();
    compare();
    return in_.access.kind != Access::Kind::kNone;
  }

  void reset(bool power_on) {
    in_.access = {};
    bench_.top().por_n_i = power_on ? 0 : 1;
    bench_.top().rst_n = 0;
    bench_.clock();
    bench_.top().por_n_i = 1;
    bench_.top().rst_n = 1;
    bench_.settle();
    power_on ? model_.power_on() : model_.reset();
    compare();
  }

  void skip() {
    const std::uint32_t horizon = bench_.horizon();
    if (horizon == 0) return;
    const std::uint32_t clocks = rng_.between(1, std::min(horizon, kRandomSkipMax));
    const model::Swdt::Outputs before = model_.outputs();
    in_.access = {};
    for (std::uint32_t i = 0; i < clocks; ++i) {
      model_.clock(in_);
      EXPECT_TRUE(model_.outputs() == before) << "horizon " << horizon << " was optimistic; " << where();
    }
    bench_.skip(clocks);
    compare();
  }

  void compare() {
    const Vsoc_swdt& top = bench_.top();
    const model::Swdt::Outputs expected = model_.outputs();
    EXPECT_EQ(top.irq_o != 0, expected.irq) << where();
    EXPECT_EQ(top.bark_msip_o, expected.bark_msip) << where();
    EXPECT_EQ(top.bark_nmi_o, expected.bark_nmi) << where();
    EXPECT_EQ(top.hart_rst_o, expected.hart_rst) << where();
    EXPECT_EQ(top.bark_evt_o, expected.bark_evt) << where();
    EXPECT_EQ(top.bite_evt_o, expected.bite_evt) << where();
    EXPECT_EQ(top.sys_rst_o != 0, expected.sys_rst) << where();
    barks_ += expected.bark_evt != 0 ? 1 : 0;
    bites_ += expected.bite_evt != 0 ? 1 : 0;
    system_resets_ += expected.sys_rst ? 1 : 0;
  }

  [[nodiscard]] std::string where() const {
    return "cycle " + std::to_string(bench_.cycle()) + ", access " + std::to_string(static_cast<int>(in_.access.kind)) +
           " at offset " + std::to_string(in_.access.address - swdt::kBase);
  }

  Rng rng_;
  std::uint32_t threshold_max_;
  std::uint32_t prescale_max_;
  bool with_skips_;
  model::Swdt::Inputs in_;
  Bench<Vsoc_swdt> bench_;
  model::Swdt model_{kChannels, kFirstHart, kHarts};
  unsigned barks_ = 0, bites_ = 0, system_resets_ = 0;
};

void run(std::uint32_t threshold_max, std::uint32_t prescale_max, bool with_skips, std::uint64_t default_seed) {
  const std::uint64_t seed = test_seed(default_seed);
  SCOPED_TRACE(replay(seed));
  SwdtRandom(seed, threshold_max, prescale_max, with_skips).run();
}

TEST(SwdtRandomTest, MatchesTheModelTickingEveryClock) { run(12, 1, false, 1); }
TEST(SwdtRandomTest, MatchesTheModelWithPrescalers) { run(8, 5, false, 2); }
TEST(SwdtRandomTest, MatchesTheModelTickingEveryClockWithSkips) { run(40, 1, true, 3); }
TEST(SwdtRandomTest, MatchesTheModelWithPrescalersAndSkips) { run(16, 7, true, 4); }

}  // namespace
