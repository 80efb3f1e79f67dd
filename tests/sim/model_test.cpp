// SPDX-License-Identifier: Apache-2.0
// Goal: ports of a bit per hart lie eight to a byte, and models are those that were built.
#include "sim/model.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <iterator>
#include <stdexcept>

#include "sim/packed_bits.h"

namespace sim {
namespace {

using Port = std::array<std::uint8_t, 8>;

TEST(PackedBitsTest, BitsLieEightToAByteTheFirstLowest) {
  const Port port{0x01, 0x80, 0, 0, 0, 0, 0, 0x84};
  for (unsigned i = 0; i < 64; ++i) EXPECT_EQ(bit_of(port.data(), i), i == 0 || i == 15 || i == 58 || i == 63) << i;
}

TEST(PackedBitsTest, OneIsSetClearedAndToggledWithoutTheOthers) {
  for (const std::uint8_t others : {std::uint8_t{0}, std::uint8_t{0xff}})
    for (unsigned i = 0; i < 64; ++i) {
      Port expected{}, port{};
      expected.fill(others);
      port = expected;
      const auto bit = static_cast<std::uint8_t>(1U << i % 8);
      set_bit(port.data(), i, others == 0xff);
      EXPECT_EQ(port, expected) << i << " was so before";
      expected[i / 8] = static_cast<std::uint8_t>(others ^ bit);
      set_bit(port.data(), i, others == 0);
      EXPECT_EQ(port, expected) << i;
      toggle_bit(port.data(), i);
      expected[i / 8] = others;
      EXPECT_EQ(port, expected) << i;
      toggle_bit(port.data(), i);
      expected[i / 8] = static_cast<std::uint8_t>(others ^ bit);
      EXPECT_EQ(port, expected) << i;
    }
}

// It may be forked, and run beside others.
TEST(ModelTest, StartsNoThreads) {
  const auto threads = [] {
    const std::filesystem::directory_iterator all("/proc/self/task");
    return std::distance(begin(all), end(all));
  };
  const auto before = threads();
  const std::unique_ptr<Model> model = make_model(4, 1, 10'000);
  EXPECT_EQ(threads(), before);
}

TEST(ModelTest, OnlyCountsThatWereBuiltAreMade) {
  EXPECT_THROW((void)make_model(63, 1, 10'000), std::invalid_argument);
  EXPECT_THROW((void)make_model(0, 1, 10'000), std::invalid_argument);
}

}  // namespace
}  // namespace sim
