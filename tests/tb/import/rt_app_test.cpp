// SPDX-License-Identifier: Apache-2.0
// Goal: a load of rt-app becomes the tasks that it describes, what cannot be carried over is said, and what is wrong has its place.
#include "tb/import/rt_app.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "tests/tb/support.h"

namespace tb::import {
namespace {

using kernel::ProgramOpKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The scenario as written: the text is also what `check` would take.
config::Scenario imported(const std::string& text, const Wishes& wishes = {}) {
  return test::scenario(text_of(import_rt_app(text, "load.json"), wishes));
}
std::string comment(const std::string& text) { return text_of(import_rt_app(text, "load.json"), {}); }

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(import_rt_app(text, "load.json"));
  } catch (const config::ConfigError& error) {
    return error.what();
  }
  return "none";
}

std::string task(const std::string& body) { return "{ \"tasks\" : { \"t\" : { " + body + " } } }"; }

std::vector<ProgramOpKind> kinds(const std::vector<config::ProgramStep>& program) {
  std::vector<ProgramOpKind> all;
  for (const config::ProgramStep& step : program) all.push_back(step.kind);
  return all;
}

TEST(RtAppTest, EventsBecomeStepsInTheirOrder) {
  const config::Scenario s = imported(
      R"({ "tasks" : { "t" : { "run" : 10, "sleep" : 20, "run" : 30, "runtime" : 40, "yield" : "", "lock" : "m",
             "wait" : { "ref" : "c", "mutex" : "m" }, "unlock" : "m", "signal" : "c", "broad" : "c", "suspend" : "",
             "barrier" : "b", "fork" : "child", "run_last" : 50 },
           "child" : { "instance" : 0, "loop" : 1, "run" : 5, "resume" : "t" } } })");
  ASSERT_EQ(s.tasks.size(), 2U);
  using K = ProgramOpKind;
  EXPECT_EQ(kinds(s.tasks[0].program),
            (std::vector<K>{K::kRun, K::kSleep, K::kRun, K::kRun, K::kYield, K::kLock, K::kCondWait, K::kUnlock, K::kCondSignal,
                            K::kCondBroadcast, K::kWait, K::kBarrier, K::kFork, K::kRun}));
  EXPECT_EQ(s.tasks[0].program[2].us.min, 30U) << "the second of two keys that are alike";
  EXPECT_EQ(s.tasks[0].program[6].sync, "c");
  EXPECT_EQ(s.tasks[0].program[6].lock, "m");
  EXPECT_EQ(s.tasks[0].program[13].us.min, 50U);
  EXPECT_FALSE(s.tasks[0].once);
  EXPECT_TRUE(s.tasks[1].template_only);
  EXPECT_TRUE(s.tasks[1].once);
  EXPECT_EQ(s.tasks[1].program[1].target, "t");
}

// "wait" in the middle of a word is none, and "runtime" is no "run".
TEST(RtAppTest, SyncIsASignalAndAWaitUnderTheMutex) {
  const config::Scenario s = imported(task(R"("run" : 1, "sync" : { "ref" : "c", "mutex" : "m" })"));
  using K = ProgramOpKind;
  EXPECT_EQ(kinds(s.tasks[0].program), (std::vector<K>{K::kRun, K::kLock, K::kCondSignal, K::kCondWait, K::kUnlock}));
}

TEST(RtAppTest, ADefaultPolicyThatIsNoneIsRefused) {
  const std::string error = test::config_error([] {
    static_cast<void>(
        imported(R"({ "tasks" : { "a" : { "priority" : 5, "run" : 10 } }, "global" : { "default_policy" : "BOGUS" } })"));
  });
  EXPECT_THAT(error, HasSubstr("global.default_policy"));
  EXPECT_THAT(error, HasSubstr("expected SCHED_OTHER"));
}

TEST(RtAppTest, TimersKeepPeriodAndMode) {
  const std::string text = task(R"("run" : 1, "timer" : { "ref" : "unique", "period" : 3000 },
                                   "timer1" : { "ref" : "unique", "period" : 500, "mode" : "absolute" })");
  const config::Scenario s = imported(text);
  EXPECT_EQ(s.tasks[0].program[1].us.min, 3000U);
  EXPECT_TRUE(s.tasks[0].program[1].relative) << "as rt-app has it by default";
  EXPECT_FALSE(s.tasks[0].program[2].relative);
  EXPECT_THAT(comment(text),
              HasSubstr("# * line 1: the first period of the timer \"unique\" begins where the task first comes to it"));
  EXPECT_THAT(comment(task(R"("run" : 1)")), HasSubstr("# All of it was carried over.\n"));
  EXPECT_THAT(comment(task(R"("timer" : { "ref" : "uniqueA", "period" : 3 }, "timer" : { "ref" : "uniqueB", "period" : 5 })")),
              HasSubstr("# * line 1: the timers \"uniqueA\" and \"uniqueB\" of one task are one here"));
  EXPECT_THAT(comment(task(R"("timer" : { "ref" : "tick", "period" : 3 })")), HasSubstr("in rt-app tasks that name it share it"));
}

TEST(RtAppTest, LoopsOfTasksAndPhases) {
  const config::Scenario s = imported(task(R"("loop" : 3, "phases" : {
      "a" : { "loop" : 5, "run" : 1, "sleep" : 2 }, "b" : { "run" : 7 }, "c" : { "loop" : 0, "run" : 9 }, "d" : { "loop" : -1, "run" : 8 } })"));
  EXPECT_TRUE(s.tasks[0].once);
  ASSERT_EQ(s.tasks[0].program.size(), 1U);
  const auto& outer = s.tasks[0].program[0];
  EXPECT_EQ(outer.number.min, 3);
  ASSERT_EQ(outer.body.size(), 3U);
  EXPECT_EQ(outer.body[0].number.min, 5);
  EXPECT_EQ(outer.body[0].body.size(), 2U);
  EXPECT_EQ(outer.body[1].us.min, 7U);
  EXPECT_EQ(outer.body[2].number.min, 1'000'000);
}

// A list of steps has a limited length; what is longer must still be there, in order.
TEST(RtAppTest, ManyEventsKeepTheirOrder) {
  std::string body;
  for (unsigned i = 1; i <= 200; ++i) body += fmt::format("{}\"run\" : {}", i > 1 ? ", " : "", i);
  const config::Scenario s = imported(task(body));
  unsigned next = 1;
  for (const auto& chunk : s.tasks[0].program)
    for (const auto& step : chunk.body) EXPECT_EQ(step.us.min, next++);
  EXPECT_EQ(next, 201U);
}

TEST(RtAppTest, PoliciesPrioritiesAndCpus) {
  const config::Scenario s = imported(R"({ "global" : { "default_policy" : "SCHED_RR", "duration" : 3 }, "tasks" : {
      "rr" : { "run" : 1 }, "fifo" : { "policy" : "SCHED_FIFO", "priority" : 33, "run" : 1 },
      "nice" : { "policy" : "SCHED_OTHER", "priority" : -7, "run" : 1, "cpus" : [ 1, 5 ], "delay" : 77, "instance" : 3 },
      "phased" : { "policy" : "SCHED_IDLE", "cpus" : [ 0 ], "phases" : {
          "a" : { "cpus" : [ 2 ], "policy" : "SCHED_BATCH", "priority" : 4, "run" : 1 }, "b" : { "run" : 1 } } } } })");
  EXPECT_EQ(s.run.until_us, 3'000'000U);
  EXPECT_EQ(s.tasks[0].sched_class, kernel::TaskClass::kRr);
  EXPECT_EQ(s.tasks[0].prio, 10) << "rt-app's own default";
  EXPECT_EQ(s.tasks[1].sched_class, kernel::TaskClass::kFifo);
  EXPECT_EQ(s.tasks[1].prio, 33);
  EXPECT_EQ(s.tasks[2].nice, -7);
  EXPECT_EQ(s.tasks[2].cpu_mask, 0b100010U);
  EXPECT_EQ(s.tasks[2].start_us.min, 77U);
  EXPECT_EQ(s.tasks[2].count, 3U);
  EXPECT_EQ(s.hardware.harts, 6U) << "the highest CPU that the file names is 5";
  EXPECT_EQ(s.tasks[3].sched_class, kernel::TaskClass::kIdle);
  using K = ProgramOpKind;
  const auto& phased = s.tasks[3].program;
  EXPECT_EQ(kinds(phased), (std::vector<K>{K::kSetScheduler, K::kSetNice, K::kSetAffinity, K::kRun, K::kSetAffinity, K::kRun}));
  EXPECT_EQ(phased[2].cpu_mask, 0b100U);
  EXPECT_EQ(phased[4].cpu_mask, 0b1U) << "back to the CPUs of its task";
}

TEST(RtAppTest, ATaskThatRunsAndIsForkedIsTwo) {
  const config::Scenario s = imported(R"({ "tasks" : { "a" : { "run" : 1, "fork" : "b" }, "b" : { "loop" : 1, "run" : 2 } } })");
  ASSERT_EQ(s.tasks.size(), 3U);
  EXPECT_EQ(s.tasks[1].name, "b");
  EXPECT_FALSE(s.tasks[1].template_only);
  EXPECT_TRUE(s.tasks[2].template_only);
  EXPECT_EQ(s.tasks[0].program[1].child, s.tasks[2].name);
}

TEST(RtAppTest, NamesFitAndStayDifferent) {
  const std::string text = R"({ "tasks" : { "a very long name of a task" : { "instance" : 12, "run" : 1 },
      "a very long name of another" : { "run" : 1, "resume" : "a very long name of a task" }, "-x/y" : { "run" : 1 } } })";
  const config::Scenario s = imported(text);
  EXPECT_EQ(s.tasks[0].name, "a_very_long_n");
  EXPECT_EQ(s.tasks[1].name, "a_very_long_nam");
  EXPECT_EQ(s.tasks[2].name, "_-x_y");
  EXPECT_EQ(s.tasks[1].program[1].target, "a_very_long_n");
  EXPECT_THAT(comment(text), HasSubstr("# \"-x/y\" is called _-x_y here.\n"));
}

TEST(RtAppTest, SaysWhatIsNotCarriedOver) {
  const std::string text = comment(R"({ "tasks" : { "t" : { "run" : 1, "mem" : 4,
      "iorun" : 5, "resume" : "two", "taskgroup" : "/x", "signal" : "nobody",
      "policy" : "SCHED_DEADLINE", "dl-runtime" : 5 }, "two" : { "instance" : 2, "suspend" : "" }, "never" : { "instance" : 0, "run" : 1 } },
      "resources" : { }, "global" : { "duration" : 100, "pi_enabled" : true } })");
  for (const char* part :
       {"line 1: \"mem\"", "line 2: \"iorun\"", "line 2: \"resume\" of all instances of \"two\"", "line 2: \"taskgroup\"",
        "line 2: \"signal\" of \"nobody\"", "line 3: SCHED_DEADLINE", "line 3: \"dl-runtime\"", "line 3: the task \"never\"",
        "line 4: \"resources\"", "line 4: \"pi_enabled\"", "\"duration\": 100 s; a run ends after 60 s at the latest."})
    EXPECT_THAT(text, HasSubstr(std::string("# * ") + part));
}

TEST(RtAppTest, TheExampleIsSoundAndTakesWishes) {
  std::ifstream file(std::string(SCX_IMPORT_EXAMPLES) + "/player.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const config::Scenario s = imported(text, {"simple", "mc4"});
  EXPECT_EQ(s.tasks.size(), 7U);
  EXPECT_EQ(s.hardware.name, "mc4");
  EXPECT_STREQ(s.schedulers.at(0).policy->name, "simple");
  EXPECT_THAT(test::config_error([&] {
                static_cast<void>(imported(text, {"simple", "mc2"}));
              }),
              HasSubstr("affinity: expected an integer from 0 to 1, got '2'"));
  EXPECT_EQ(s.barriers.at(0).waiters, 3U);
}

TEST(RtAppTest, WhatIsWrongHasItsPlace) {
  EXPECT_THAT(refusal("[ ]"), HasSubstr("load.json:1:1: the file: expected an object"));
  EXPECT_THAT(refusal("{ }"), HasSubstr("load.json:1:1: the file: missing key \"tasks\""));
  EXPECT_THAT(refusal("{ \"tasks\" : { } }"), HasSubstr("load.json:1:13: tasks: no task: nothing would run"));
  EXPECT_THAT(refusal(task("\"run\" : 1,\n\"slep\" : 2")),
              HasSubstr("load.json:2:1: tasks.t: expected a property or an event, got \"slep\"; did you mean 'sleep'?"));
  EXPECT_THAT(refusal(task("\"run\" : \"long\"")),
              HasSubstr("tasks.t.run: expected an integer from 0 to 60000000, got the text \"long\""));
  EXPECT_THAT(refusal(task("\"run\" : 1.5")), HasSubstr("tasks.t.run: expected an integer"));
  EXPECT_THAT(refusal(task("\"run\" : 1, \"timer\" : 5")), HasSubstr("tasks.t.timer: expected an object"));
  EXPECT_THAT(refusal(task("\"timer\" : { \"ref\" : \"u\" }")), HasSubstr("tasks.t.timer: missing key \"period\""));
  EXPECT_THAT(refusal(task("\"timer\" : { \"ref\" : \"u\", \"period\" : 5, \"mode\" : \"x\" }")),
              HasSubstr("tasks.t.timer.mode: expected \"relative\" or \"absolute\", got \"x\""));
  EXPECT_THAT(refusal(task("\"wait\" : { \"ref\" : \"c\", \"mutex\" : \"m\" }")),
              HasSubstr("tasks.t.wait.mutex: no event locks \"m\""));
  EXPECT_THAT(refusal(task("\"run\" : 1, \"resume\" : \"x\"")),
              HasSubstr("tasks.t.resume: expected the name of a task, got \"x\""));
  EXPECT_THAT(refusal(task("\"run\" : 1, \"policy\" : \"SCHED_FAIR\"")), HasSubstr("tasks.t.policy: expected SCHED_OTHER, "));
  EXPECT_THAT(refusal(task("\"run\" : 1, \"policy\" : \"SCHED_FIFO\", \"priority\" : 100")),
              HasSubstr("tasks.t.priority: expected an integer from 1 to 99"));
  EXPECT_THAT(refusal(task("\"run\" : 1, \"cpus\" : [ 64 ]")), HasSubstr("tasks.t.cpus: expected an integer from 0 to 63"));
  EXPECT_THAT(refusal(task("\"run\" : 1, \"cpus\" : [ ]")), HasSubstr("tasks.t.cpus: expected a list of CPUs"));
  EXPECT_THAT(refusal(task("\"mem\" : 1")), HasSubstr("tasks.t: no event that takes time can be carried over"));
  EXPECT_THAT(refusal("{ \"tasks\" : { \"t\" : { \"phases\" : { \"p\" : { \"instance\" : \"\", \"rum\" : 1 } } } } }"),
              HasSubstr("tasks.t.phases.p: expected a property or an event, got \"rum\"; did you mean 'run'?"));
}

}  // namespace
}  // namespace tb::import
