// SPDX-License-Identifier: Apache-2.0
// Goal: what is written along a COMPUTE is in the RTL where somebody could tell, and costs no clocks where nobody could; an input
// that changes is asked about; a seed is what reset leaves undefined, and nothing else.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/sim/bridge_run.h"
#include "tests/sim/own_file.h"
#include "tests/sim/scripted_harts.h"

namespace sim_test {
namespace {

using namespace platform;
using sim::Cycle;
using sim::Opcode;

sim::SocParameters with(bool skip, std::uint64_t seed = 1) {
  return {.harts = 4, .clock_mhz = 100, .knobs = {2, 4, 6, 0}, .seed = seed, .skip = skip, .fst_path = {}, .cycles_max = 50'000};
}

// A site a cycle: the one of offset n is n.
std::vector<sim::Mark> sites(sim::HartId hart, std::uint32_t count) {
  std::vector<sim::Mark> marks;
  for (std::uint32_t n = 1; n <= count; ++n)
    marks.push_back({.offset = n,
                     .reg = static_cast<std::uint8_t>(sim::TraceRegister::kSite),
                     .event = 0,
                     .hart = static_cast<std::uint16_t>(hart),
                     .value = n,
                     .length = 0});
  return marks;
}

class BarkSiteTest : public testing::TestWithParam<std::tuple<bool, std::uint32_t>> {};
INSTANTIATE_TEST_SUITE_P(SkipAndThreshold, BarkSiteTest,
                         testing::Combine(testing::Bool(), testing::Values(300U, 301U, 302U, 303U, 304U)));

// A watchdog barks in the first clock that finds its threshold reached, a tick a clock from the one behind its enable. It samples
// the guarded hart's register: what is written at a cycle is in there after the next clock, and sampled by the one behind that.
TEST_P(BarkSiteTest, IsTheOneOfTheBarksCycle) {
  const auto [skip, threshold] = GetParam();
  ScriptedHarts harts(with(skip));
  const std::vector<sim::Mark> marks = sites(0, 900);
  Cycle enabled = 0, issued = 0;
  std::uint32_t site = 0;
  harts.on_start(0, [&, threshold = threshold] {
    harts.store(0, swdt::channel_bark_thold(0), threshold);
    harts.store(0, swdt::channel_ctrl(0), swdt::kChannelCtrlEnable);
    harts.store(0, swdt::gctrl(), swdt::kGctrlEnable);
    enabled = harts.soc.now();
    harts.compute(0, 10);
    issued = harts.soc.now();
    harts.execute(0, {.opcode = Opcode::kCompute, .data = 900, .marks = {marks, nullptr}});
    site = harts.load(0, swdt::channel_bark_pc_lo(0));
  });
  harts.run();
  const Cycle bark = enabled + threshold + 1;
  EXPECT_EQ(site, bark - 2 - issued);
}

// The next clock is a long one, once the RTL has said so; not while waves are open, and again when they are closed.
TEST(QuietTest, MarksThatNobodySeesCostNoClocks) {
  const std::string path = own_file("quiet.fst");
  sim::SocParameters parameters = with(true);
  parameters.fst_path = path;
  ScriptedHarts harts(parameters);
  const std::vector<sim::Mark> marks = sites(0, 900);
  const auto clocks_of = [&](const sim::MarkList& list) {
    const std::uint64_t before = harts.soc.clocks();
    harts.execute(0, {.opcode = Opcode::kCompute, .data = 1000, .marks = list});
    return harts.soc.clocks() - before;
  };
  std::uint64_t bare = 0, marked = 0, shown = 0, closed = 0;
  harts.on_start(0, [&] {
    clocks_of({});
    bare = clocks_of({});
    marked = clocks_of({marks, nullptr});
    harts.soc.waves_on();
    shown = clocks_of({marks, nullptr});
    harts.soc.waves_off();
    clocks_of({});
    closed = clocks_of({marks, nullptr});
  });
  harts.run();
  harts.soc.close_waves();
  std::remove(path.c_str());
  EXPECT_GT(bare, 0U);
  EXPECT_EQ(marked, bare);
  EXPECT_GE(shown, 900U);
  EXPECT_EQ(closed, bare);
}

// Those of a COMPUTE that a trap has ended are not waited for.
TEST(QuietTest, TheEntryIntoATrapIsPassedInAFewClocks) {
  sim::SocParameters parameters = with(true);
  parameters.knobs.irq_entry_latency = 2000;
  ScriptedHarts harts(parameters);
  std::vector<sim::Mark> marks;
  for (std::uint32_t at = 100; at < 5000; at += 100)
    marks.push_back({.offset = at,
                     .reg = sim::kEventMark,
                     .event = static_cast<std::uint8_t>(trace::Event::kTick),
                     .hart = 0,
                     .value = 0,
                     .length = 0});
  sim::Completion done;
  Cycle took = 0;
  std::uint64_t clocks = 0;
  harts.on_start(0, [&] {
    const auto write = [&](std::uint32_t number, std::uint32_t value) {
      harts.execute(0, {.opcode = Opcode::kCsrWrite, .addr = number, .data = value});
    };
    harts.store(0, mtimer::mtimecmp_hi(0), 0);
    harts.store(0, mtimer::mtimecmp_lo(0), static_cast<std::uint32_t>(harts.soc.now() - harts.soc.boot_cycle()) + 400);
    write(csr::kMie, 1U << kIrqTimer);
    write(csr::kMstatus, csr::kMstatusMie);
    took = harts.soc.now();
    clocks = harts.soc.clocks();
    done = harts.execute(0, {.opcode = Opcode::kCompute, .data = 5000, .marks = {marks, nullptr}});
    took = harts.soc.now() - took;
    clocks = harts.soc.clocks() - clocks;
  });
  harts.run();
  EXPECT_EQ(done.status, sim::Status::kTrapped);
  EXPECT_GT(done.marks_done, 1U);
  EXPECT_LT(done.marks_done, 5U);
  EXPECT_GT(took, 2000U);
  EXPECT_LT(clocks, 50U);
}

TEST(QuietTest, AnInputThatChangesIsAskedAbout) {
  ScriptedHarts harts(with(true));
  std::vector<std::uint64_t> clocks;
  const std::vector<std::function<void()>> changes{[] {},
                                                   [] {},
                                                   [&] { harts.soc.set_irq_source(2, true); },
                                                   [&] { harts.soc.set_sysrq_key('x'); },
                                                   [&] { harts.soc.set_power_switch(3, false); },
                                                   [] {}};
  for (std::size_t i = 0; i < changes.size(); ++i)
    harts.soc.at(1000 * (i + 1), [&, i] {
      clocks.push_back(harts.soc.clocks());
      changes[i]();
    });
  harts.run();
  ASSERT_EQ(clocks.size(), changes.size());
  EXPECT_EQ(clocks[2] - clocks[1], 1U) << "a skip";
  for (std::size_t i = 2; i + 1 < clocks.size(); ++i)
    EXPECT_GE(clocks[i + 1] - clocks[i], 2U) << i << ": a clock that asks, and a skip";
}

// Words of RAM as software finds them at power-on.
std::string fresh_ram(std::uint64_t seed) {
  return in_child([seed] {
    ScriptedHarts harts(with(true, seed));
    std::string words;
    harts.on_start(0, [&] {
      for (std::uint32_t i = 0; i < 4; ++i) words += std::to_string(harts.load(0, ram::kBase + 4096 * i)) + " ";
    });
    harts.run();
    return words;
  });
}

TEST(SeedTest, FillsWhatResetLeavesUndefined) {
  const std::string one = fresh_ram(1);
  EXPECT_EQ(fresh_ram(1), one);
  for (const std::uint64_t seed : {0ULL, 2ULL, 1ULL << 31 | 1, 1ULL << 32 | 1, 1ULL << 63 | 1})
    EXPECT_NE(fresh_ram(seed), one) << seed;
  EXPECT_NE(one, "4294967295 4294967295 4294967295 4294967295 ");
}

}  // namespace
}  // namespace sim_test
