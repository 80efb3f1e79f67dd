// SPDX-License-Identifier: Apache-2.0
// Goal: what is packed is there again, byte for byte, by rules that every browser knows (RFC 4648).
#include <gtest/gtest.h>

#include "tb/page/event_section.h"
#include "tb/page/pack.h"

namespace tb::page {
namespace {

std::string base64_of(const std::string& text) {
  return base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST(Pack, Base64IsThatOfTheRfc) {
  EXPECT_EQ(base64_of(""), "");
  EXPECT_EQ(base64_of("f"), "Zg==");
  EXPECT_EQ(base64_of("fo"), "Zm8=");
  EXPECT_EQ(base64_of("foo"), "Zm9v");
  EXPECT_EQ(base64_of("foob"), "Zm9vYg==");
  EXPECT_EQ(base64_of("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64_of("\xff\xfe\xfd"), "//79");
}

TEST(Pack, NumbersAreLeb128) {
  Packer packer;
  for (const std::uint64_t number : {0ULL, 127ULL, 128ULL, 300ULL, ~0ULL}) packer.put(number);
  EXPECT_EQ(packer.bytes(),
            (std::vector<std::uint8_t>{0, 127, 0x80, 1, 0xac, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}));
}

TEST(Pack, TheMostFrequentEventsGoFirst) {
  EventCounts counts{};
  counts[3] = 100;
  counts[5] = 40;
  counts[7] = 10;
  EXPECT_TRUE(kinds_to_leave_out(counts, 150).empty());
  EXPECT_EQ(kinds_to_leave_out(counts, 149), (std::vector<std::uint8_t>{3}));
  EXPECT_EQ(kinds_to_leave_out(counts, 10), (std::vector<std::uint8_t>{3, 5}));
}

}  // namespace
}  // namespace tb::page
