// SPDX-License-Identifier: Apache-2.0
// PLIC: claim and completion.
#include <gtest/gtest.h>

#include "tests/rtl/plic_fixture.h"

namespace {

using namespace device;

class PlicClaim : public PlicTest {};

TEST_F(PlicClaim, HighestPriorityIsClaimedFirst) {
  const std::uint32_t by_priority[] = {34, 2, 20, 33, 1};
  std::uint32_t priority = 7;
  for (const std::uint32_t s : by_priority) route(s, priority--);
  for (const std::uint32_t s : by_priority) raise(s);
  bench.clocks(2);
  for (const std::uint32_t s : by_priority) EXPECT_EQ(claim(), s);
  EXPECT_EQ(claim(), 0U);
}

TEST_F(PlicClaim, LowestIdWinsATie) {
  for (const std::uint32_t s : {35U, 12U, 3U, 32U}) {
    route(s, 4);
    raise(s);
  }
  bench.clocks(2);
  for (const std::uint32_t s : {3U, 12U, 32U, 35U}) EXPECT_EQ(claim(), s);
}

TEST_F(PlicClaim, ClaimTakesOnlyWhatIsEnabledForThatContext) {
  route(5, 7, 1);
  route(6, 1, 0);
  raise(5);
  raise(6);
  bench.clocks(2);
  EXPECT_EQ(claim(0), 6U);
  EXPECT_EQ(claim(0), 0U);
  EXPECT_EQ(claim(2), 0U);
  EXPECT_EQ(claim(1), 5U);
}

TEST_F(PlicClaim, ClaimWorksWhileTheThresholdIsMaximal) {
  bench.write(plic::threshold(0), kLevelMax);
  route(8, kLevelMax);
  raise(8);
  EXPECT_EQ(settled_lines(), 0U);
  EXPECT_EQ(claim(), 8U) << "polling is legal while the notification is masked";
}

TEST_F(PlicClaim, TwoContextsClaimingBackToBackNeverGetTheSameId) {
  route(5, 3, 0);
  enable(1, 5);
  raise(5);
  bench.clocks(3);
  EXPECT_EQ(claim(0), 5U);
  EXPECT_EQ(claim(1), 0U);
  complete(5);
  route(11, 1, 1);
  raise(11);
  bench.clocks(3);
  EXPECT_EQ(claim(1), 5U);
  EXPECT_EQ(claim(0), 0U);
  EXPECT_EQ(claim(1), 11U) << "its own next best";
}

TEST_F(PlicClaim, LevelStillHighAtCompletionAsksAgainAtOnce) {
  route(5, 3);
  raise(5);
  bench.clocks(2);
  EXPECT_EQ(claim(), 5U);
  bench.clocks(10);
  EXPECT_FALSE(pending(5)) << "at most one request of a source is inside";
  complete(5);
  EXPECT_TRUE(pending(5));
  bench.clock();
  EXPECT_EQ(lines(), 1U);
}

TEST_F(PlicClaim, LevelLowAtCompletionGoesIdle) {
  route(5, 3);
  pulse(5);
  EXPECT_EQ(claim(), 5U);
  complete(5);
  EXPECT_FALSE(pending(5));
  EXPECT_EQ(settled_lines(), 0U);
  pulse(5);
  EXPECT_EQ(claim(), 5U) << "and can ask again";
}

TEST_F(PlicClaim, LevelDroppedBeforeTheClaimIsNotRetracted) {
  route(5, 3);
  pulse(5);
  bench.clocks(100);
  EXPECT_TRUE(pending(5));
  EXPECT_EQ(lines(), 1U);
  EXPECT_EQ(claim(), 5U);
}

TEST_F(PlicClaim, CompletionByAnotherEnabledContextIsAccepted) {
  route(5, 3, 0);
  enable(2, 5);
  raise(5);
  bench.clocks(2);
  EXPECT_EQ(claim(0), 5U);
  complete(5, 2);
  EXPECT_TRUE(pending(5)) << "the PLIC does not compare with who claimed";
}

TEST_F(PlicClaim, CompletionWhileDisabledIsIgnoredAndWedgesTheSource) {
  route(5, 3);
  raise(5);
  bench.clocks(2);
  EXPECT_EQ(claim(), 5U);
  disable(0, 5);
  complete(5);
  EXPECT_FALSE(pending(5));
  enable(0, 5);
  bench.clocks(50);
  EXPECT_FALSE(pending(5)) << "wedged";
  EXPECT_EQ(lines(), 0U);
  complete(5);
  EXPECT_TRUE(pending(5)) << "a valid completion ends it";
}

TEST_F(PlicClaim, CompletionByAContextWithoutTheSourceIsIgnored) {
  route(5, 3, 0);
  raise(5);
  bench.clocks(2);
  EXPECT_EQ(claim(0), 5U);
  complete(5, 1);
  EXPECT_FALSE(pending(5));
}

TEST_F(PlicClaim, CompletionOfIdsThatDoNotExistIsIgnored) {
  for (std::uint32_t s = 1; s <= kSources; ++s) route(s, 1);
  raise(4);
  bench.clocks(2);
  EXPECT_EQ(claim(), 4U);
  for (const std::uint32_t id : {0U, kSources + 1, 63U, 1023U, 1024U + 4U, 0x8000'0004U, 0xFFFF'FFFFU}) {
    complete(id);
    EXPECT_FALSE(pending(4)) << id;
  }
}

TEST_F(PlicClaim, CompletionOfASourceThatIsNotInServiceChangesNothing) {
  route(5, 3);
  complete(5);
  EXPECT_FALSE(pending(5));
  pulse(5);
  complete(5);
  EXPECT_TRUE(pending(5));
  EXPECT_EQ(claim(), 5U);
}

TEST_F(PlicClaim, SeveralSourcesMayBeInServiceAtOnce) {
  route(5, 3);
  route(6, 2);
  raise(5);
  raise(6);
  bench.clocks(2);
  EXPECT_EQ(claim(), 5U);
  EXPECT_EQ(claim(), 6U);
  complete(5);
  EXPECT_TRUE(pending(5));
  EXPECT_FALSE(pending(6));
  complete(6);
  EXPECT_TRUE(pending(6));
}

}  // namespace
