// SPDX-License-Identifier: Apache-2.0
// Goal: a view opens on the moment asked for, with what belongs to it, inside what was dumped; names that would run
// into each other are cut to letters that the legend explains.
#include "waves/at.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "waves/gtkwave.h"
#include "waves/layout.h"

namespace waves {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<Marker> kStory{
    {"loop start", "", 1000}, {"breakout", "", 7000}, {"kick", "", 7020}, {"fresh balance", "", 7600}};

const At& at_named(std::string_view name) {
  for (const At& at : all_ats())
    if (at.name == name) return at;
  throw std::logic_error("no such moment");
}

TEST(AtTest, AMomentWithWhatBelongsToIt) {
  const auto place = place_of(at_named("breakout"), kStory);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->anchor, 7000u);
  EXPECT_EQ(place->window.from, 1000u);
  EXPECT_EQ(place->window.to, 7600u);
  EXPECT_FALSE(place_of(at_named("recovery"), kStory));
  EXPECT_FALSE(place_of(at_named("watchdog"), kStory)) << "a loop alone is no bark";
}

TEST(AtTest, RoomIsCutToWhatWasDumped) {
  const Window seen = with_room({1000, 7600}, {900, 7650});
  EXPECT_EQ(seen.from, 900u);
  EXPECT_EQ(seen.to, 7650u);
}

TEST(AtTest, TheStoryIsOfOneStretchAndAStretchWithOneMomentIsShownWhole) {
  const Window first = whole_story(kStory, {{900, 20000}, {50000, 60000}});
  EXPECT_EQ(first.from, 900u);
  EXPECT_LT(first.to, 10000u);
  const Window second = whole_story({{{"bark", "", 55000}}}, {{900, 20000}, {50000, 60000}});
  EXPECT_EQ(second.from, 50312u) << "nearly: the next stretch must not set the scale";
  EXPECT_EQ(second.to, 59688u);
}

Picture picture_of_story() {
  Picture picture;
  picture.sources = {Source{}};
  picture.sources.front().harts = 2;
  picture.clock_mhz = 100;
  picture.dumped = {{0, 10000}};
  picture.focus = {0, 10000};
  picture.markers = dumped_markers(kStory, picture.dumped);
  return picture;
}

TEST(GtkwaveTest, NamesThatWouldOverlapAreCutToTheirLetters) {
  const std::string far = gtkwave_save_file(picture_of_story(), "x.gtkw");
  EXPECT_THAT(far, HasSubstr("[markername] AA loop start\n"));
  EXPECT_THAT(far, HasSubstr("[markername] BBC\n")) << "drawn as one";
  EXPECT_THAT(far, HasSubstr("[markername] C \n"));
  EXPECT_THAT(far, HasSubstr("-C kick @7020"));
  Picture near = picture_of_story();
  near.focus = {6900, 7100};
  EXPECT_THAT(gtkwave_save_file(near, "x.gtkw"), HasSubstr("[markername] CC kick\n"));
}

TEST(LayoutTest, AViewHasItsSignalsForEachHart) {
  Picture picture = picture_of_story();
  picture.view = View::kWatchdog;
  const auto groups = lay_out(picture);
  ASSERT_EQ(groups.size(), 3u) << "two harts, devices";
  EXPECT_EQ(groups[0].title, "hart 0");
  EXPECT_TRUE(groups[0].open);
  EXPECT_TRUE(groups[1].open) << "there is room for two";
  const std::string text = gtkwave_save_file(picture, "x.gtkw");
  EXPECT_THAT(text, HasSubstr("+{h1 watchdog count} TOP.soc.swdt0.u_channels.g_channel[1].seen_count[31:0]\n"));
  EXPECT_THAT(text, Not(HasSubstr("need_resched")));
}

TEST(LayoutTest, HartsBeyondTheFirstWatchdogHaveTheirChannelInTheSecond) {
  Source source;
  source.harts = 64;
  bool seen = false;
  for (const Row& row : all_rows(source)) seen |= row.path == "TOP.soc.g_swdt1.swdt1.u_channels.g_channel[31].seen_count";
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace waves
