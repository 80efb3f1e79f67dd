// SPDX-License-Identifier: Apache-2.0
// Goal: each kind of expectation passes and fails where it should, and a failure shows the nearest thing that happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/value.h"
#include "tb/config/expect_reader.h"
#include "tb/expect/check.h"
#include "tests/tb/support.h"

namespace tb::expect {
namespace {

using test::Played;
using testing::AllOf;
using testing::HasSubstr;

constexpr std::uint32_t kClockMhz = 100;
constexpr unsigned kHarts = 4;

struct Story {
  std::vector<Played> script;
  Ending ending = Ending::kRunning;
  std::optional<ExitRecord> exit = std::nullopt;
  sim::Cycle cycles = 100'000;
  unsigned warnings = 0;
};

Verdict judge(const std::string& expectation, const Story& run) {
  config::Problems problems;
  std::vector<config::Mention> mentions;
  const auto list =
      config::read_expectations(config::parse_yaml("[ " + expectation + " ]", "e.yaml"), "expect", {kHarts, problems, mentions});
  problems.raise();
  const auto check = make_check(list.at(0), kClockMhz, kHarts);
  test::for_each_event(run.script, [&](const event_log::EventView& event) { check->on_event(event); });
  const json::Value metrics{
      {"breakouts", 7},
      {"ticks_served", {{"total", 9}, {"per_hart", json::Value::array({5, 3, 4, 6})}}},
      {"irq_off_cycles", {{"max", 8}, {"from", 40}}},
      {"warnings", {{"total", run.warnings}}},
      {"tasks", {{"hog", {{"wait", {{"p99", 50}}}, {"preempted", {{"count", 0}, {"max", json::Value()}}}}}}}};
  return check->finish({run.ending, run.exit, metrics, run.cycles});
}

std::function<void()> exit_with(unsigned calls, bool trapped) {
  return [calls, trapped] { trace::balance_exit(false, calls, trapped, 0); };
}
const auto breakout = [] { trace::breakout(32, trace::Retry::kKick); };
const auto kick = [] { trace::kick(0, 0, true); };
const auto irq = [] { trace::irq_entry(trace::Cause::kSoftware); };
const auto wfi = [] { trace::wfi_enter(2); };
const auto balance = [] { trace::balance_enter(0); };

TEST(AlwaysTest, HoldsForEveryMatchAndNeedsOne) {
  const std::string e = "{ event: balance_exit, where: { trapped: true }, dispatch_calls: 32, always: true }";
  EXPECT_TRUE(judge(e, {{{1, 0, exit_with(32, true)}, {2, 0, exit_with(1, false)}}}).passed);
  const Verdict broken = judge(e, {{{1, 0, exit_with(32, true)}, {7, 3, exit_with(31, true)}, {9, 1, exit_with(30, true)}}});
  EXPECT_FALSE(broken.passed);
  EXPECT_EQ(broken.cycle, 7U);
  EXPECT_THAT(broken.found,
              HasSubstr("2 of 3 did otherwise, first: cycle 7, hart 3: balance_exit result=false dispatch_calls=31"));
  const Verdict vacuous = judge(e, {{{2, 0, exit_with(1, false)}}});
  EXPECT_FALSE(vacuous.passed) << "what never happened proves nothing";
  EXPECT_THAT(vacuous.found, HasSubstr("none of 1 balance_exit matched; nearest: cycle 2"));
  EXPECT_THAT(judge(e, {{}}).found, HasSubstr("no balance_exit happened at all"));
}

TEST(AlwaysTest, FieldsMayBeBounded) {
  const std::string e = "{ event: balance_exit, dispatch_calls: { at_least: 2, at_most: 4 }, always: true }";
  EXPECT_TRUE(judge(e, {{{1, 0, exit_with(2, true)}, {2, 0, exit_with(4, true)}}}).passed);
  EXPECT_FALSE(judge(e, {{{1, 0, exit_with(5, true)}}}).passed);
  EXPECT_FALSE(judge(e, {{{1, 0, exit_with(1, true)}}}).passed);
}

TEST(NeverTest, FailsAtTheFirst) {
  EXPECT_TRUE(judge("{ never: wfi_enter }", {{{1, 0, balance}}}).passed);
  EXPECT_TRUE(judge("{ never: wfi_enter, hart: 1 }", {{{1, 0, wfi}}}).passed);
  EXPECT_TRUE(judge("{ never: wfi_enter, where: { held: 0 } }", {{{1, 0, wfi}}}).passed);
  const Verdict broken = judge("{ never: wfi_enter }", {{{5, 2, wfi}, {6, 2, wfi}}});
  EXPECT_FALSE(broken.passed);
  EXPECT_EQ(broken.cycle, 5U);
  EXPECT_EQ(broken.event, "wfi_enter held=2");
  EXPECT_THAT(broken.found, HasSubstr("happened 2 times, first: cycle 5, hart 2"));
}

TEST(AfterTest, OnlyWhatFollowsCounts) {
  EXPECT_TRUE(judge("{ never: wfi_enter, after: breakout }", {{{5, 0, wfi}, {6, 0, breakout}}}).passed);
  EXPECT_FALSE(judge("{ never: wfi_enter, after: breakout }", {{{6, 0, breakout}, {7, 0, wfi}}}).passed);
  const Verdict never_came = judge("{ never: wfi_enter, after: { event: breakout, hart: 1 } }", {{{6, 0, breakout}}});
  EXPECT_FALSE(never_came.passed) << "a condition that never came proves nothing";
  EXPECT_THAT(never_came.found, HasSubstr("breakout on hart 1 (named by 'after') never happened"));
  EXPECT_TRUE(judge("{ event: balance_exit, dispatch_calls: 1, always: true, after: breakout }",
                    {{{1, 0, exit_with(9, false)}, {2, 0, breakout}, {3, 0, exit_with(1, false)}}})
                  .passed);
}

TEST(AfterTest, TheEventThatOpensIsNotAmongThoseThatFollow) {
  EXPECT_TRUE(judge("{ never: breakout, after: breakout }", {{{6, 0, breakout}}}).passed);
  EXPECT_FALSE(judge("{ never: breakout, after: breakout }", {{{6, 0, breakout}, {7, 0, breakout}}}).passed);
}

TEST(EventuallyTest, PassesInTimeAndShowsTheNearest) {
  const std::string e = "{ eventually: wfi_enter, where: { held: { at_least: 2 } }, after: breakout, within_us: 1 }";
  EXPECT_TRUE(judge(e, {{{50, 0, breakout}, {150, 0, wfi}}}).passed);
  const Verdict late = judge(e, {{{50, 0, breakout}, {160, 0, wfi}}});
  EXPECT_FALSE(late.passed);
  EXPECT_THAT(late.found, HasSubstr("too late by 10 cycles: cycle 160"));
  const Verdict nearest = judge("{ eventually: wfi_enter, where: { held: 3 }, hart: 1 }", {{{1, 0, wfi}, {2, 1, wfi}}});
  EXPECT_THAT(nearest.found, HasSubstr("none of 2 wfi_enter matched; nearest: cycle 2, hart 1"));
}

TEST(CountTest, BoundsAndTheOneTooMany) {
  const Story three{{{1, 0, kick}, {2, 1, kick}, {3, 0, kick}}};
  EXPECT_TRUE(judge("{ count: kick, equal: 3 }", three).passed);
  EXPECT_TRUE(judge("{ count: kick, hart: 0, equal: 2 }", three).passed);
  EXPECT_TRUE(judge("{ count: kick, at_least: 3, at_most: 3 }", three).passed);
  EXPECT_FALSE(judge("{ count: kick, at_least: 4 }", three).passed);
  const Verdict excess = judge("{ count: kick, at_most: 1 }", three);
  EXPECT_FALSE(excess.passed);
  EXPECT_EQ(excess.cycle, 2U);
  EXPECT_TRUE(judge("{ count: wfi_enter, equal: 0 }", three).passed);
  EXPECT_FALSE(judge("{ count: kick, equal: 0 }", three).passed);
}

TEST(SequenceTest, OneIsEnoughUnlessEachIsAsked) {
  const Story one_of_two{{{10, 0, breakout}, {11, 0, kick}, {12, 0, irq}, {20, 0, breakout}, {500, 0, kick}, {600, 0, irq}}};
  EXPECT_TRUE(judge("{ sequence: [breakout, kick, irq_entry], same_hart: true, within: 100 }", one_of_two).passed);
  const Verdict each = judge("{ sequence: [breakout, kick, irq_entry], same_hart: true, within: 100, each: true }", one_of_two);
  EXPECT_FALSE(each.passed);
  EXPECT_THAT(
      each.found,
      AllOf(HasSubstr("1 of 2 failed, first: 1 of 3 steps: breakout at cycle 20 on hart 0; then kick not within 100 cycles")));
}

TEST(SequenceTest, WithinIsInclusiveFromTheFirstStepToTheLast) {
  const std::string e = "{ sequence: [breakout, kick, irq_entry], within: 100 }";
  EXPECT_TRUE(judge(e, {{{20, 0, breakout}, {70, 0, kick}, {120, 0, irq}}}).passed);
  EXPECT_FALSE(judge(e, {{{20, 0, breakout}, {70, 0, kick}, {121, 0, irq}}}).passed);
  const std::string each = "{ sequence: [breakout, kick], within: 100, each: true }";
  const std::vector<Played> open{{1, 0, breakout}, {2, 0, kick}, {20, 0, breakout}};
  EXPECT_TRUE(judge(each, {.script = open, .cycles = 120}).passed) << "the run ends with its time";
  EXPECT_FALSE(judge(each, {.script = open, .cycles = 121}).passed);
}

TEST(SequenceTest, TheFirstSuccessDecides) {
  EXPECT_EQ(judge("{ sequence: [breakout, kick] }", {{{10, 0, breakout}, {11, 0, kick}, {20, 0, breakout}, {21, 0, kick}}}).found,
            "1 of 1 complete, first at cycle 11");
}

TEST(SequenceTest, OneThatIsFurtherIsNotGivenUpForALaterOne) {
  EXPECT_TRUE(
      judge("{ sequence: [breakout, kick, irq_entry] }", {{{10, 0, breakout}, {11, 0, kick}, {12, 0, breakout}, {13, 0, irq}}})
          .passed);
}

TEST(SequenceTest, TheClosestIsShownWhereOneIsEnoughTheFirstWhereEachMust) {
  const std::vector<Played> script{{10, 0, breakout}, {200, 0, breakout}, {210, 0, kick},
                                   {400, 0, wfi},     {500, 0, breakout}, {900, 0, wfi}};
  EXPECT_THAT(judge("{ sequence: [breakout, kick, irq_entry], within: 100 }", {script}).found,
              HasSubstr("2 of 3 steps: breakout at cycle 200"));
  EXPECT_THAT(judge("{ sequence: [breakout, kick, irq_entry], within: 100, each: true }", {script}).found,
              HasSubstr("3 of 3 failed, first: 1 of 3 steps: breakout at cycle 10"));
}

TEST(SequenceTest, LateStepIsShown) {
  const Verdict late =
      judge("{ sequence: [breakout, kick], within: 10, each: true }", {{{20, 0, breakout}, {40, 1, irq}, {77, 0, kick}}});
  EXPECT_THAT(late.found, HasSubstr("it came later: cycle 77, hart 0: kick"));
}

// "breakout 20, limit 30, kick 77"
std::string marks_of(const Verdict& verdict) {
  std::string text;
  for (const Mark& mark : verdict.marks) text += (text.empty() ? "" : ", ") + mark.name + " " + std::to_string(mark.cycle);
  return text;
}

TEST(MarksTest, FromWhatItWaitedForToWhatDecided) {
  const std::string e = "{ sequence: [breakout, kick], within: 10, each: true }";
  const Verdict late = judge(e, {{{20, 1, breakout}, {77, 0, kick}}});
  EXPECT_EQ(marks_of(late), "breakout 20, limit 30, kick 77");
  EXPECT_EQ(late.marks[0].hart, 1U);
  EXPECT_THAT(late.found, HasSubstr("it came later: cycle 77")) << "the event that showed that it was late";
  EXPECT_EQ(marks_of(judge(e, {{{20, 1, breakout}, {25, 0, kick}}})), "breakout 20, kick 25");
  EXPECT_EQ(
      marks_of(judge("{ sequence: [breakout, kick], without: wfi_enter }", {{{1, 0, breakout}, {2, 0, wfi}, {3, 0, kick}}})),
      "breakout 1, wfi_enter 2, kick 3");
  EXPECT_EQ(marks_of(judge("{ never: wfi_enter }", {{{5, 2, wfi}, {6, 2, wfi}}})), "wfi_enter 5");
  EXPECT_EQ(marks_of(judge("{ count: kick, at_most: 1 }", {{{5, 2, kick}, {6, 2, kick}}})), "kick 6");
  EXPECT_EQ(marks_of(judge("{ eventually: wfi_enter, after: breakout, within_us: 1 }", {{{50, 0, breakout}, {300, 0, wfi}}})),
            "breakout 50, limit 150, wfi_enter 300");
}

TEST(SequenceTest, SameHartIgnoresTheOthers) {
  const Story mixed{{{10, 0, breakout}, {11, 1, kick}}};
  EXPECT_TRUE(judge("{ sequence: [breakout, kick] }", mixed).passed);
  EXPECT_FALSE(judge("{ sequence: [breakout, kick], same_hart: true }", mixed).passed);
  EXPECT_FALSE(judge("{ sequence: [breakout, kick], hart: 0 }", mixed).passed);
}

TEST(SequenceTest, WithoutForbidsWhatComesBetween) {
  const std::string e = "{ sequence: [breakout, irq_entry], same_hart: true, without: wfi_enter }";
  EXPECT_TRUE(judge(e, {{{10, 0, breakout}, {11, 1, wfi}, {12, 0, irq}}}).passed);
  const Verdict broken = judge(e, {{{10, 0, breakout}, {11, 0, wfi}, {12, 0, irq}}});
  EXPECT_FALSE(broken.passed);
  EXPECT_THAT(broken.found, HasSubstr("cycle 11, hart 0: wfi_enter held=2 came between"));
}

TEST(SequenceTest, TheEndOfTheRunCutsNobodyWhoHadTime) {
  const std::string e = "{ sequence: [breakout, kick], within: 100, each: true }";
  const std::vector<Played> script{{10, 0, breakout}, {11, 0, kick}, {900, 0, breakout}};
  EXPECT_TRUE(judge(e, {.script = script, .cycles = 950}).passed);
  EXPECT_FALSE(judge(e, {.script = script, .cycles = 1'001}).passed);
  EXPECT_FALSE(judge(e, {.script = {{900, 0, breakout}}, .cycles = 950}).passed) << "but one must have succeeded";
}

TEST(SequenceTest, ManyAttemptsStayFew) {
  std::vector<Played> script;
  for (unsigned i = 0; i < 20'000; ++i) script.push_back({i, i % 4, breakout});
  script.push_back({20'000, 3, kick});
  const Verdict verdict = judge("{ sequence: [breakout, kick], same_hart: true }", {script});
  EXPECT_TRUE(verdict.passed);
  EXPECT_THAT(judge("{ sequence: [breakout, irq_entry] }", {script}).found,
              HasSubstr("then irq_entry did not come before the end of the run"));
  EXPECT_THAT(judge("{ sequence: [balance_enter, irq_entry] }", {script}).found,
              HasSubstr("not even the first step, balance_enter"));
}

TEST(CountTest, TextsMayBeKnownInPart) {
  const std::vector<Played> script{{1, 0, [] { trace::user_print(9, trace::Stream::kStderr, "EXIT: runnable task stall (x)"); }},
                                   {2, 0, [] { trace::user_print(9, trace::Stream::kStdout, "stats"); }}};
  EXPECT_TRUE(judge("{ count: user_print, where: { text: { contains: task stall } }, equal: 1 }", {script}).passed);
  EXPECT_TRUE(judge("{ count: user_print, where: { text: { contains: s } }, equal: 2 }", {script}).passed);
  EXPECT_TRUE(judge("{ never: user_print, where: { text: { contains: Stats } } }", {script}).passed);
}

TEST(PerHartTest, HoldsOnEachHartByItself) {
  std::vector<Played> script;
  for (unsigned hart = 0; hart < kHarts; ++hart)
    for (unsigned i = 0; i <= hart; ++i) script.push_back({hart * 10 + i, hart, kick});
  const Story one_to_four{script};
  EXPECT_TRUE(judge("{ count: kick, per_hart: true, at_least: 1, at_most: 4 }", one_to_four).passed);
  const Verdict few = judge("{ count: kick, per_hart: true, at_least: 2 }", one_to_four);
  EXPECT_FALSE(few.passed) << "ten in all, but one on hart 0";
  EXPECT_THAT(few.found, HasSubstr("hart 0: happened 1 times"));
  const Verdict many = judge("{ count: kick, per_hart: true, at_most: 3 }", one_to_four);
  EXPECT_THAT(many.found, HasSubstr("hart 3: happened 4 times; the first too many: cycle 33"));
  EXPECT_EQ(many.cycle, 33U);
  EXPECT_TRUE(judge("{ eventually: kick, per_hart: true }", one_to_four).passed);
  EXPECT_FALSE(
      judge("{ eventually: breakout, per_hart: true }", {{{1, 0, breakout}, {2, 1, breakout}, {3, 2, breakout}}}).passed);
  const std::string always = "{ event: balance_exit, dispatch_calls: 32, always: true, per_hart: true }";
  std::vector<Played> exits;
  for (unsigned hart = 0; hart < 3; ++hart) exits.push_back({hart, hart, exit_with(32, true)});
  EXPECT_THAT(judge(always, {exits}).found, HasSubstr("hart 3: none of 3 balance_exit matched; nearest: cycle 0"));
  exits.push_back({9, 3, exit_with(32, true)});
  EXPECT_TRUE(judge(always, {exits}).passed);
}

// The condition of `after` may come on any hart.
TEST(PerHartTest, AfterIsOfAnyHart) {
  std::vector<Played> script{{1, 2, breakout}};
  for (unsigned hart = 0; hart < kHarts; ++hart) script.push_back({10 + hart, hart, kick});
  EXPECT_TRUE(judge("{ count: kick, per_hart: true, after: breakout, equal: 1 }", {script}).passed);
}

TEST(PerHartTest, BoundsOfAMetricHoldOnEach) {
  EXPECT_TRUE(judge("{ metric: ticks_served, per_hart: true, at_least: 3, at_most: 6 }", {}).passed);
  EXPECT_EQ(judge("{ metric: ticks_served, per_hart: true, at_least: 4 }", {}).found, "ticks_served of hart 1 is 3, 1 too few");
  EXPECT_EQ(judge("{ metric: ticks_served, per_hart: true, at_most: 5 }", {}).found, "ticks_served of hart 3 is 6, 1 too many");
}

TEST(FoundTest, TheFirstOfEquallyNearOnesOfTheNameAskedFor) {
  const Verdict verdict = judge("{ eventually: wfi_enter, where: { held: 3 } }", {{{1, 0, irq}, {2, 0, wfi}, {3, 0, wfi}}});
  EXPECT_THAT(verdict.found, HasSubstr("none of 2 wfi_enter matched; nearest: cycle 2"));
}

TEST(FoundTest, SignedFieldsAreOrderedAsSuch) {
  const auto exited = [](int status) { return [status] { trace::task_exit(5, "t", status); }; };
  const Story negative{{{1, 0, exited(-7)}}};
  EXPECT_TRUE(judge("{ count: task_exit, where: { status: { at_most: 0 } }, equal: 1 }", negative).passed);
  EXPECT_TRUE(judge("{ count: task_exit, where: { status: { at_least: -7 } }, equal: 1 }", negative).passed);
  EXPECT_TRUE(judge("{ count: task_exit, where: { status: { at_least: -6 } }, equal: 0 }", negative).passed);
  EXPECT_THAT(judge("{ event: task_exit, status: 1, always: true }", negative).found,
              HasSubstr("status=-7 (status is -7, not status=1)"));
}

TEST(FoundTest, SaysWhichFieldIsDifferent) {
  EXPECT_THAT(judge("{ eventually: wfi_enter, where: { held: 3 }, hart: 1 }", {{{1, 0, wfi}, {2, 1, wfi}}}).found,
              HasSubstr("nearest: cycle 2, hart 1: wfi_enter held=2 (held is 2, not held=3)"));
  EXPECT_THAT(judge("{ eventually: wfi_enter, where: { held: { at_least: 3 } }, hart: 1 }", {{{1, 0, wfi}}}).found,
              HasSubstr("(held is 2, not held>=3; hart is 0, not 1)"));
  EXPECT_THAT(judge("{ event: balance_exit, dispatch_calls: 32, always: true }", {{{7, 3, exit_with(31, true)}}}).found,
              HasSubstr("(dispatch_calls is 31, not dispatch_calls=32)"));
  const Verdict count = judge("{ count: wfi_enter, where: { held: 3 }, at_least: 1 }", {{{5, 1, wfi}}});
  EXPECT_THAT(count.found, HasSubstr("happened 0 times; nearest other: cycle 5, hart 1: wfi_enter held=2 (held is 2"));
  EXPECT_EQ(count.cycle, 5U) << "where to look";
  const Verdict sequence =
      judge("{ sequence: [breakout, { event: wfi_enter, where: { held: 3 } }] }", {{{5, 1, breakout}, {8, 1, wfi}}});
  EXPECT_THAT(sequence.found, HasSubstr("did not come before the end of the run; nearest to it: cycle 8, hart 1: wfi_enter "
                                        "held=2 (held is 2, not held=3)"));
  const Verdict first = judge("{ sequence: [{ event: wfi_enter, where: { held: 3 } }, breakout] }", {{{8, 1, wfi}}});
  EXPECT_THAT(first.found, HasSubstr("not even the first step, wfi_enter held=3, happened; nearest to it: cycle 8"));
  EXPECT_EQ(first.cycle, 8U);
  EXPECT_EQ(judge("{ metric: breakouts, at_most: 6 }", {}).found, "breakouts is 7, 1 too many");
  EXPECT_THAT(judge("{ exit: { kind: 1025, msg: y } }", {.script = {}, .exit = ExitRecord{1026, 0, "stall", "x"}}).found,
              HasSubstr("; different: kind, msg"));
  EXPECT_EQ(judge("{ ending: ejected }", {.script = {}, .cycles = 500}).cycle, 500U);
  const auto error = [] { trace::scx_error(1026, "stall", "x"); };
  EXPECT_EQ(judge("{ exit: null }", {.script = {{77, 1, error}}, .exit = ExitRecord{1026, 0, "stall", "x"}}).cycle, 77U);
  EXPECT_EQ(judge("{ metric: irq_off_cycles.max, at_most: 5 }", {}).cycle, 40U) << "since when";
}

// Where to look: at the report of the first error, or where the policy went without one.
TEST(WholeRunTest, AnExitThatIsAnotherSaysWhereThePolicyLeft) {
  const auto error = [] { trace::scx_error(1026, "runnable task stall", "x"); };
  const auto disable = [] { trace::scx_disable("qmap", 1026, 0, "runnable task stall", "x"); };
  const ExitRecord record{1026, 0, "runnable task stall", "x"};
  EXPECT_EQ(judge("{ exit: { kind: 1025 } }", {.script = {{5, 0, error}, {7, 1, error}, {9, 0, disable}}, .exit = record}).cycle,
            5U);
  EXPECT_EQ(judge("{ exit: { kind: 1025 } }", {.script = {{9, 0, disable}, {12, 0, disable}}, .exit = record}).cycle, 9U);
  EXPECT_FALSE(judge("{ exit: { kind: 1026 } }", {.script = {{5, 0, error}, {9, 0, disable}}, .exit = record}).cycle.has_value());
}

TEST(WholeRunTest, EndingExitAndMetric) {
  EXPECT_TRUE(judge("{ ending: running }", {}).passed);
  EXPECT_FALSE(judge("{ ending: hw_watchdog_reset }", {}).passed);
  EXPECT_TRUE(judge("{ ending: hw_watchdog_reset }", {.script = {}, .ending = Ending::kHwWatchdogReset}).passed);
  EXPECT_TRUE(judge("{ exit: null }", {}).passed);
  EXPECT_FALSE(judge("{ exit: { kind: 1026 } }", {}).passed);
  const Story ejected{.script = {}, .exit = ExitRecord{1026, 0, "runnable task stall", "x"}};
  EXPECT_FALSE(judge("{ exit: null }", ejected).passed);
  EXPECT_TRUE(judge("{ exit: { kind: 1026, reason: runnable task stall } }", ejected).passed);
  EXPECT_FALSE(judge("{ exit: { kind: 1025 } }", ejected).passed);
  EXPECT_TRUE(judge("{ exit: { kind: 1026, code: 0 } }", ejected).passed);
  EXPECT_FALSE(judge("{ exit: { kind: 1026, code: 1 } }", ejected).passed);
  EXPECT_FALSE(judge("{ exit: { kind: 1026, reason: runtime error } }", ejected).passed);
  EXPECT_FALSE(judge("{ exit: { kind: 1026, msg: y } }", ejected).passed);
  EXPECT_TRUE(judge("{ exit: { kind: 1026, msg: { contains: x } } }", ejected).passed);
  EXPECT_FALSE(judge("{ exit: { kind: 1026, msg: { contains: y } } }", ejected).passed);
  EXPECT_FALSE(judge("{ exit: { msg: { contains: x } } }", {}).passed) << "no exit, no message";
  EXPECT_TRUE(judge("{ metric: breakouts, equal: 7 }", {}).passed);
  EXPECT_FALSE(judge("{ metric: breakouts, at_least: 8 }", {}).passed);
  EXPECT_FALSE(judge("{ metric: breakouts, at_most: 6 }", {}).passed);
  EXPECT_FALSE(judge("{ metric: self_kicks, at_least: 0 }", {}).passed) << "what was not measured does not pass";
}

TEST(MetricTest, OfATask) {
  EXPECT_TRUE(judge("{ metric: tasks.hog.wait.p99, at_most: 50 }", {}).passed);
  const Verdict more = judge("{ metric: tasks.hog.wait.p99, at_most: 49 }", {});
  EXPECT_FALSE(more.passed);
  EXPECT_EQ(more.found, "tasks.hog.wait.p99 is 50, 1 too many");
  EXPECT_FALSE(judge("{ metric: tasks.other.wait.p99, at_most: 50 }", {}).passed);  // it was never runnable
}

TEST(MetricTest, OfAHistogramWithoutValues) {
  const Verdict verdict = judge("{ metric: tasks.hog.preempted.max, at_most: 5 }", {});
  EXPECT_TRUE(verdict.passed);
  EXPECT_EQ(verdict.found, "tasks.hog.preempted.max has no value: tasks.hog.preempted.count is 0");
  EXPECT_FALSE(judge("{ metric: tasks.hog.preempted.max, at_least: 0 }", {}).passed);
  EXPECT_FALSE(judge("{ metric: tasks.hog.preempted.max, equal: 0 }", {}).passed);
}

TEST(MetricTest, OfATaskUnknown) {
  EXPECT_THAT(test::config_error([] { (void)judge("{ metric: tasks.hog.wait.p98, at_most: 1 }", {}); }),
              HasSubstr("unknown metric 'wait.p98' of a task; did you mean 'wait.p9"));
  EXPECT_THAT(test::config_error([] { (void)judge("{ metric: tasks.hog, at_most: 1 }", {}); }),
              HasSubstr("unknown metric 'tasks.hog'"));
}

TEST(NeverWarningTest, HoldsWithoutWarnings) {
  EXPECT_TRUE(judge("{ never: warning }", {}).passed);
  Story warned;
  warned.warnings = 2;
  const Verdict verdict = judge("{ never: warning }", warned);
  EXPECT_FALSE(verdict.passed);
  EXPECT_EQ(verdict.found, "warnings.total is 2, 2 too many");
  EXPECT_THAT(test::config_error([] { (void)judge("{ never: warning, hart: 1 }", {}); }),
              HasSubstr("never: warning takes no other key; metric: warnings.KIND counts one kind"));
}

}  // namespace
}  // namespace tb::expect
