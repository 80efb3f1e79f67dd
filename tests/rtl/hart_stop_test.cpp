// SPDX-License-Identifier: Apache-2.0
// Harts that are stopped and released again, and the operator's switches that ask for it.
#include <gtest/gtest.h>

#include "tests/rtl/soc_bench.h"

namespace bench {
namespace {

using namespace platform;

constexpr std::uint32_t kWord = ram::kBase + 0x80;
constexpr std::uint32_t kHotplugBit = 1U << kPlicSourceHotplug;

void stop(SocBench& soc, unsigned hart) {
  soc.must(0, store(hart_control::stop(0), 1U << hart));
  soc.clocks(3);
}

void release(SocBench& soc, unsigned hart) {
  soc.must(0, store(hart_control::run(0), 1U << hart));
  soc.clocks(2);
}

TEST(Stop, AStoppedHartIsAsBeforeItsFirstRun) {
  SocBench soc;
  soc.boot_all();
  soc.must(2, csr_write(csr::kMscratch, 7));
  soc.must(2, csr_write(csr::kMie, csr::kMieSoftware));
  stop(soc, 2);
  EXPECT_EQ(soc.must(0, load(hart_control::run(0))), 0b1011U);
  soc.clocks(100);
  EXPECT_EQ(soc.pins().attn_o, 0b1011U) << "it asks for nothing, the others go on";
  release(soc, 2);
  EXPECT_TRUE(soc.asks(2));
  EXPECT_EQ(soc.response(2).status, Status::kReset);
  EXPECT_EQ(soc.csr(2, csr::kMscratch), 0U);
  EXPECT_EQ(soc.csr(2, csr::kMie), 0U);
}

TEST(Stop, HartZeroAndHartsNotBuiltCannotBeStopped) {
  SocBench soc;
  soc.boot_all();
  soc.must(0, csr_write(csr::kMscratch, 7));
  soc.must(0, store(hart_control::stop(0), 0xfffffff1));
  soc.must(0, store(hart_control::stop(1), ~0U));
  soc.clocks(5);
  EXPECT_EQ(soc.pins().attn_o, 0xfU);
  EXPECT_EQ(soc.csr(0, csr::kMscratch), 7U);
  EXPECT_EQ(soc.must(0, load(hart_control::run(0))), 0xfU);
  EXPECT_EQ(soc.must(0, load(hart_control::stop(0))), 0U) << "write only";
}

// In the middle of whatever it does: its op is void, the bus and the others are free.
TEST(Stop, EveryKindOfOpIsCutShort) {
  const Op ops[] = {compute(1000), wfi(), load(kWord), store(kWord, 5), {Opcode::kAmoAdd, kWord, 1}};
  for (const Op& op : ops) {
    for (unsigned delay = 0; delay < 12; ++delay) {
      SocBench soc;
      soc.boot_all();
      soc.present(0, store(hart_control::stop(0), 1U << 3));
      soc.clocks(delay);
      if (!soc.asks(3)) break;  // too late: it is stopped
      soc.present(3, op);
      soc.wait(0);
      soc.clocks(4);
      EXPECT_FALSE(soc.asks(3));
      soc.must(1, store(kWord + 4, 0x1234));
      EXPECT_EQ(soc.must(2, load(kWord + 4)), 0x1234U);
      release(soc, 3);
      ASSERT_TRUE(soc.asks(3));
      EXPECT_EQ(soc.response(3).status, Status::kReset);
      EXPECT_EQ(soc.must(3, load(kWord + 4)), 0x1234U);
    }
  }
}

TEST(Stop, AHartMayStopItself) {
  SocBench soc;
  soc.boot_all();
  soc.present(1, store(hart_control::stop(0), 1U << 1));
  soc.clocks(20);
  EXPECT_EQ(soc.pins().attn_o, 0b1101U);
  release(soc, 1);
  EXPECT_EQ(soc.response(1).status, Status::kReset);
}

// A line that was up before is up after: devices are not reset with the hart.
TEST(Stop, ItsInterruptLinesOutliveTheReset) {
  SocBench soc;
  soc.boot_all();
  soc.must(0, store(mswi::msip(2), 1));
  stop(soc, 2);
  release(soc, 2);
  EXPECT_EQ(soc.csr(2, csr::kMip) & csr::kMipSoftware, csr::kMipSoftware);
}

TEST(Switches, AskUntilSoftwareHasSeenThem) {
  SocBench soc;
  soc.boot_all();
  EXPECT_EQ(soc.must(0, load(hart_control::power_wanted(0))), 0xfU);
  EXPECT_EQ(soc.must(0, load(hart_control::power_seen(0))), 0xfU);
  EXPECT_EQ(soc.must(0, load(plic::pending(0))) & kHotplugBit, 0U);
  soc.must(0, store(plic::priority(kPlicSourceHotplug), 1));
  soc.must(0, store(plic::enable(1, 0), kHotplugBit));
  soc.pins().power_wanted_i = 0xb;
  soc.clocks(3);
  EXPECT_EQ(soc.csr(1, csr::kMip) & csr::kMipExternal, csr::kMipExternal);
  EXPECT_EQ(soc.must(1, load(plic::claim(1))), static_cast<std::uint32_t>(kPlicSourceHotplug));
  EXPECT_EQ(soc.must(1, load(hart_control::power_wanted(0))), 0xbU);
  soc.must(1, store(hart_control::power_seen(0), 0xb));
  soc.must(1, store(plic::claim(1), kPlicSourceHotplug));
  soc.clocks(3);
  EXPECT_EQ(soc.csr(1, csr::kMip) & csr::kMipExternal, 0U);
  EXPECT_EQ(soc.must(0, load(hart_control::run(0))), 0xfU) << "a switch asks, software decides";
}

TEST(Switches, HartsNotBuiltHaveNone) {
  SocBench soc;
  soc.boot();
  soc.must(0, store(hart_control::power_seen(0), ~0U));
  soc.must(0, store(hart_control::power_seen(1), ~0U));
  EXPECT_EQ(soc.must(0, load(hart_control::power_seen(0))), 0xfU);
  EXPECT_EQ(soc.must(0, load(hart_control::power_seen(1))), 0U);
  EXPECT_EQ(soc.must(0, load(hart_control::power_wanted(1))), 0U);
}

// Skipping passes neither the stop nor the time a stopped hart is held.
TEST(Stop, NoSkipHidesIt) {
  SocBench soc;
  soc.boot_all();
  soc.present(1, compute(10'000));
  soc.present(2, compute(10'000));
  soc.present(3, wfi());
  soc.must(0, store(hart_control::stop(0), 1U << 2));
  soc.present(0, compute(5'000));
  soc.clocks(4);
  soc.pins().sim_horizon_en_i = 1;
  soc.clock();
  soc.pins().sim_horizon_en_i = 0;
  EXPECT_GT(soc.pins().sim_horizon_o, 4'000U) << "a stopped hart holds nobody up";
}

}  // namespace
}  // namespace bench
