// SPDX-License-Identifier: Apache-2.0
// Goal: a moment is a cycle, or a time with its unit; what is neither is refused.
#include "tb/config/moment.h"

#include <gtest/gtest.h>

#include "tb/config/problems.h"

namespace tb::config {
namespace {

TEST(MomentTest, ACycleOrATime) {
  EXPECT_EQ(find_moment("1234", 100), 1234U);
  EXPECT_EQ(find_moment("50ms", 100), 5'000'000U);
  EXPECT_EQ(find_moment("300us", 100), 30'000U);
  EXPECT_EQ(find_moment("1.5s", 10), 15'000'000U);
  for (const char* neither : {"", "1.5", "-3", "-3us", "5 ms", "5m", "ms", "1e30", "kick"})
    EXPECT_FALSE(find_moment(neither, 100)) << neither;
  EXPECT_THROW((void)read_moment("5m", 100), ConfigError);
}

}  // namespace
}  // namespace tb::config
