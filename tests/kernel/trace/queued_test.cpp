// SPDX-License-Identifier: Apache-2.0
// Goal: the log tells where each runnable task waits, who woke it, and for which lock a hart waits, so that a wait can be explained from it.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

// Where the task waited last, from its events up to each time it gets a CPU.
std::map<std::string, unsigned> places_before_running(const EventLog& log, const std::string& comm) {
  std::map<std::string, unsigned> found;
  std::map<std::uint64_t, std::string> place;
  for (const LoggedEvent& event : log.events()) {
    if (event.name == "task_queued") place[event.number("pid")] = event.text("on");
    if (event.name == "sched_switch" && event.text("next_comm") == comm) ++found[place[event.number("next_pid")]];
  }
  return found;
}

std::set<std::string> all_places(const EventLog& log) {
  std::set<std::string> found;
  for (const LoggedEvent& event : log.named("task_queued")) found.insert(event.text("on"));
  return found;
}

}  // namespace

TEST(QueuedTest, ATaskOfThePolicyRunsFromALocalDsq) {
  KernelRun run(2);
  run.policy("simple", {{"slice_us", 300}});
  for (int i = 0; i < 4; ++i) run.task("t", {run_for(200 * kUs), sleep_for(100 * kUs)});
  run.run_us(20'000);
  const auto places = places_before_running(run.log, "t");
  EXPECT_GT(places.at("local"), 50u);
  EXPECT_LE(places.size(), 2u) << "and from the run queue of the fair class before the policy was there";
  EXPECT_TRUE(all_places(run.log).contains("dsq"));
  EXPECT_FALSE(all_places(run.log).contains("policy")) << "it dispatches in ops.enqueue";
}

TEST(QueuedTest, APolicyMayKeepIt) {
  KernelRun run(2);
  run.policy("qmap", {{"slice_us", 300}, {"direct_dispatch", 0}});
  for (int i = 0; i < 4; ++i) run.task("t", {run_for(200 * kUs), sleep_for(100 * kUs)});
  run.run_us(20'000);
  EXPECT_TRUE(all_places(run.log).contains("policy"));
  EXPECT_GT(places_before_running(run.log, "t").at("local"), 50u);
}

TEST(QueuedTest, FairAndRealTimeTasksWaitOnRunQueues) {
  KernelRun run(1);
  run.task("t", {run_for(200 * kUs), sleep_for(100 * kUs)});
  run.rt_task("rt", 50, {run_for(20 * kUs), sleep_for(300 * kUs)});
  run.run_us(20'000);
  EXPECT_EQ(places_before_running(run.log, "rt").begin()->first, "rq");
  EXPECT_EQ(all_places(run.log), std::set<std::string>{"rq"});
  for (const LoggedEvent& event : run.log.named("task_queued")) EXPECT_EQ(event.number("id"), 0u);
}

TEST(QueuedTest, EachWakeupOfASleeperBeginsWithItsWaking) {
  KernelRun run(2);
  for (int i = 0; i < 4; ++i) run.task("t", {run_for(50 * kUs), sleep_for(100 * kUs)});
  run.run_us(20'000);
  std::set<std::uint64_t> waking, ran;
  unsigned wakeups = 0;
  for (const LoggedEvent& event : run.log.events()) {
    if (event.name == "sched_waking") waking.insert(event.number("pid"));
    if (event.name == "sched_switch") ran.insert(event.number("next_pid"));
    if (event.name != "sched_wakeup" || !ran.contains(event.number("pid"))) continue;  // a new task has none
    EXPECT_EQ(waking.erase(event.number("pid")), 1u) << event.cycle;
    ++wakeups;
  }
  EXPECT_GT(wakeups, 200u);
}

TEST(QueuedTest, AWaitForALockHasItsNameAndItsEnd) {
  KernelRun run(4);
  run.policy("simple", {{"slice_us", 100}});
  for (int i = 0; i < 12; ++i) run.task("t", {run_for(30 * kUs), sleep_for(20 * kUs)});
  run.run_us(20'000);
  std::map<sim::HartId, std::uint64_t> waits_for;
  std::set<std::string> kinds;
  for (const LoggedEvent& event : run.log.events()) {
    if (event.name == "contention_begin") {
      EXPECT_FALSE(waits_for.contains(event.hart)) << event.cycle;
      waits_for[event.hart] = event.number("lock");
      kinds.insert(event.text("kind"));
      const std::uint64_t least_wrong = event.text("kind") == "rq" ? 4 : event.text("kind") == "dsq" ? 1 : ~0ull;
      EXPECT_LT(event.number("id"), least_wrong) << event.describe();
    }
    if (event.name != "contention_end") continue;
    ASSERT_TRUE(waits_for.contains(event.hart)) << event.cycle;
    EXPECT_EQ(waits_for.extract(event.hart).mapped(), event.number("lock"));
  }
  EXPECT_TRUE(kinds.contains("rq"));
  EXPECT_TRUE(kinds.contains("dsq"));
}

}  // namespace kernel
