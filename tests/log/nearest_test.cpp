// SPDX-License-Identifier: Apache-2.0
#include "log/nearest.h"

#include <gtest/gtest.h>

namespace words {
namespace {

TEST(NearestTest, FindsSlipsAndLeavesStrangersAlone) {
  const std::vector<std::string> known{"kick", "resched_curr", "until_ms", "none"};
  EXPECT_EQ(nearest("kcik", known), "kick") << "a swap is one edit";
  EXPECT_EQ(nearest("resched_cur", known), "resched_curr");
  EXPECT_EQ(nearest("until", known), "until_ms") << "a unit forgotten";
  EXPECT_EQ(nearest("nona", std::vector<std::string>{"nonb", "nonc"}), "nonb") << "the first of equals";
  EXPECT_EQ(nearest("xyzzy", known), std::nullopt);
  EXPECT_EQ(nearest(std::string(10'000, 'k'), known), std::nullopt);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

}  // namespace
}  // namespace words
