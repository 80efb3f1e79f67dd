// SPDX-License-Identifier: Apache-2.0
// Goal: each cause is taken away by the change of the scenario that names it, and by nothing else: never by the task that waits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tb/config/resolved.h"
#include "tb/explain/interventions.h"
#include "tests/tb/support.h"

namespace tb::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kScenario =
    "name: s\nquestion: q\nhardware: mc2\nscheduler: { name: qmap }\n"
    "tasks:\n"
    "  - { name: hog, count: 3, cpus: each, program: [ { run_us: 10 } ] }\n"
    "  - { name: victim, program: [ { run_us: 10 }, { sleep_us: 10 } ] }\n"
    "  - { name: sleeper, count: 2, program: [ { run_us: 10 }, { wait: true } ] }\n"
    "  - { name: waker, program: [ { wake: sleeper }, { sleep_us: 10 } ] }\n"
    "stimuli: [ { at: { us: 50 }, irq: 1 } ]\n"
    "run: { until_us: 100 }\nexpect: [ { ending: running } ]\n";

class InterventionsTest : public testing::Test {
 protected:
  std::vector<Intervention> changes(const Cause& cause, const std::vector<std::string>& sets = {}) {
    scenario_ = test::scenario(kScenario, sets);
    of_.wait = Wait{5, {}, 0, 100, WaitEnd::ran};
    of_.verdict.cause = cause;
    return interventions(of_, scenario_, library_);
  }
  std::vector<std::string> texts(const Cause& cause, const std::vector<std::string>& sets = {}) {
    std::vector<std::string> all;
    for (const Intervention& change : changes(cause, sets)) all.push_back(change.text);
    return all;
  }
  config::Scenario changed(const Cause& cause, std::size_t which = 0, const std::vector<std::string>& sets = {}) {
    changes(cause, sets).at(which).apply(scenario_);
    return scenario_;
  }

  config::Library library_ = test::library();
  config::Scenario scenario_;
  Explanation of_{.names = {{5, "victim"}, {6, "hog0"}, {7, "hog2"}, {8, "sleeper1"}, {9, "kthreadd"}}};
};

TEST_F(InterventionsTest, ALoopIsBrokenTheMildestWayFirst) {
  const Cause loop{CauseKind::dispatch_loop};
  EXPECT_THAT(texts(loop), ElementsAre(HasSubstr("policy simple"))) << "it breaks out and kicks already";
  EXPECT_THAT(texts(loop, {"kernel.breakout.retry=resched_curr"}),
              ElementsAre(HasSubstr("retry = kick"), HasSubstr("policy simple")));
  EXPECT_THAT(texts(loop, {"kernel.breakout.limit=0"}), ElementsAre(HasSubstr("limit = 32"), HasSubstr("policy simple")));
  EXPECT_EQ(changed(loop, 0, {"kernel.breakout.limit=0"}).kernel.breakout.limit, 32u);
  EXPECT_EQ(changed(loop, 0, {"kernel.breakout.retry=none"}).kernel.breakout.retry, kernel::BreakoutRetry::kKick);
}

TEST_F(InterventionsTest, AnotherPolicyHasItsOwnDefaults) {
  const config::Scenario scenario = changed({CauseKind::held_by_policy});
  ASSERT_EQ(scenario.schedulers.size(), 1u);
  EXPECT_STREQ(scenario.schedulers[0].policy->name, "simple");
  EXPECT_EQ(scenario.schedulers[0].options.size(), scenario.schedulers[0].policy->nr_options);
  EXPECT_NO_THROW((void)config::resolved_tree(scenario));
  EXPECT_THAT(texts({CauseKind::irqs_off}, {"scheduler=null"}), IsEmpty()) << "there is no policy to replace";
}

TEST_F(InterventionsTest, TheHogsSleepAndNobodyElse) {
  of_.verdict.tasks = {6, 7};
  const config::Scenario scenario = changed({CauseKind::higher_class});
  ASSERT_EQ(scenario.tasks.size(), 6u) << "the three copies are apart now";
  const auto sleeps = [](const config::TaskGroup& group) {
    return group.program.size() == 1 && group.program[0].kind == kernel::ProgramOpKind::kSleep;
  };
  EXPECT_EQ(scenario.tasks[0].name, "hog0");
  EXPECT_TRUE(sleeps(scenario.tasks[0]));
  EXPECT_EQ(scenario.tasks[1].name, "hog1");
  EXPECT_FALSE(sleeps(scenario.tasks[1]));
  EXPECT_TRUE(sleeps(scenario.tasks[2]));
  EXPECT_EQ(scenario.tasks[1].cpu_mask, 2u) << "each keeps its CPU";
  EXPECT_EQ(scenario.tasks[2].cpu_mask, 1u);
  EXPECT_EQ(scenario.tasks[3].name, "victim");
  EXPECT_EQ(scenario.tasks[4].count, 2u);
}

TEST_F(InterventionsTest, WhatCannotSleepIsLeftAlone) {
  of_.verdict.tasks = {5};
  EXPECT_THAT(texts({CauseKind::higher_class}), IsEmpty()) << "the task that waits";
  of_.verdict.tasks = {8};
  EXPECT_THAT(texts({CauseKind::higher_class}), IsEmpty()) << "another task's step names its group";
  of_.verdict.tasks = {9};
  EXPECT_THAT(texts({CauseKind::higher_class}), IsEmpty()) << "no task of the scenario";
}

TEST_F(InterventionsTest, TheRest) {
  EXPECT_EQ(changed({CauseKind::in_flight}).hardware.ipi_latency, 0u);
  EXPECT_THAT(texts({CauseKind::in_flight}, {"hardware.ipi_latency=0"}), IsEmpty());
  EXPECT_EQ(changed({CauseKind::kick_wait}).kernel.kick_wait, kernel::KickWait::kIgnored);
  Cause device{CauseKind::interrupt};
  device.what = events::kCauseExternal;
  EXPECT_TRUE(changed(device).stimuli.empty());
  EXPECT_THAT(texts({CauseKind::interrupt}), ElementsAre(HasSubstr("policy simple")));
  EXPECT_THAT(texts({CauseKind::hotplug}), IsEmpty()) << "no switch is moved";
  EXPECT_THAT(texts({CauseKind::asleep}), IsEmpty());
  of_.verdict.what = Class::kick_storm;
  EXPECT_THAT(texts({CauseKind::queued}), ElementsAre(HasSubstr("policy simple")));
}

}  // namespace
}  // namespace tb::explain
