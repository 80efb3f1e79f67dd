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
  EXPECT_THAT(far, HasSubstr("-C kick 70.20 us @7020"));
  Picture near = picture_of_story();
  near.focus = {6900, 7100};
  EXPECT_THAT(gtkwave_save_file(near, "x.gtkw"), HasSubstr("[markername] CC kick\n"));
}

TEST(GtkwaveTest, LettersAtTheEdgeOfTheWindowArePushedInside) {
  Picture picture = picture_of_story();
  picture.focus = {1000, 7021};
  const std::string text = gtkwave_save_file(picture, "x.gtkw");
  EXPECT_THAT(text, HasSubstr("[markername] A   A\n"));
  EXPECT_THAT(text, HasSubstr("[markername] BBC  \n"));
}

TEST(GtkwaveTest, TheTitleIsAboveTheLegendAndSeveralRunsHaveTimesOnly) {
  Picture picture = picture_of_story();
  picture.title = {"stall/kick, seed 1"};
  EXPECT_THAT(gtkwave_save_file(picture, "x.gtkw"), HasSubstr("-stall/kick, seed 1\n@200\n-A loop start 10.00 us @1000\n"));
  picture.sources.push_back(Source{});
  const std::string several = gtkwave_save_file(picture, "x.gtkw");
  EXPECT_THAT(several, HasSubstr("-A loop start 10.00 us\n")) << "no log has shifted cycles";
  EXPECT_THAT(several, HasSubstr("@88024\n")) << "steps over the whole dump: one scale";
}

TEST(GtkwaveTest, TasksAreToldApartByColour) {
  const std::string text = gtkwave_translate_file({"task", {{0, "swapper"}, {2, "kthreadd[2]"}, {3, "hog[3]"}}});
  EXPECT_THAT(text, HasSubstr("0 swapper\n2 ?"));
  const auto colour = [&](const std::string& of) {
    return text.substr(text.find(of), text.find('?', text.find(of) + 3) - text.find(of));
  };
  EXPECT_NE(colour("2 ?").substr(2), colour("3 ?").substr(2));
  EXPECT_EQ(gtkwave_translate_file({"class", {{2, "ext"}}}), "2 ext\n");
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
