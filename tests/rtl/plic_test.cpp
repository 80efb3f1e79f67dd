// SPDX-License-Identifier: Apache-2.0
// Platform-level interrupt controller, rule by rule.
#include <gtest/gtest.h>

#include "Vsoc_plic.h"
#include "platform.h"
#include "tests/rtl/device_bench.h"

namespace {

using device::CountInvariants;
using device::kNever;
namespace plic = platform::plic;

constexpr std::uint32_t kContexts = 3;
constexpr std::uint32_t kSources = 35;  // more than one word of them
constexpr std::uint32_t kEdgeSource = 7;
constexpr std::uint32_t kLastSource = kSources;
constexpr std::uint32_t kLevelMax = 7;

class PlicTest : public testing::Test {
 protected:
  PlicTest() {
    bench.top().src_i = 0;
    bench.top().edge_i = std::uint64_t{1} << (kEdgeSource - 1);
    bench.reset();
  }

  void raise(std::uint32_t source) { bench.top().src_i |= std::uint64_t{1} << (source - 1); }
  void drop(std::uint32_t source) { bench.top().src_i &= ~(std::uint64_t{1} << (source - 1)); }
  void pulse(std::uint32_t source) {
    raise(source);
    bench.clock();
    drop(source);
    bench.clock();
  }
  void enable(std::uint32_t context, std::uint32_t source) {
    const std::uint32_t at = plic::enable(context, source / 32);
    bench.write(at, bench.read(at) | 1U << source % 32);
  }
  void disable(std::uint32_t context, std::uint32_t source) {
    const std::uint32_t at = plic::enable(context, source / 32);
    bench.write(at, bench.read(at) & ~(1U << source % 32));
  }
  // Source with a priority, enabled for one context.
  void route(std::uint32_t source, std::uint32_t priority, std::uint32_t context = 0) {
    bench.write(plic::priority(source), priority);
    enable(context, source);
  }
  std::uint32_t claim(std::uint32_t context = 0) { return bench.read(plic::claim(context)); }
  void complete(std::uint32_t source, std::uint32_t context = 0) { bench.write(plic::claim(context), source); }
  bool pending(std::uint32_t source) { return (bench.peek(plic::pending(source / 32)) >> source % 32 & 1U) != 0; }
  [[nodiscard]] unsigned lines() { return bench.top().eip_o; }
  unsigned settled_lines() {
    bench.clocks(3);
    return lines();
  }

  device::Bench<Vsoc_plic> bench{plic::kBase};
};

// --- registers ---

TEST_F(PlicTest, ResetClearsEverything) {
  for (std::uint32_t s = 1; s <= kSources; ++s) route(s, kLevelMax, s % kContexts);
  for (std::uint32_t c = 0; c < kContexts; ++c) bench.write(plic::threshold(c), c + 1);
  raise(1);
  raise(kLastSource);
  ASSERT_NE(settled_lines(), 0U);
  ASSERT_EQ(claim(1), 1U);
  bench.top().src_i = 0;
  bench.reset();
  EXPECT_EQ(settled_lines(), 0U);
  for (std::uint32_t s = 0; s <= kSources; ++s) EXPECT_EQ(bench.read(plic::priority(s)), 0U);
  for (std::uint32_t w = 0; w < 2; ++w) EXPECT_EQ(bench.read(plic::pending(w)), 0U);
  for (std::uint32_t c = 0; c < kContexts; ++c) {
    EXPECT_EQ(bench.read(plic::threshold(c)), 0U);
    EXPECT_EQ(bench.read(plic::enable(c, 0)), 0U);
    EXPECT_EQ(bench.read(plic::enable(c, 1)), 0U);
    EXPECT_EQ(claim(c), 0U);
  }
  route(1, 1);
  raise(1);
  EXPECT_EQ(settled_lines(), 1U) << "the source in service was forgotten as well";
}

TEST_F(PlicTest, RandomInitialContentsNeverSurviveReset) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    device::Bench<Vsoc_plic> fresh(plic::kBase, seed);
    fresh.top().src_i = 0;
    fresh.top().edge_i = 0;
    fresh.reset();
    for (int clock = 0; clock < 4; ++clock, fresh.clock()) ASSERT_EQ(fresh.top().eip_o, 0U) << "seed " << seed;
    ASSERT_EQ(fresh.read(plic::pending(0)) | fresh.read(plic::pending(1)) | fresh.read(plic::dropped_edges()), 0U);
  }
}

TEST_F(PlicTest, PriorityIsThreeBitsWideAndEveryLevelIsLegal) {
  for (std::uint32_t level = 0; level <= kLevelMax; ++level) {
    bench.write(plic::priority(kLastSource), level);
    EXPECT_EQ(bench.read(plic::priority(kLastSource)), level);
  }
  bench.write(plic::priority(2), 0xFFFF'FFF5);
  EXPECT_EQ(bench.read(plic::priority(2)), 5U);
  EXPECT_EQ(bench.read(plic::priority(1)), 0U);
  EXPECT_EQ(bench.read(plic::priority(3)), 0U);
}

TEST_F(PlicTest, ThresholdIsThreeBitsWidePerContext) {
  for (std::uint32_t c = 0; c < kContexts; ++c) bench.write(plic::threshold(c), 0xFFFF'FFF8 + c + 1);
  for (std::uint32_t c = 0; c < kContexts; ++c) EXPECT_EQ(bench.read(plic::threshold(c)), c + 1);
}

TEST_F(PlicTest, EnableBitsExistOnlyForSourcesThatExist) {
  for (std::uint32_t c = 0; c < kContexts; ++c) {
    bench.write(plic::enable(c, 0), 0xFFFF'FFFF);
    bench.write(plic::enable(c, 1), 0xFFFF'FFFF);
    EXPECT_EQ(bench.read(plic::enable(c, 0)), 0xFFFF'FFFEU) << "bit 0 is no source";
    EXPECT_EQ(bench.read(plic::enable(c, 1)), 0x0000'000FU) << "ids 32..35";
    EXPECT_EQ(bench.read(plic::enable(c, 2)), 0U);
    bench.write(plic::enable(c, 0), 0);
    EXPECT_EQ(bench.read(plic::enable(c, 1)), 0x0000'000FU);
    if (c + 1 < kContexts) {
      EXPECT_EQ(bench.read(plic::enable(c + 1, 1)), 0U) << "words are per context";
    }
  }
}

TEST_F(PlicTest, PendingIsReadOnly) {
  route(3, 1);
  bench.write(plic::pending(0), 0xFFFF'FFFF);
  EXPECT_EQ(bench.read(plic::pending(0)), 0U);
  raise(3);
  bench.clock();
  bench.write(plic::pending(0), 0);
  EXPECT_EQ(bench.read(plic::pending(0)), 1U << 3) << "there is no write-to-clear";
}

TEST_F(PlicTest, ReservedOffsetsReadZeroAndIgnoreWrites) {
  const std::uint32_t reserved[] = {plic::priority(0),
                                    plic::priority(kSources + 1),
                                    plic::priority(1023),
                                    plic::pending(31) + 4,
                                    plic::enable(kContexts, 0),
                                    plic::enable(15871, 31),
                                    plic::dropped_edges() + 4,
                                    plic::threshold(0) - 4,
                                    plic::claim(0) + 4,
                                    plic::threshold(0) + 0xFFC,
                                    plic::threshold(kContexts),
                                    plic::claim(kContexts),
                                    plic::claim(15871)};
  for (std::uint32_t s = 1; s <= kSources; ++s) route(s, 1);
  raise(5);
  bench.clocks(3);
  for (const std::uint32_t address : reserved) {
    EXPECT_EQ(bench.write_answer(address, 0xFFFF'FFFF), (model::Answer{})) << std::hex << address;
    EXPECT_EQ(bench.read_answer(address), (model::Answer{})) << std::hex << address;
  }
  EXPECT_EQ(claim(), 5U) << "nothing was claimed by any of them";
}

TEST_F(PlicTest, MisalignedAccessIsRefusedAndChangesNothing) {
  route(1, 1);
  raise(1);
  bench.clocks(3);
  EXPECT_TRUE(bench.read_answer(plic::claim(0) + 1).error);
  EXPECT_TRUE(bench.write_answer(plic::priority(1) + 2, 0).error);
  EXPECT_EQ(bench.read(plic::priority(1)), 1U);
  EXPECT_EQ(claim(), 1U);
}

// --- notification ---

TEST_F(PlicTest, SourceIsPendingAfterOneClockAndNotifiedAfterTwo) {
  route(4, 1);
  raise(4);
  EXPECT_FALSE(pending(4));
  bench.clock();
  EXPECT_TRUE(pending(4));
  EXPECT_EQ(lines(), 0U);
  bench.clock();
  EXPECT_EQ(lines(), 0b001U);
}

TEST_F(PlicTest, PriorityZeroNeverInterruptsNorIsClaimed) {
  route(4, 0);
  raise(4);
  EXPECT_EQ(settled_lines(), 0U);
  EXPECT_TRUE(pending(4));
  EXPECT_EQ(claim(), 0U);
  bench.write(plic::priority(4), 1);
  EXPECT_EQ(settled_lines(), 0b001U);
}

TEST_F(PlicTest, OnlyPrioritiesAboveTheThresholdNotify) {
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

TEST_F(PlicTest, NotificationFollowsThresholdPriorityAndEnable) {
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

TEST_F(PlicTest, NotificationIsMulticast) {
  route(9, 2, 0);
  enable(2, 9);
  raise(9);
  EXPECT_EQ(settled_lines(), 0b101U);
  EXPECT_EQ(claim(2), 9U);
  EXPECT_EQ(settled_lines(), 0U) << "one claim ends it for all";
  EXPECT_EQ(claim(0), 0U);
}

TEST_F(PlicTest, NotificationIsStaleForOneClockAfterAClaim) {
  route(9, 2);
  raise(9);
  bench.clocks(3);
  EXPECT_EQ(claim(), 9U);
  EXPECT_EQ(lines(), 1U) << "true only in the past";
  EXPECT_EQ(claim(), 0U) << "so a handler must accept id 0";
  EXPECT_EQ(lines(), 0U);
}

TEST_F(PlicTest, NotificationStaysHighForOtherSources) {
  route(9, 2);
  route(10, 1);
  raise(9);
  raise(10);
  bench.clocks(3);
  EXPECT_EQ(claim(), 9U);
  EXPECT_EQ(settled_lines(), 1U);
}

TEST_F(PlicTest, EverySourceReachesEveryContext) {
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

// --- claim and complete ---

TEST_F(PlicTest, HighestPriorityIsClaimedFirst) {
  const std::uint32_t by_priority[] = {34, 2, 20, 33, 1};
  std::uint32_t priority = 7;
  for (const std::uint32_t s : by_priority) route(s, priority--);
  for (const std::uint32_t s : by_priority) raise(s);
  bench.clocks(2);
  for (const std::uint32_t s : by_priority) EXPECT_EQ(claim(), s);
  EXPECT_EQ(claim(), 0U);
}

TEST_F(PlicTest, LowestIdWinsATie) {
  for (const std::uint32_t s : {35U, 12U, 3U, 32U}) {
    route(s, 4);
    raise(s);
  }
  bench.clocks(2);
  for (const std::uint32_t s : {3U, 12U, 32U, 35U}) EXPECT_EQ(claim(), s);
}

TEST_F(PlicTest, ClaimTakesOnlyWhatIsEnabledForThatContext) {
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

TEST_F(PlicTest, ClaimWorksWhileTheThresholdIsMaximal) {
  bench.write(plic::threshold(0), kLevelMax);
  route(8, kLevelMax);
  raise(8);
  EXPECT_EQ(settled_lines(), 0U);
  EXPECT_EQ(claim(), 8U) << "polling is legal while the notification is masked";
}

TEST_F(PlicTest, TwoContextsClaimingBackToBackNeverGetTheSameId) {
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

TEST_F(PlicTest, LevelStillHighAtCompletionAsksAgainAtOnce) {
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

TEST_F(PlicTest, LevelLowAtCompletionGoesIdle) {
  route(5, 3);
  pulse(5);
  EXPECT_EQ(claim(), 5U);
  complete(5);
  EXPECT_FALSE(pending(5));
  EXPECT_EQ(settled_lines(), 0U);
  pulse(5);
  EXPECT_EQ(claim(), 5U) << "and can ask again";
}

TEST_F(PlicTest, LevelDroppedBeforeTheClaimIsNotRetracted) {
  route(5, 3);
  pulse(5);
  bench.clocks(100);
  EXPECT_TRUE(pending(5));
  EXPECT_EQ(lines(), 1U);
  EXPECT_EQ(claim(), 5U);
}

TEST_F(PlicTest, CompletionByAnotherEnabledContextIsAccepted) {
  route(5, 3, 0);
  enable(2, 5);
  raise(5);
  bench.clocks(2);
  EXPECT_EQ(claim(0), 5U);
  complete(5, 2);
  EXPECT_TRUE(pending(5)) << "the PLIC does not compare with who claimed";
}

TEST_F(PlicTest, CompletionWhileDisabledIsIgnoredAndWedgesTheSource) {
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

TEST_F(PlicTest, CompletionByAContextWithoutTheSourceIsIgnored) {
  route(5, 3, 0);
  raise(5);
  bench.clocks(2);
  EXPECT_EQ(claim(0), 5U);
  complete(5, 1);
  EXPECT_FALSE(pending(5));
}

TEST_F(PlicTest, CompletionOfIdsThatDoNotExistIsIgnored) {
  for (std::uint32_t s = 1; s <= kSources; ++s) route(s, 1);
  raise(4);
  bench.clocks(2);
  EXPECT_EQ(claim(), 4U);
  for (const std::uint32_t id : {0U, kSources + 1, 63U, 1023U, 1024U + 4U, 0x8000'0004U, 0xFFFF'FFFFU}) {
    complete(id);
    EXPECT_FALSE(pending(4)) << id;
  }
}

TEST_F(PlicTest, CompletionOfASourceThatIsNotInServiceChangesNothing) {
  route(5, 3);
  complete(5);
  EXPECT_FALSE(pending(5));
  pulse(5);
  complete(5);
  EXPECT_TRUE(pending(5));
  EXPECT_EQ(claim(), 5U);
}

TEST_F(PlicTest, SeveralSourcesMayBeInServiceAtOnce) {
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

// --- edge sources ---

TEST_F(PlicTest, RisingEdgeAsksOnceHoweverLongTheLevelLasts) {
  route(kEdgeSource, 3);
  raise(kEdgeSource);
  bench.clocks(5);
  EXPECT_EQ(claim(), kEdgeSource);
  complete(kEdgeSource);
  bench.clocks(5);
  EXPECT_FALSE(pending(kEdgeSource)) << "a level still high is no new edge";
  EXPECT_EQ(bench.read(plic::dropped_edges()), 0U);
  drop(kEdgeSource);
  bench.clock();
  raise(kEdgeSource);
  bench.clock();
  EXPECT_TRUE(pending(kEdgeSource));
}

TEST_F(PlicTest, EdgesDuringServiceAreDroppedAndCounted) {
  route(kEdgeSource, 3);
  pulse(kEdgeSource);
  EXPECT_EQ(claim(), kEdgeSource);
  pulse(kEdgeSource);
  pulse(kEdgeSource);
  EXPECT_EQ(bench.read(plic::dropped_edges()), 2U);
  complete(kEdgeSource);
  bench.clocks(3);
  EXPECT_FALSE(pending(kEdgeSource));
}

TEST_F(PlicTest, EdgesWhilePendingAreDroppedAndCounted) {
  route(kEdgeSource, 3);
  pulse(kEdgeSource);
  pulse(kEdgeSource);
  EXPECT_EQ(bench.read(plic::dropped_edges()), 1U);
  EXPECT_EQ(claim(), kEdgeSource);
  EXPECT_EQ(claim(), 0U);
}

TEST_F(PlicTest, EdgeInTheClockOfTheCompletionIsDropped) {
  route(kEdgeSource, 3);
  pulse(kEdgeSource);
  EXPECT_EQ(claim(), kEdgeSource);
  raise(kEdgeSource);
  complete(kEdgeSource);
  bench.clocks(3);
  EXPECT_FALSE(pending(kEdgeSource));
  EXPECT_EQ(bench.read(plic::dropped_edges()), 1U);
}

TEST_F(PlicTest, LevelSourcesNeverCountDrops) {
  route(5, 3);
  pulse(5);
  pulse(5);
  EXPECT_EQ(bench.read(plic::dropped_edges()), 0U);
}

TEST_F(PlicTest, DropsOfSeveralSourcesInOneClockAreAllCounted) {
  bench.top().edge_i = 0b111;
  for (const std::uint32_t s : {1U, 2U, 3U}) route(s, 1);
  bench.top().src_i = 0b111;
  bench.clock();
  bench.top().src_i = 0;
  bench.clock();
  bench.top().src_i = 0b101;
  bench.clock();
  EXPECT_EQ(bench.read(plic::dropped_edges()), 2U);
}

// --- time ---

TEST_F(PlicTest, HorizonIsZeroWhileSomethingMovesAndNeverOtherwise) {
  EXPECT_EQ(bench.horizon(), kNever);
  route(5, 3);
  EXPECT_EQ(bench.horizon(), 0U) << "the enable just written is not evaluated yet";
  bench.clock();
  EXPECT_EQ(bench.horizon(), kNever);
  raise(5);
  EXPECT_EQ(bench.horizon(), 0U);
  bench.clock();
  EXPECT_EQ(bench.horizon(), 0U) << "pending, not yet notified";
  bench.clock();
  EXPECT_EQ(bench.horizon(), kNever);
  EXPECT_EQ(claim(), 5U);
  EXPECT_EQ(bench.horizon(), 0U);
  bench.clock();
  EXPECT_EQ(bench.horizon(), kNever) << "in service, the level does not matter";
}

TEST_F(PlicTest, HorizonIsZeroInTheClockOfAnyEdge) {
  bench.top().src_i = std::uint64_t{1} << (kEdgeSource - 1);
  EXPECT_EQ(bench.horizon(), 0U);
  bench.clocks(3);
  EXPECT_EQ(bench.horizon(), kNever);
  bench.top().src_i = 0;
  EXPECT_EQ(bench.horizon(), 0U) << "the fall must be seen, or the next edge is not";
}

TEST_F(PlicTest, SkipChangesNothing) {
  route(5, 3);
  raise(5);
  bench.clocks(3);
  bench.skip(kNever);
  EXPECT_EQ(lines(), 1U);
  EXPECT_EQ(claim(), 5U);
  bench.clock();
  bench.skip(1);
  complete(5);
  EXPECT_TRUE(pending(5));
}

TEST_F(PlicTest, SkipWhileSomethingMovesBreaksTheInvariant) {
  CountInvariants broken;
  bench.skip(1);
  EXPECT_EQ(broken.take(), 0U);
  raise(5);
  bench.skip(1);
  EXPECT_EQ(broken.take(), 1U);
  route(5, 3);
  bench.skip(1);
  EXPECT_EQ(broken.take(), 1U);
  bench.clocks(2);
  bench.present({.kind = model::Access::Kind::kRead, .address = plic::claim(0), .data = 0});
  bench.skip(1);
  EXPECT_EQ(broken.take(), 1U);
  bench.withdraw();
}

}  // namespace
