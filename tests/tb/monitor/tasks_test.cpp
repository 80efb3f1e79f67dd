// SPDX-License-Identifier: Apache-2.0
// Goal: run time, waits, slices, switches and migrations of tasks are those of the events, by name and by class.
#include "tb/monitor/tasks.h"

#include <gtest/gtest.h>

#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

constexpr auto kFair = trace::Class::kFair;
constexpr auto kExt = trace::Class::kExt;
constexpr auto kIdle = trace::Class::kIdle;

std::function<void()> made(unsigned pid, const char* comm, trace::Class sched_class = kFair) {
  return [=] { trace::task_new(pid, comm, sched_class, 3); };
}
std::function<void()> woken(unsigned pid, const char* comm) {
  return [=] { trace::sched_wakeup(pid, comm, 0); };
}
// From one task to another; PID 0 is the idle task.
std::function<void()> switched(unsigned prev, const char* prev_comm, trace::TaskState state, unsigned next, const char* next_comm,
                               trace::Class next_class = kFair) {
  return [=] { trace::sched_switch(prev, prev_comm, state, next, next_comm, prev ? kFair : kIdle, next ? next_class : kIdle); };
}

// One task: woken at 100, on hart 0 from 130 to 200, preempted until 260, on hart 1 from there to 300, asleep.
std::vector<Played> one_life() {
  return {{0, 0, made(5, "a")},
          {100, 0, woken(5, "a")},
          {130, 0, switched(0, "swapper/0", kR, 5, "a")},
          {200, 0, switched(5, "a", kR, 0, "swapper/0")},
          {260, 1, switched(0, "swapper/1", kR, 5, "a")},
          {300, 1, switched(5, "a", kS, 0, "swapper/1")}};
}

TEST(TasksTest, OneLife) {
  const json::Value m = metrics_of(one_life());
  const json::Value& a = m["tasks"]["a"];
  EXPECT_EQ(metric(a, "tasks"), 1);
  EXPECT_EQ(metric(a, "wakeups"), 1);
  EXPECT_EQ(metric(a, "run_cycles"), 70 + 40);
  EXPECT_EQ(metric(a, "wait.max"), 30);
  EXPECT_EQ(metric(a, "wait.from"), 100);
  EXPECT_EQ(metric(a, "preempted.max"), 60);
  EXPECT_EQ(metric(a, "slices.count"), 2);
  EXPECT_EQ(metric(a, "slices.max"), 70);
  EXPECT_EQ(metric(a, "switches.voluntary"), 1);
  EXPECT_EQ(metric(a, "switches.involuntary"), 1);
  EXPECT_EQ(metric(a, "migrations"), 1);
  EXPECT_EQ(metric(a, "share_permille"), 1000 * 110 / 200);
  EXPECT_EQ(m["all_tasks"].dump(), a.dump());
  EXPECT_EQ(m["classes"]["fair"].dump(), a.dump());
  EXPECT_EQ(metric(m, "classes.ext.tasks"), 0);
}

TEST(TasksTest, WhatIsOpenAtTheEndCountsUpToThere) {
  const json::Value m = metrics_of({{0, 0, made(5, "runs")},
                                    {0, 0, made(6, "waits")},
                                    {10, 0, woken(5, "runs")},
                                    {20, 0, woken(6, "waits")},
                                    {30, 0, switched(0, "swapper/0", kR, 5, "runs")}},
                                   1000);
  EXPECT_EQ(metric(m, "tasks.runs.run_cycles"), 970);
  EXPECT_EQ(metric(m, "tasks.waits.wait.max"), 980);
  EXPECT_EQ(metric(m, "tasks.waits.share_permille"), 0);
}

TEST(TasksTest, AResetEndsAllOfThem) {
  const json::Value m = metrics_of({{0, 0, made(5, "a")},
                                    {10, 0, woken(5, "a")},
                                    {60, 0, [] { trace::reset(1, true); }},
                                    {70, 0, made(5, "b")},
                                    {80, 0, woken(5, "b")},
                                    {85, 0, switched(0, "swapper/0", kR, 5, "b")},
                                    {90, 0, switched(5, "b", kS, 0, "swapper/0")}});
  EXPECT_EQ(metric(m, "tasks.a.wait.max"), 50);
  EXPECT_EQ(metric(m, "tasks.b.wait.max"), 5);
  EXPECT_EQ(metric(m, "all_tasks.tasks"), 2);
}

TEST(TasksTest, AWakeupOnTheWayToSleepIsNoWait) {
  const json::Value m = metrics_of({{0, 0, made(5, "a")},
                                    {10, 0, woken(5, "a")},
                                    {20, 0, switched(0, "swapper/0", kR, 5, "a")},
                                    {30, 1, woken(5, "a")},
                                    {90, 0, switched(5, "a", kS, 0, "swapper/0")}});
  EXPECT_EQ(metric(m, "tasks.a.wait.count"), 1);
  EXPECT_EQ(metric(m, "tasks.a.wait.max"), 10);
  EXPECT_EQ(metric(m, "tasks.a.wakeups"), 2);
}

TEST(TasksTest, TasksOfOneNameAreCountedTogether) {
  const json::Value m = metrics_of({{0, 0, made(5, "a")},
                                    {0, 0, made(6, "a")},
                                    {10, 0, woken(5, "a")},
                                    {10, 0, woken(6, "a")},
                                    {15, 0, switched(0, "swapper/0", kR, 5, "a")},
                                    {25, 0, switched(5, "a", kS, 6, "a")},
                                    {40, 0, switched(6, "a", kS, 0, "swapper/0")}});
  EXPECT_EQ(metric(m, "tasks.a.tasks"), 2);
  EXPECT_EQ(metric(m, "tasks.a.wait.count"), 2);
  EXPECT_EQ(metric(m, "tasks.a.wait.sum"), 5 + 15);
  EXPECT_EQ(metric(m, "tasks.a.run_cycles"), 25);
}

TEST(TasksTest, TheTimeBeforeAClassSwitchIsThatOfTheFirstClass) {
  const json::Value m = metrics_of({{0, 0, made(5, "a")},
                                    {10, 0, woken(5, "a")},
                                    {20, 0, switched(0, "swapper/0", kR, 5, "a")},
                                    {50, 0, [] { trace::class_switch(5, kFair, kExt); }},
                                    {90, 0, switched(5, "a", kS, 0, "swapper/0")}});
  EXPECT_EQ(metric(m, "classes.fair.run_cycles"), 30);
  EXPECT_EQ(metric(m, "classes.ext.run_cycles"), 40);
  EXPECT_EQ(metric(m, "tasks.a.run_cycles"), 70);
  EXPECT_EQ(metric(m, "classes.ext.tasks"), 1);
  EXPECT_EQ(metric(m, "tasks.a.slices.count"), 1);  // one stay on the CPU
  EXPECT_EQ(metric(m, "tasks.a.slices.max"), 70);
}

TEST(TasksTest, IdleTasksAndTasksThatNeverRanAreNotThere) {
  std::vector<Played> script = one_life();
  script.push_back({400, 0, made(9, "never")});
  const json::Value m = metrics_of(script);
  EXPECT_FALSE(m["tasks"].contains("swapper/0"));
  EXPECT_FALSE(m["tasks"].contains("never"));
}

TEST(TasksTest, PeriodsAreThoseOfTheTimerSteps) {
  const auto period = [](std::uint64_t late) -> std::function<void()> { return [late] { trace::timer_period(5, "a", late); }; };
  std::vector<Played> script = one_life();
  for (const auto& [cycle, late] : {std::pair{140U, 0U}, {150U, 7U}, {160U, 30U}, {170U, 2U}})
    script.push_back({cycle, 0, period(late)});
  std::ranges::stable_sort(script, {}, &Played::cycle);
  const json::Value m = metrics_of(script);
  for (const char* of : {"tasks.a", "all_tasks", "classes.fair"}) {
    EXPECT_EQ(metric(m, std::string(of) + ".periods.count"), 4) << of;
    EXPECT_EQ(metric(m, std::string(of) + ".periods.missed"), 3) << of;
    EXPECT_EQ(metric(m, std::string(of) + ".periods.late_max"), 30) << of;
  }
  EXPECT_EQ(metric(metrics_of(one_life()), "tasks.a.periods.count"), 0);
}

}  // namespace
}  // namespace tb::monitor
