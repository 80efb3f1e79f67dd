// SPDX-License-Identifier: Apache-2.0
// Goal: a shorter lane has in every cell of its grid the same time in every state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tb/page/ledger.h"
#include "tb/page/thin.h"

namespace tb::page {
namespace {

std::map<std::pair<int, TaskId>, sim::Cycle> shares(const HartLane& lane, sim::Cycle from, sim::Cycle to) {
  std::map<std::pair<int, TaskId>, sim::Cycle> out;
  for (const Cause& cause : ledger(lane, from, to)) out[{static_cast<int>(cause.state), cause.task}] = cause.cycles;
  return out;
}

HartLane random_lane(unsigned seed, sim::Cycle end) {
  std::mt19937 random(seed);
  HartLane lane;
  for (sim::Cycle cycle = 0; cycle < end; cycle += random() % 10 == 0 ? 3000 : 1 + random() % 60) {
    const HartSegment segment{cycle, static_cast<HartState>(random() % 5), 0, static_cast<std::uint32_t>(random() % 2)};
    if (lane.segments.empty() || !lane.segments.back().same_as(segment)) lane.segments.push_back(segment);
  }
  lane.end = end;
  return lane;
}

TEST(Coarsen, KeepsTheTimeOfEachStateInEachCell) {
  constexpr sim::Cycle kEnd = 100'000;
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const HartLane exact = random_lane(seed, kEnd);
    std::vector<HartLane> lanes{exact};
    const sim::Cycle width = coarsen(lanes, exact.segments.size() / 3);
    ASSERT_GT(width, 1U);
    EXPECT_LE(lanes[0].segments.size(), exact.segments.size() / 3);
    EXPECT_EQ(lanes[0].segments.front().from, 0U);
    for (sim::Cycle cell = 0; cell < kEnd; cell += width)
      EXPECT_EQ(shares(lanes[0], cell, std::min(kEnd, cell + width)), shares(exact, cell, std::min(kEnd, cell + width))) << cell;
  }
}

TEST(Coarsen, LeavesShortLanesAlone) {
  std::vector<HartLane> lanes{random_lane(3, 5000)};
  const std::size_t segments = lanes[0].segments.size();
  EXPECT_EQ(coarsen(lanes, segments), 1U);
  EXPECT_EQ(lanes[0].segments.size(), segments);
}

TEST(Coarsen, TasksToo) {
  std::vector<std::vector<TaskSegment>> lanes(1);
  for (sim::Cycle cycle = 1000; cycle < 11'000; cycle += 10)
    lanes[0].push_back({cycle, cycle % 20 == 0 ? TaskState::kRuns : TaskState::kAsleep, 0});
  EXPECT_EQ(coarsen(lanes, 11'000, 100), 256U);
  EXPECT_EQ(lanes[0].front().from, 1000U);
  EXPECT_LE(lanes[0].size(), 100U);
}

TEST(Thin, EveryNthStays) {
  std::vector<int> list{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(keep_every_nth(list, 4), 3U);
  EXPECT_THAT(list, testing::ElementsAre(0, 3, 6, 9));
  EXPECT_EQ(keep_every_nth(list, 4), 1U);
  EXPECT_EQ(list.size(), 4U);
}

}  // namespace
}  // namespace tb::page
