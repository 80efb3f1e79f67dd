// SPDX-License-Identifier: Apache-2.0
// Random traffic on a device and its reference model in lock-step: the same access every clock, the same answer
// expected, and now and then a skip that the model must find uneventful clock by clock.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "models/access.h"
#include "tests/rtl/device_bench.h"

namespace device {

// A device says what to access, how its other inputs move, and what it and its model must agree on.
template <class Top>
class LockStep {
 public:
  virtual ~LockStep() = default;

  void run() {
    constexpr std::uint32_t kTransactions = 100'000;
    for (std::uint32_t done = 0; done < kTransactions && !testing::Test::HasFailure();) {
      if (with_skips_ && rng_.one_in(3)) {
        skip();
      } else {
        done += transaction() ? 1 : 0;
      }
    }
  }

 protected:
  LockStep(std::uint32_t base, std::uint64_t seed, bool with_skips) : rng_(seed), bench_(base, seed), with_skips_(with_skips) {}

  // The next access; of kind kNone, if this clock has none.
  virtual model::Access draw() = 0;
  // Moves the inputs other than the bus, before an access.
  virtual void drive_inputs() {}
  // Takes back the inputs that last one clock.
  virtual void drop_pulses() {}

  virtual model::Answer model_answer(const model::Access& access) = 0;
  // With the inputs as they are driven.
  virtual void model_clock(const model::Access& access) = 0;
  // The outputs that no skip may pass a change of.
  virtual std::uint64_t model_lines() = 0;
  virtual void compare() = 0;

  Rng rng_;
  Bench<Top> bench_;

 private:
  // True if it was an access.
  bool transaction() {
    drive_inputs();
    const model::Access access = draw();
    EXPECT_EQ(bench_.present(access), model_answer(access)) << "cycle " << bench_.cycle();
    bench_.clock();
    model_clock(access);
    drop_pulses();
    bench_.withdraw();
    compare();
    return access.kind != model::Access::Kind::kNone;
  }

  void skip() {
    const std::uint32_t horizon = bench_.horizon();
    if (horizon == 0) return;
    const std::uint32_t clocks = rng_.between(1, std::min(horizon, kRandomSkipMax));
    const std::uint64_t before = model_lines();
    for (std::uint32_t i = 0; i < clocks; ++i) {
      model_clock({});
      EXPECT_EQ(model_lines(), before) << "horizon " << horizon << " was optimistic";
    }
    bench_.skip(clocks);
    compare();
  }

  bool with_skips_;
};

}  // namespace device
