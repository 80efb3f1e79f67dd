// SPDX-License-Identifier: Apache-2.0
// Goal: a view opens where it was asked to: on a moment, a time, an event, or on all that a verdict tells of, from the cause
// to the effect.
#include "tb/wave/opening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tb/analysis/run_dir.h"

namespace tb::wave {
namespace {

using test::Played;
using testing::ElementsAre;
using testing::HasSubstr;

std::function<void()> woken(const char* comm) {
  return [=] { trace::sched_wakeup(7, comm, 0); };
}

class OpeningTest : public testing::Test {
 protected:
  OpeningTest() {
    test::write_run(dir_ / "run", {{100, 0, woken("a")}, {200, 1, woken("b")}, {210, 1, woken("a")}, {5000, 0, woken("b")}});
    run_.dir = dir_ / "run";
    run_.clock_mhz = 100;
    run_.cycles = 2'000'000;
    run_.source.harts = 2;
    run_.dumped = {{0, 2'000'000}};
  }
  std::string refusal(const std::string& text) {
    try {
      (void)opening_at(run_, text);
    } catch (const WaveError& error) {
      return error.what();
    }
    return {};
  }
  static std::vector<std::string> names(const std::vector<waves::Marker>& markers) {
    std::vector<std::string> names;
    for (const waves::Marker& marker : markers) names.push_back(marker.name + " " + std::to_string(marker.cycle));
    return names;
  }

  test::TempDir dir_;
  RunWaves run_;
};

TEST_F(OpeningTest, ACycleATimeOrAnEvent) {
  EXPECT_EQ(opening_at(run_, "1234").place.anchor, 1234U);
  EXPECT_EQ(opening_at(run_, "1.5ms").place.anchor, 150'000U);
  EXPECT_EQ(opening_at(run_, "sched_wakeup").place.anchor, 100U);
  for (const char* text : {"sched_wakeup comm=b", "sched_wakeup,comm=b", "comm=b"}) {
    const Opening opening = opening_at(run_, text);
    EXPECT_EQ(opening.place.anchor, 200U) << text;
    EXPECT_THAT(opening.harts, ElementsAre(1U));
  }
  EXPECT_THAT(names(opening_at(run_, "sched_wakeup comm=b").markers), ElementsAre("sched_wakeup 200"));
}

TEST_F(OpeningTest, WhatIsNotThereIsNamed) {
  EXPECT_THAT(refusal("20.1ms"), HasSubstr("ended at cycle 2000000: there is no cycle 2010000"));
  EXPECT_THAT(refusal("sched_wakup"), HasSubstr("did you mean 'sched_wakeup'"));
  EXPECT_THAT(refusal("brekout"), HasSubstr("did you mean 'breakout'"));
  EXPECT_THAT(refusal("bite"), HasSubstr("--at wants a cycle, a time such as 50ms, an event or one of breakout"));
  EXPECT_THAT(refusal("scx_error"), HasSubstr("there is no event scx_error in"));
}

TEST_F(OpeningTest, AVerdictIsShownFromTheCauseToTheEffect) {
  Result result;
  result.complete = true;
  result.outcome = Outcome::kExpectationFailed;
  result.expect = {
      {"eventually kick", {true, "", 3000, "", {{"kick", 3000, 0}}}},
      {"sequence x", {false, "", 1000, "", {{"sched_wakeup", 1000, 1}, {"limit", 9000, 1}, {"sched_switch", 12'000, 0}}}}};
  run_.stories = stories_of(result);
  const Opening opening = opening_at(run_, "1000");
  EXPECT_EQ(opening.place.window.from, 1000U);
  EXPECT_EQ(opening.place.window.to, 12'000U);
  EXPECT_THAT(names(opening.markers), ElementsAre("sched_wakeup 1000", "limit 9000", "sched_switch 12000"));
  EXPECT_THAT(opening.harts, ElementsAre(1U, 0U));
  EXPECT_EQ(opening.about, "failed: sequence x");
  EXPECT_THAT(names(usual_markers(run_)), ElementsAre("sched_wakeup 1000", "kick 3000", "limit 9000", "sched_switch 12000"));
  run_.moments = {{"breakout", "", 50}};
  EXPECT_THAT(names(usual_markers(run_)), ElementsAre("breakout 50", "sched_wakeup 1000", "limit 9000", "sched_switch 12000"))
      << "what held is told where there is nothing else";
}

TEST_F(OpeningTest, OfALongStretchTheEndsAreDumped) {
  Result result;
  result.complete = true;
  result.warnings = {
      {WarningKind::task_starved, 1000, {}, "a was runnable", {{"runnable", 1000}, {"end of the wait", 1'900'000}}}};
  run_.stories = stories_of(result);
  const Opening opening = opening_at(run_, "1000");
  ASSERT_EQ(opening.needed.size(), 2U);
  EXPECT_EQ(opening.needed[0].from, 1000U);
  EXPECT_EQ(opening.needed[1].to, 1'900'000U);
  EXPECT_EQ(opening.place.window.to, 1'900'000U);
}

TEST_F(OpeningTest, TheBusiestHartsOfAWindowComeFirst) {
  EXPECT_THAT(busiest_harts(run_, {150, 250}), ElementsAre(1U, 0U));
  EXPECT_THAT(busiest_harts(run_, {4000, 6000}), ElementsAre(0U, 1U));
}

}  // namespace
}  // namespace tb::wave
