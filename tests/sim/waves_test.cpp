// SPDX-License-Identifier: Apache-2.0
// Goal: the waves of a window are there, each clock at its time, and nothing of what is outside of it.
#include <gtest/gtest.h>
#include <gtkwave/fstapi.h>

#include <cstdio>
#include <cstring>

#include "tests/sim/own_file.h"
#include "tests/sim/scripted_harts.h"

namespace sim_test {
namespace {

using sim::Cycle;

constexpr Cycle kPs = 10'000;  // a cycle at 100 MHz

struct Edges {
  std::vector<std::uint64_t> rises, falls;  // of the clock, in ps
};

void note_edge(void* edges, std::uint64_t time, fstHandle, const unsigned char* value) {
  auto* const all = static_cast<Edges*>(edges);
  (*value == '1' ? all->rises : all->falls).push_back(time);
}

Edges read_clock(const std::string& path) {
  Edges edges;
  void* const file = fstReaderOpen(path.c_str());
  if (file == nullptr) return edges;
  fstReaderClrFacProcessMaskAll(file);
  while (const fstHier* item = fstReaderIterateHier(file)) {
    if (item->htyp != FST_HT_VAR || std::strcmp(item->u.var.name, "clk") != 0) continue;
    fstReaderSetFacProcessMask(file, item->u.var.handle);
    break;
  }
  fstReaderIterBlocks(file, note_edge, &edges, nullptr);
  fstReaderClose(file);
  return edges;
}

class WavesTest : public testing::TestWithParam<bool> {
 protected:
  ~WavesTest() override { std::remove(path_.c_str()); }
  Edges of_windows(const std::vector<std::pair<Cycle, Cycle>>& windows) {
    ScriptedHarts harts({.harts = 1,
                         .clock_mhz = 100,
                         .knobs = {2, 4, 6, 0},
                         .seed = 1,
                         .skip = GetParam(),
                         .fst_path = path_,
                         .cycles_max = 5000});
    for (const auto& [from, to] : windows) {
      harts.soc.at(from, [&harts] { harts.soc.waves_on(); });
      harts.soc.at(to, [&harts] { harts.soc.waves_off(); });
    }
    harts.run();
    harts.soc.close_waves();
    return read_clock(path_);
  }
  const std::string path_ = own_file("waves_test.fst");
};
INSTANTIATE_TEST_SUITE_P(Skip, WavesTest, testing::Bool(), [](const auto& skip) { return skip.param ? "On" : "Off"; });

TEST_P(WavesTest, EachClockOfTheWindowsIsThereAtItsTime) {
  const Edges edges = of_windows({{1000, 1100}, {2000, 2010}});
  ASSERT_FALSE(edges.rises.empty());
  EXPECT_EQ(edges.rises.back(), 2010 * kPs);
  if (GetParam()) {  // a skip is one edge
    EXPECT_LT(edges.rises.size(), 20U);
  } else {
    std::vector<std::uint64_t> expected;
    for (Cycle cycle = 1001; cycle <= 1100; ++cycle) expected.push_back(cycle * kPs);
    for (Cycle cycle = 2001; cycle <= 2010; ++cycle) expected.push_back(cycle * kPs);
    EXPECT_EQ(edges.rises, expected);
  }
  std::vector<std::uint64_t> falls;
  for (const std::uint64_t rise : edges.rises) falls.push_back(rise + kPs / 2);
  EXPECT_EQ(std::vector<std::uint64_t>(edges.falls.end() - static_cast<std::ptrdiff_t>(falls.size()), edges.falls.end()), falls);
  EXPECT_EQ(edges.falls.size(), falls.size() + 1) << "low at first";
  EXPECT_EQ(edges.falls.front(), 1000 * kPs);
}

}  // namespace
}  // namespace sim_test
