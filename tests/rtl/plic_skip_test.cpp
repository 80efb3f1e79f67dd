// SPDX-License-Identifier: Apache-2.0
// PLIC: the horizon it reports, and skips.
#include <gtest/gtest.h>

#include "tests/rtl/plic_fixture.h"

namespace {

using namespace device;

class PlicSkip : public PlicTest {};

TEST_F(PlicSkip, HorizonIsZeroWhileSomethingMovesAndNeverOtherwise) {
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

TEST_F(PlicSkip, OnlyWritesThatMayChangeALineAreEvaluated) {
  bench.clocks(3);
  for (const std::uint32_t addr : {plic::pending(0), plic::pending(1), plic::dropped_edges()}) {
    (void)bench.write_answer(addr, ~0U);
    EXPECT_EQ(bench.horizon(), kNever) << std::hex << addr;
  }
  for (const std::uint32_t addr :
       {plic::priority(1), plic::priority(kLastSource), plic::enable(0, 0), plic::threshold(kContexts - 1)}) {
    bench.write(addr, 0);
    EXPECT_EQ(bench.horizon(), 0U) << std::hex << addr;
    bench.clock();
    EXPECT_EQ(bench.horizon(), kNever);
  }
}

TEST_F(PlicSkip, HorizonIsZeroInTheClockOfAnyEdge) {
  bench.top().src_i = std::uint64_t{1} << (kEdgeSource - 1);
  EXPECT_EQ(bench.horizon(), 0U);
  bench.clocks(3);
  EXPECT_EQ(bench.horizon(), kNever);
  bench.top().src_i = 0;
  EXPECT_EQ(bench.horizon(), 0U) << "the fall must be seen, or the next edge is not";
}

TEST_F(PlicSkip, SkipChangesNothing) {
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

TEST_F(PlicSkip, SkipWhileSomethingMovesBreaksTheInvariant) {
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
