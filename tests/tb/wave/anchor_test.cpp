// SPDX-License-Identifier: Apache-2.0
// Goal: runs are aligned at the place that was asked for, in each of them, and a run without it is named.
#include "tb/wave/anchor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tb/analysis/run_dir.h"

namespace tb::wave {
namespace {

using test::Played;
using testing::HasSubstr;

std::function<void()> woken(const char* comm) {
  return [=] { trace::sched_wakeup(7, comm, 0); };
}
const std::vector<Played> kScript = {{100, 0, woken("a")}, {200, 1, woken("b")}, {300, 1, [] { trace::wfi_enter(0); }}};

class AnchorTest : public testing::Test {
 protected:
  RunWaves run(const std::string& name, const std::vector<Played>& script, std::vector<waves::Marker> moments = {}) {
    test::write_run(dir_ / name, script);
    RunWaves run;
    run.dir = dir_ / name;
    run.cycles = 1000;
    run.source.harts = 2;
    run.moments = std::move(moments);
    return run;
  }
  static std::vector<sim::Cycle> cycles(const Anchor& anchor) {
    std::vector<sim::Cycle> all;
    for (const Anchor::At& at : anchor.at) all.push_back(at.cycle);
    return all;
  }
  std::string refusal(const std::vector<RunWaves>& runs, const std::string& text) {
    try {
      (void)anchor_of(runs, text);
    } catch (const WaveError& error) {
      return error.what();
    }
    return {};
  }

  test::TempDir dir_;
};

TEST_F(AnchorTest, RunsThatLoopAreAlignedAtTheirLoops) {
  const auto a = run("a", kScript, {{"loop start", "x", 40}}), b = run("b", kScript, {{"loop start", "x", 60}});
  const Anchor anchor = anchor_of({a, b}, "");
  EXPECT_EQ(anchor.name, "loop start");
  EXPECT_EQ(cycles(anchor), (std::vector<sim::Cycle>{40, 60}));
}

TEST_F(AnchorTest, OtherwiseTwoRunsWhereTheyPart) {
  auto other = kScript;
  other[1] = {210, 1, woken("c")};
  const auto a = run("a", kScript, {{"loop start", "x", 40}}), b = run("b", other);
  const Anchor parting = anchor_of({a, b}, "");
  EXPECT_EQ(parting.name, "parting");
  EXPECT_EQ(cycles(parting), (std::vector<sim::Cycle>{200, 200})) << "they are the same up to there";
  EXPECT_EQ(parting.at[0].hart, 1U);
  EXPECT_THAT(refusal({a, b, b}, ""), HasSubstr("there is no loop start in"));
  EXPECT_THAT(refusal({a, b, b}, "parting"), HasSubstr("two runs part, not 3"));
  EXPECT_THAT(refusal({a, a}, "parting"), HasSubstr("have the same events"));
}

TEST_F(AnchorTest, ADecisionIsAtACycleOfEachRun) {
  auto other = kScript;
  other[0].cycle = 90;
  other[1] = {220, 1, [] { trace::sched_wakeup(7, "b", 1); }};
  const auto a = run("a", kScript), b = run("b", other);
  EXPECT_EQ(cycles(anchor_of({a, b}, "decision")), (std::vector<sim::Cycle>{200, 220}));
  other[1].emit = kScript[1].emit;
  EXPECT_THAT(refusal({a, run("b", other)}, "decision"), HasSubstr("decide the same: there is no place where they part"));
}

TEST_F(AnchorTest, AnEventIsTheFirstOfEachRunThatFits) {
  auto other = kScript;
  other.insert(other.begin() + 1, {150, 0, woken("b")});
  const auto a = run("a", kScript), b = run("b", other);
  EXPECT_EQ(cycles(anchor_of({a, b}, "wfi_enter")), (std::vector<sim::Cycle>{300, 300}));
  EXPECT_EQ(cycles(anchor_of({a, b}, "sched_wakeup,comm=b")), (std::vector<sim::Cycle>{200, 150}));
  EXPECT_EQ(cycles(anchor_of({a, b}, "comm=b,hart=1")), (std::vector<sim::Cycle>{200, 200}));
  EXPECT_THAT(refusal({a, b}, "scx_error"), HasSubstr("there is no event scx_error in "));
  EXPECT_THROW((void)anchor_of({a, b}, "sched_wakup"), std::invalid_argument);
}

TEST_F(AnchorTest, ACycleOrAMoment) {
  const auto a = run("a", kScript, {{"breakout", "x", 40}}), b = run("b", kScript, {{"breakout", "x", 50}});
  EXPECT_EQ(cycles(anchor_of({a, b}, "123")), (std::vector<sim::Cycle>{123, 123}));
  EXPECT_THAT(refusal({a, b}, "1001"), HasSubstr("ended at cycle 1000: there is no cycle 1001"));
  EXPECT_EQ(cycles(anchor_of({a, b}, "breakout")), (std::vector<sim::Cycle>{40, 50}));
  EXPECT_THAT(refusal({a, b}, "recovery"), HasSubstr("there is no error in"));
}

}  // namespace
}  // namespace tb::wave
