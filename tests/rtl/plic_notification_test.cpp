// SPDX-License-Identifier: Apache-2.0
// PLIC: when a source is pending, and which contexts hear of it.
#include <gtest/gtest.h>

#include "tests/rtl/plic_fixture.h"

namespace {

using namespace device;

class PlicNotification : public PlicTest {};

TEST_F(PlicNotification, SourceIsPendingAfterOneClockAndNotifiedAfterTwo) {
  route(4, 1);
  raise(4);
  EXPECT_FALSE(pending(4));
  bench.clock();
  EXPECT_TRUE(pending(4));
  EXPECT_EQ(lines(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 0b001U);
}

TEST_F(PlicNotification, PriorityZeroNeverInterruptsNorIsClaimed) {
  route(4, 0);
  raise(4);
  EXPECT_EQ(settled_lines(), 0U);
  EXPECT_TRUE(pending(4));
  EXPECT_EQ(claim(), 0U);
  bench.write(plic::priority(4), 1);
  EXPECT_EQ(settled_lines(), 0b001U);
}

TEST_F(PlicNotification, OnlyPrioritiesAboveTheThresholdNotify) {
  for (std::uint32_t threshold = 0; threshold <= kLevelMax; ++threshold) {
    for (std::uint32_t priority = 0; priority <= kLevelMax; ++priority) {
      bench.write(plic::threshold(0), threshold);
      route(6, priority);
      raise(6);
      EXPECT_EQ(settled_lines(), priority > threshold ? 1U : 0U) << priority << " against " << threshold;
      EXPECT_EQ(claim(), priority == 0 ? 0U : 6U) << "the threshold has no say in a claim";
      drop(6);
      if (priority == 0) bench.reset();
      complete(6);
    }
  }
}

TEST_F(PlicNotification, NotificationFollowsThresholdPriorityAndEnable) {
  route(6, 3);
  raise(6);
  EXPECT_EQ(settled_lines(), 1U);
  bench.write(plic::threshold(0), 3);
  EXPECT_EQ(settled_lines(), 0U);
  bench.write(plic::priority(6), 4);
  EXPECT_EQ(settled_lines(), 1U);
  disable(0, 6);
  EXPECT_EQ(settled_lines(), 0U);
  enable(0, 6);
  EXPECT_EQ(settled_lines(), 1U);
}

TEST_F(PlicNotification, NotificationIsMulticast) {
  route(9, 2, 0);
  enable(2, 9);
  raise(9);
  EXPECT_EQ(settled_lines(), 0b101U);
  EXPECT_EQ(claim(2), 9U);
  EXPECT_EQ(settled_lines(), 0U) << "one claim ends it for all";
  EXPECT_EQ(claim(0), 0U);
}

TEST_F(PlicNotification, NotificationIsStaleForOneClockAfterAClaim) {
  route(9, 2);
  raise(9);
  bench.clocks(3);
  EXPECT_EQ(claim(), 9U);
  EXPECT_EQ(lines(), 1U) << "true only in the past";
  EXPECT_EQ(claim(), 0U) << "so a handler must accept id 0";
  EXPECT_EQ(lines(), 0U);
}

TEST_F(PlicNotification, NotificationStaysHighForOtherSources) {
  route(9, 2);
  route(10, 1);
  raise(9);
  raise(10);
  bench.clocks(3);
  EXPECT_EQ(claim(), 9U);
  EXPECT_EQ(settled_lines(), 1U);
}

TEST_F(PlicNotification, EverySourceReachesEveryContext) {
  for (std::uint32_t c = 0; c < kContexts; ++c) {
    for (std::uint32_t s = 1; s <= kSources; ++s) {
      route(s, 1, c);
      pulse(s);
      EXPECT_EQ(settled_lines(), 1U << c);
      EXPECT_EQ(claim(c), s);
      complete(s, c);
      disable(c, s);
    }
  }
}

}  // namespace
