// SPDX-License-Identifier: Apache-2.0
// Goal: each way to write a trace is read alike; its tasks run, sleep and wake each other as recorded; a broken line has its place.
#include "tb/import/trace.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/tb/support.h"

namespace tb::import {
namespace {

using kernel::ProgramOpKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// What happened, in three notations: a is woken by a timer at 1.000, wakes b at 1.300 and sleeps at 1.500; b runs for 400 us.
constexpr const char* kFtrace =
    "# tracer: nop\n"
    "          <idle>-0       [000] d.h3.     1.000000: sched_waking: comm=a pid=11 prio=120 target_cpu=000\n"
    "          <idle>-0       [000] dNh4.     1.000001: sched_wakeup: comm=a pid=11 prio=120 target_cpu=000\n"
    "          <idle>-0       [000] d..2.     1.000010: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R "
    "==> next_comm=a next_pid=11 next_prio=120\n"
    "               a-11      (     11) [000] d..3.     1.000310: sched_waking: comm=b c pid=12 prio=110 target_cpu=001\n"
    "          <idle>-0       [001] dNh4.     1.000312: sched_wakeup: comm=b c pid=12 prio=110 target_cpu=001\n"
    "          <idle>-0       [001] d..2.     1.000320: sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R "
    "==> next_comm=b c next_pid=12 next_prio=110\n"
    "               a-11      [000] d..2.     1.000510: sched_switch: prev_comm=a prev_pid=11 prev_prio=120 prev_state=S ==> "
    "next_comm=swapper/0 next_pid=0 next_prio=120\n"
    "             b c-12      [001] d..2.     1.000720: sched_switch: prev_comm=b c prev_pid=12 prev_prio=110 prev_state=S ==> "
    "next_comm=swapper/1 next_pid=0 next_prio=120\n"
    "          <idle>-0       [000] d.h3.     1.002000: sched_waking: comm=a pid=11 prio=120 target_cpu=000\n"
    "          <idle>-0       [000] d..2.     1.002010: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R "
    "==> next_comm=a next_pid=11 next_prio=120\n"
    "               a-11      [000] d..2.     1.002110: sched_switch: prev_comm=a prev_pid=11 prev_prio=120 prev_state=X ==> "
    "next_comm=swapper/0 next_pid=0 next_prio=120\n";
constexpr const char* kReport =
    "cpus=2\n"
    "          <idle>-0       0d.h3.     1.000000000: sched_waking:         comm=a pid=11 prio=120 target_cpu=000\n"
    "          <idle>-0       0dNh4.     1.000001000: sched_wakeup:         a:11 [120] CPU:000\n"
    "          <idle>-0       0d..2.     1.000010000: sched_switch:         swapper/0:0 [120] R ==> a:11 [120]\n"
    "               a-11      0d..3.     1.000310000: sched_waking:         comm=b c pid=12 prio=110 target_cpu=001\n"
    "          <idle>-0       1d..2.     1.000320000: sched_switch:         swapper/1:0 [120] R ==> b c:12 [110]\n"
    "               a-11      0d..2.     1.000510000: sched_switch:         a:11 [120] S ==> swapper/0:0 [120]\n"
    "             b c-12      1d..2.     1.000720000: sched_switch:         b c:12 [110] S ==> swapper/1:0 [120]\n"
    "          <idle>-0       0d.h3.     1.002000000: sched_waking:         comm=a pid=11 prio=120 target_cpu=000\n"
    "          <idle>-0       0d..2.     1.002010000: sched_switch:         swapper/0:0 [120] R ==> a:11 [120]\n"
    "               a-11      0d..2.     1.002110000: sched_switch:         a:11 [120] X ==> swapper/0:0 [120]\n";
constexpr const char* kPerf =
    "swapper     0 [000]     1.000000: sched:sched_waking: comm=a pid=11 prio=120 target_cpu=000\n"
    "swapper     0 [000]     1.000010: sched:sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> "
    "next_comm=a next_pid=11 next_prio=120\n"
    "a    11/11 [000]     1.000310:       sched:sched_waking: comm=b c pid=12 prio=110 target_cpu=001\n"
    "swapper     0 [001]     1.000320: sched:sched_switch: swapper/1:0 [120] R ==> b c:12 [110]\n"
    "a    11 [000]     1.000510: sched:sched_switch: a:11 [120] S ==> swapper/0:0 [120]\n"
    "b c    12 [001]     1.000720: sched:sched_switch: b c:12 [110] S ==> swapper/1:0 [120]\n"
    "swapper     0 [000]     1.002000: sched:sched_waking: comm=a pid=11 prio=120 target_cpu=000\n"
    "swapper     0 [000]     1.002010: sched:sched_switch: swapper/0:0 [120] R ==> a:11 [120]\n"
    "a    11 [000]     1.002110: sched:sched_switch: a:11 [120] X ==> swapper/0:0 [120]\n";

std::string text_of_trace(const std::string& text) { return text_of(import_trace(parse_trace(text, "t.txt"), "t.txt"), {}); }
config::Scenario imported(const std::string& text) { return test::scenario(text_of_trace(text)); }

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(import_trace(parse_trace(text, "t.txt"), "t.txt"));
  } catch (const config::ConfigError& error) {
    return error.what();
  }
  return "none";
}

using Steps = std::vector<std::pair<ProgramOpKind, std::uint64_t>>;
Steps steps_of(const config::Scenario& scenario, const std::string& name) {
  Steps steps;
  for (const config::TaskGroup& task : scenario.tasks)
    if (task.name == name)
      for (const config::ProgramStep& step : task.program) steps.emplace_back(step.kind, step.us.min);
  return steps;
}

TEST(TraceTest, EachNotationIsTheSameScenario) {
  using K = ProgramOpKind;
  for (const char* text : {kFtrace, kReport, kPerf}) {
    const config::Scenario s = imported(text);
    ASSERT_EQ(s.tasks.size(), 2U) << text;
    EXPECT_EQ(s.tasks[0].name, "a");
    EXPECT_EQ(s.tasks[1].name, "b_c");
    EXPECT_EQ(s.tasks[1].nice, -10);
    EXPECT_EQ(s.hardware.harts, 2U);
    EXPECT_EQ(steps_of(s, "a"), (Steps{{K::kBarrier, 0},
                                       {K::kTimer, 1},
                                       {K::kRun, 300},
                                       {K::kWake, 0},
                                       {K::kRun, 200},
                                       {K::kTimer, 1999},
                                       {K::kRun, 100},
                                       {K::kExit, 0}}))
        << text;
    EXPECT_EQ(steps_of(s, "b_c"), (Steps{{K::kBarrier, 0}, {K::kWait, 0}, {K::kRun, 400}, {K::kExit, 0}})) << text;
    EXPECT_EQ(s.tasks[0].program[3].target, "b_c");
  }
}

TEST(TraceTest, SaysWhatATraceDoesNotTell) {
  EXPECT_THAT(text_of_trace(kFtrace), AllOf(HasSubstr("# * Why a task blocked."), HasSubstr("# * Locks:"),
                                            Not(HasSubstr("Wakeups by interrupts")), HasSubstr("\"b c\" is called b_c here.")));
  EXPECT_THAT(text_of_trace(kPerf), HasSubstr("# * Wakeups by interrupts that came while a task was on the CPU"));
}

// On top of a running task an interrupt wakes another one: time does, not the task.
TEST(TraceTest, AnInterruptIsNoWaker) {
  using K = ProgramOpKind;
  const std::string flags[] = {"d.h3.", "d.s3.", "d.H3.", "d..3."};
  for (const std::string& flag : flags) {
    const config::Scenario s = imported("a-11 [000] " + flag +
                                        " 1.000100: sched_waking: comm=b pid=12 prio=120 target_cpu=000\n"
                                        "a-11 [000] d..2. 1.000200: sched_switch: a:11 [120] R+ ==> b:12 [120]\n"
                                        "b-12 [000] d..2. 1.000300: sched_switch: b:12 [120] D ==> a:11 [120]\n"
                                        "a-11 [000] d..2. 1.000500: sched_switch: a:11 [120] S ==> swapper/0:0 [120]\n");
    const bool by_task = flag == "d..3.";
    EXPECT_EQ(steps_of(s, "b")[1], (std::pair{by_task ? K::kWait : K::kTimer, std::uint64_t{by_task ? 0U : 1U}})) << flag;
    EXPECT_EQ(steps_of(s, "a"), (by_task ? Steps{{K::kBarrier, 0}, {K::kWake, 0}, {K::kRun, 300}, {K::kExit, 0}}
                                         : Steps{{K::kBarrier, 0}, {K::kRun, 300}, {K::kExit, 0}}))
        << flag << ": 100 us in front of b and 200 after it are one run";
  }
}

// A wakeup of a task that is still on its way to sleep ends no sleep, and a wake for it would be one too many.
TEST(TraceTest, AWakeupOfWhoIsAwakeIsNone) {
  const config::Scenario s = imported(
      "x-9 [001] d..2. 1.000000: sched_switch: x:9 [120] R ==> a:11 [120]\n"
      "b-12 [000] d..2. 1.000100: sched_switch: swapper/0:0 [120] R ==> b:12 [120]\n"
      "b-12 [000] d..3. 1.000200: sched_waking: comm=a pid=11 prio=120 target_cpu=001\n"
      "a-11 [001] d..2. 1.000300: sched_switch: a:11 [120] S ==> swapper/1:0 [120]\n"
      "b-12 [000] d..2. 1.000400: sched_switch: b:12 [120] S ==> swapper/0:0 [120]\n");
  for (const auto& [kind, us] : steps_of(s, "b")) EXPECT_NE(kind, ProgramOpKind::kWake);
  for (const auto& [kind, us] : steps_of(s, "a")) EXPECT_NE(kind, ProgramOpKind::kWait);
}

TEST(TraceTest, RealTimeTasksAndThoseOfTheMachine) {
  const std::string text =
      "x-9 [000] d..2. 1.000000: sched_switch: kworker/0:1:9 [120] S ==> rt task:11 [59]\n"
      "x-11 [000] d..2. 1.000100: sched_switch: rt task:11 [59] S ==> ksoftirqd/0:10 [120]\n"
      "x-10 [000] d..3. 1.000200: sched_waking: comm=rt task pid=11 prio=59 target_cpu=000\n"
      "x-10 [000] d..2. 1.000250: sched_switch: ksoftirqd/0:10 [120] S ==> rt task:11 [59]\n"
      "x-11 [000] d..2. 1.000400: sched_switch: rt task:11 [59] S ==> swapper/0:0 [120]\n";
  const config::Scenario s = imported(text);
  ASSERT_EQ(s.tasks.size(), 1U);
  EXPECT_EQ(s.tasks[0].sched_class, kernel::TaskClass::kFifo);
  EXPECT_EQ(s.tasks[0].prio, 40);
  using K = ProgramOpKind;
  EXPECT_EQ(steps_of(s, "rt_task"),
            (Steps{{K::kBarrier, 0}, {K::kTimer, 1}, {K::kRun, 100}, {K::kTimer, 199}, {K::kRun, 150}, {K::kExit, 0}}))
      << "a thread of the kernel woke it: at that time";
  EXPECT_THAT(text_of_trace(text), HasSubstr("recorder: ksoftirqd/0, kworker/0:1. The machine has its own"));
}

// Two tasks of one name are two tasks; a wakeup that was not recorded is a sleep.
TEST(TraceTest, SameNamesAndLostWakeups) {
  const std::string text =
      "x-0 [000] d..2. 1.000000: sched_switch: swapper/0:0 [120] R ==> t:11 [120]\n"
      "x-11 [000] d..2. 1.000100: sched_switch: t:11 [120] S ==> t:12 [120]\n"
      "x-12 [000] d..2. 1.000300: sched_switch: t:12 [120] S ==> t:11 [120]\n"
      "x-11 [000] d..2. 1.000350: sched_switch: t:11 [120] S ==> swapper/0:0 [120]\n";
  const config::Scenario s = imported(text);
  ASSERT_EQ(s.tasks.size(), 2U);
  EXPECT_EQ(s.tasks[0].name, "t");
  EXPECT_EQ(s.tasks[1].name, "t-12");
  EXPECT_THAT(text_of_trace(text), HasSubstr("# * Some wakeups, which the trace does not have"));
}

// Rounding to microseconds adds up to nothing.
TEST(TraceTest, TimesAreRoundedButDoNotDrift) {
  std::string text = "x-0 [000] d..2. 1.000000000: sched_switch: swapper/0:0 [120] R ==> t:11 [120]\n";
  constexpr unsigned kRounds = 100;
  for (unsigned i = 0; i < kRounds; ++i) {
    const std::uint64_t ns = 1'000'000'000 + std::uint64_t{i} * 20'400;
    const auto at = [](std::uint64_t when) { return fmt::format("{}.{:09}", when / 1'000'000'000, when % 1'000'000'000); };
    text += fmt::format("x-11 [000] d..2. {}: sched_switch: t:11 [120] S ==> swapper/0:0 [120]\n", at(ns + 10'400));
    text += fmt::format("x-0 [000] d.h2. {}: sched_waking: comm=t pid=11 prio=120 target_cpu=000\n", at(ns + 20'399));
    text += fmt::format("x-0 [000] d..2. {}: sched_switch: swapper/0:0 [120] R ==> t:11 [120]\n", at(ns + 20'400));
  }
  std::uint64_t run = 0, slept = 0;
  const config::Scenario s = imported(text);
  const auto count = [&](const config::ProgramStep& step) {
    run += step.kind == ProgramOpKind::kRun ? step.us.min : 0;
    slept += step.kind == ProgramOpKind::kTimer ? step.us.min : 0;
  };
  for (const config::ProgramStep& chunk : s.tasks[0].program) {
    count(chunk);
    for (const config::ProgramStep& step : chunk.body) count(step);
  }
  EXPECT_EQ(run, 1040U);
  EXPECT_EQ(slept, 2040U);
}

// A round of 20 us every 20 us, or every second: what has no room is said, the rest is sound. No message shows all of the text.
TEST(TraceTest, TooLongIsCut) {
  for (const auto& [period_us, cut_us] : {std::pair{20U, 50'000U}, std::pair{1'000'000U, 59'000'000U}}) {
    std::string text;
    for (std::uint64_t i = 0; i < 9000; ++i) {
      const std::uint64_t us = 1'000'000 + i * period_us;
      text += fmt::format(
          "x-0 [000] d.h2. {0}.{1:06}: sched_waking: comm=t pid=11 prio=120 target_cpu=000\n"
          "x-0 [000] d..2. {0}.{1:06}: sched_switch: swapper/0:0 [120] R ==> t:11 [120]\n",
          us / 1'000'000, us % 1'000'000);
      text += fmt::format("x-11 [000] d..2. {}.{:06}: sched_switch: t:11 [120] S ==> swapper/0:0 [120]\n", (us + 10) / 1'000'000,
                          (us + 10) % 1'000'000);
    }
    const std::string made = text_of_trace(text);
    const std::size_t found = made.find("# * What the trace has after ");
    ASSERT_NE(found, std::string::npos);
    EXPECT_NEAR(std::stod(made.substr(found + 29)), cut_us, 0.03 * cut_us);
    EXPECT_EQ(test::config_error([&] { static_cast<void>(test::scenario(made)); }), "");
  }
}

TEST(TraceTest, WhatIsWrongHasItsPlace) {
  EXPECT_THAT(refusal(""), HasSubstr("t.txt: expected lines of sched_switch"));
  EXPECT_THAT(refusal("a-1 [000] d..2. 1.5: sched_waking: comm=b pid=2 prio=120 target_cpu=0\n"),
              HasSubstr("t.txt: expected lines of sched_switch"));
  EXPECT_THAT(refusal("# x\na-1 [000] d..2. now: sched_switch: a:1 [120] S ==> b:2 [120]\n"),
              HasSubstr("t.txt:2:1: expected a time like 12.345678: before the event, got 'now:'"));
  EXPECT_THAT(refusal("a-1 [x] d..2. 1.5: sched_switch: a:1 [120] S ==> b:2 [120]\n"),
              HasSubstr("t.txt:1:1: expected a CPU like [001]"));
  EXPECT_THAT(refusal("alone [000] d..2. 1.5: sched_switch: a:1 [120] S ==> b:2 [120]\n"),
              HasSubstr("expected a task like name-123 or name 123 at the begin of the line, got 'alone'"));
  EXPECT_THAT(refusal("a-1 [000] d..2. 1.5: sched_switch: a:1 [120] S\n"),
              HasSubstr("expected the task that leaves ==> the task that comes"));
  EXPECT_THAT(refusal("a-1 [000] d..2. 1.5: sched_switch: a1 [120] S ==> b:2 [120]\n"),
              HasSubstr("expected a task like name:123 [120]"));
  EXPECT_THAT(
      refusal("a-1 [000] d..2. 1.5: sched_switch: prev_comm=a prev_pid=1 prev_prio=120 ==> next_comm=b next_pid=2 next_prio=3\n"),
      HasSubstr("expected a field prev_state="));
  EXPECT_THAT(refusal("a-1 [000] d..2. 1.5: sched_switch: kworker/1:5 [120] S ==> swapper/0:0 [120]\n"),
              HasSubstr("t.txt: expected tasks that run, found those of the machine only"));
}

}  // namespace
}  // namespace tb::import
