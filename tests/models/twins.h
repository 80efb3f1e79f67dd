// SPDX-License-Identifier: Apache-2.0
// Two models of one device under the same random traffic: one is clocked through the time between accesses, the other jumps
// over it. They must not differ in anything that software or a line shows. Against the RTL the clocked one is tested in
// tests/rtl.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>

#include "models/access.h"

namespace model::test {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }
  std::uint32_t below(std::uint32_t n) { return word() % n; }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  Access::Kind kind() { return one_in(3) ? Access::Kind::kRead : Access::Kind::kWrite; }

 private:
  std::mt19937_64 engine_;
};

// Whether horizon() may be less than the clocks that change nothing.
enum class Horizon { kExact, kCautious };

// A Device has the model as `m`, `kHorizon`, and
//   Access draw(Rng&), also moves the inputs that are no access; void copy_inputs(const Device&);
//   Answer answer(const Access&); void clock(const Access&); void advance(n); uint64_t horizon(); outputs(), comparable.
template <class Device>
void run_twins(std::uint64_t seed, std::uint32_t gap_max) {
  constexpr unsigned kAccesses = 5'000;
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Rng rng(seed);
  Device clocked, jumping;
  unsigned changes = 0;
  std::uint64_t jumped = 0;
  for (unsigned done = 0; done < kAccesses && !testing::Test::HasFailure(); ++done) {
    const Access access = clocked.draw(rng);
    jumping.copy_inputs(clocked);
    ASSERT_EQ(clocked.answer(access), jumping.answer(access)) << "at address " << access.address;
    const auto outputs = clocked.outputs();
    clocked.clock(access);
    jumping.clock(access);
    changes += clocked.outputs() == outputs ? 0 : 1;
    ASSERT_EQ(clocked.outputs(), jumping.outputs());
    const std::uint32_t gap = rng.below(gap_max);
    for (std::uint32_t clocks = 0; clocks < gap;) {
      const std::uint64_t quiet = clocked.horizon();
      const auto before = clocked.outputs();
      const auto within = static_cast<std::uint32_t>(std::min<std::uint64_t>(quiet, gap - clocks));
      for (std::uint32_t i = 0; i < within; ++i) {
        clocked.clock({});
        ASSERT_EQ(clocked.outputs(), before) << "clock " << i + 1 << " within a horizon of " << quiet;
      }
      clocks += within;
      if (clocks == gap) break;
      clocked.clock({});
      ++clocks;
      const bool changed = !(clocked.outputs() == before);
      if (Device::kHorizon == Horizon::kExact) {
        ASSERT_TRUE(changed) << "nothing changed after a horizon of " << quiet;
      }
      changes += changed ? 1 : 0;
    }
    const std::uint32_t first = gap == 0 ? 0 : rng.below(gap);  // two jumps come to the same as one
    jumping.advance(first);
    jumping.advance(gap - first);
    jumped += gap;
    ASSERT_EQ(clocked.outputs(), jumping.outputs());
    ASSERT_EQ(clocked.horizon(), jumping.horizon());
  }
  EXPECT_GT(changes, 200U) << "the traffic is too tame";
  EXPECT_GT(jumped, kAccesses / 3);
}

}  // namespace model::test
