// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "log/leb128.h"

namespace event_log {
namespace {

TEST(Leb128Test, RoundTripsAndRefusesWhatDoesNotFit) {
  for (const std::uint64_t value : {0ULL, 1ULL, 127ULL, 128ULL, 16'383ULL, 16'384ULL, ~0ULL}) {
    std::vector<std::uint8_t> bytes;
    bytes.resize(kLeb128Max);
    bytes.resize(static_cast<std::size_t>(write_leb128(bytes.data(), value) - bytes.data()));
    std::span<const std::uint8_t> rest(bytes);
    std::uint64_t back = 1;
    ASSERT_TRUE(take_leb128(rest, back));
    EXPECT_EQ(back, value);
    EXPECT_TRUE(rest.empty());
  }
  const std::vector<std::uint8_t> too_big(9, 0xff), open(3, 0x80);
  std::vector<std::uint8_t> eleven = too_big;
  eleven.push_back(2);
  std::uint64_t value = 0;
  for (std::span<const std::uint8_t> rest : {std::span<const std::uint8_t>(open), std::span<const std::uint8_t>(eleven)})
    EXPECT_FALSE(take_leb128(rest, value));
}

}  // namespace
}  // namespace event_log
