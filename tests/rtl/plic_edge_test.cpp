// SPDX-License-Identifier: Apache-2.0
// PLIC: edge-triggered sources and the edges that are dropped.
#include <gtest/gtest.h>

#include "tests/rtl/plic_fixture.h"

namespace {

using namespace device;

class PlicEdge : public PlicTest {};

TEST_F(PlicEdge, RisingEdgeAsksOnceHoweverLongTheLevelLasts) {
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

TEST_F(PlicEdge, EdgesDuringServiceAreDroppedAndCounted) {
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

TEST_F(PlicEdge, EdgesWhilePendingAreDroppedAndCounted) {
  route(kEdgeSource, 3);
  pulse(kEdgeSource);
  pulse(kEdgeSource);
  EXPECT_EQ(bench.read(plic::dropped_edges()), 1U);
  EXPECT_EQ(claim(), kEdgeSource);
  EXPECT_EQ(claim(), 0U);
}

TEST_F(PlicEdge, EdgeInTheClockOfTheCompletionIsDropped) {
  route(kEdgeSource, 3);
  pulse(kEdgeSource);
  EXPECT_EQ(claim(), kEdgeSource);
  raise(kEdgeSource);
  complete(kEdgeSource);
  bench.clocks(3);
  EXPECT_FALSE(pending(kEdgeSource));
  EXPECT_EQ(bench.read(plic::dropped_edges()), 1U);
}

TEST_F(PlicEdge, LevelSourcesNeverCountDrops) {
  route(5, 3);
  pulse(5);
  pulse(5);
  EXPECT_EQ(bench.read(plic::dropped_edges()), 0U);
}

TEST_F(PlicEdge, DropsOfSeveralSourcesInOneClockAreAllCounted) {
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

}  // namespace
