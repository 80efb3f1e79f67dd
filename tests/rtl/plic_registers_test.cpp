// SPDX-License-Identifier: Apache-2.0
// PLIC: registers, reset, and what is refused.
#include <gtest/gtest.h>

#include "tests/rtl/plic_fixture.h"

namespace {

using namespace device;

class PlicRegisters : public PlicTest {};

TEST_F(PlicRegisters, ResetClearsEverything) {
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

TEST_F(PlicRegisters, RandomInitialContentsNeverSurviveReset) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Bench<Vsoc_plic> fresh(plic::kBase, seed);
    fresh.top().src_i = 0;
    fresh.top().edge_i = 0;
    fresh.reset();
    for (int clock = 0; clock < 4; ++clock, fresh.clock()) ASSERT_EQ(fresh.top().eip_o, 0U) << "seed " << seed;
    ASSERT_EQ(fresh.read(plic::pending(0)) | fresh.read(plic::pending(1)) | fresh.read(plic::dropped_edges()), 0U);
  }
}

TEST_F(PlicRegisters, PriorityIsThreeBitsWideAndEveryLevelIsLegal) {
  for (std::uint32_t level = 0; level <= kLevelMax; ++level) {
    bench.write(plic::priority(kLastSource), level);
    EXPECT_EQ(bench.read(plic::priority(kLastSource)), level);
  }
  bench.write(plic::priority(2), 0xFFFF'FFF5);
  EXPECT_EQ(bench.read(plic::priority(2)), 5U);
  EXPECT_EQ(bench.read(plic::priority(1)), 0U);
  EXPECT_EQ(bench.read(plic::priority(3)), 0U);
}

TEST_F(PlicRegisters, ThresholdIsThreeBitsWidePerContext) {
  for (std::uint32_t c = 0; c < kContexts; ++c) bench.write(plic::threshold(c), 0xFFFF'FFF8 + c + 1);
  for (std::uint32_t c = 0; c < kContexts; ++c) EXPECT_EQ(bench.read(plic::threshold(c)), c + 1);
}

TEST_F(PlicRegisters, EnableBitsExistOnlyForSourcesThatExist) {
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

TEST_F(PlicRegisters, PendingIsReadOnly) {
  route(3, 1);
  bench.write(plic::pending(0), 0xFFFF'FFFF);
  EXPECT_EQ(bench.read(plic::pending(0)), 0U);
  raise(3);
  bench.clock();
  bench.write(plic::pending(0), 0);
  EXPECT_EQ(bench.read(plic::pending(0)), 1U << 3) << "there is no write-to-clear";
}

TEST_F(PlicRegisters, ReservedOffsetsReadZeroAndIgnoreWrites) {
  const std::uint32_t reserved[] = {plic::priority(0),          plic::priority(kSources + 1), plic::priority(1023),
                                    plic::pending(31) + 4,      plic::enable(kContexts, 0),   plic::enable(15871, 31),
                                    plic::dropped_edges() + 4,  plic::threshold(0) - 4,       plic::claim(0) + 4,
                                    plic::threshold(0) + 0xFFC, plic::threshold(kContexts),   plic::claim(kContexts),
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

TEST_F(PlicRegisters, MisalignedAccessIsRefusedAndChangesNothing) {
  route(1, 1);
  raise(1);
  bench.clocks(3);
  EXPECT_TRUE(bench.read_answer(plic::claim(0) + 1).error);
  EXPECT_TRUE(bench.write_answer(plic::priority(1) + 2, 0).error);
  EXPECT_EQ(bench.read(plic::priority(1)), 1U);
  EXPECT_EQ(claim(), 1U);
}

}  // namespace
