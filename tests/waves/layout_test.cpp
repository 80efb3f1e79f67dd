// SPDX-License-Identifier: Apache-2.0
// Goal: the hart in question comes first, each hart has the signals of its own watchdog channel, and a signal of all harts is
// as wide as the machine.
#include "waves/layout.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace waves {
namespace {

using testing::ElementsAre;

std::vector<Row> rows_labelled(const Source& source, const std::string& label) {
  std::vector<Row> found;
  for (const Row& row : all_rows(source))
    if (row.label == label) found.push_back(row);
  return found;
}

TEST(LayoutTest, TheHartInQuestionComesFirst) {
  Picture picture;
  picture.sources.push_back({});
  picture.sources[0].harts = 4;
  picture.sources[0].first_hart = 2;
  std::vector<std::string> titles;
  for (const Group& group : lay_out(picture)) titles.push_back(group.title);
  EXPECT_THAT(titles, ElementsAre("hart 2", "hart 3", "hart 0", "hart 1"));
}

TEST(LayoutTest, HartsThatMatterComeNext) {
  Picture picture;
  picture.sources.push_back({});
  picture.sources[0].harts = 64;
  picture.sources[0].first_hart = 62;
  picture.sources[0].next_harts = {62, 7, 99, 40};
  const auto groups = lay_out(picture);
  ASSERT_EQ(groups.size(), 64U);
  std::vector<std::string> open;
  for (const Group& group : groups)
    if (group.open) open.push_back(group.title);
  EXPECT_THAT(open, ElementsAre("hart 62", "hart 7", "hart 40", "hart 63"));
}

TEST(LayoutTest, AWatchdogHas32Channels) {
  Source source;
  source.harts = 34;
  const auto path = [&](unsigned hart) { return rows_labelled(source, fmt::format("h{} watchdog barked", hart)).at(0).path; };
  EXPECT_EQ(path(31), "TOP.soc.swdt0.u_channels.g_channel[31].seen_barked");
  EXPECT_EQ(path(32), "TOP.soc.g_swdt1.swdt1.u_channels.g_channel[0].seen_barked");
  EXPECT_EQ(path(33), "TOP.soc.g_swdt1.swdt1.u_channels.g_channel[1].seen_barked");
}

TEST(LayoutTest, OneBitPerHart) {
  Source source;
  source.harts = 5;
  const Row msip = rows_labelled(source, "MSIP written").at(0);
  EXPECT_EQ(msip.bits, 5U);
  EXPECT_EQ(range_of(msip), "[4:0]");
  EXPECT_EQ(range_of(rows_labelled(source, "h0 watchdog barked").at(0)), "");
  source.harts = 1;
  EXPECT_EQ(range_of(rows_labelled(source, "MSIP written").at(0)), "[0]");
}

}  // namespace
}  // namespace waves
