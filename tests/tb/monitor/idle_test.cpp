// SPDX-License-Identifier: Apache-2.0
// Goal: harts that sleep beside waiting tasks, from streams made by hand, good and bad side by side.
#include <gtest/gtest.h>

#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

const auto wfi = [] { trace::wfi_enter(0); };
const auto awake = [] { trace::wfi_exit(); };
std::function<void()> task_new(unsigned pid, unsigned cpus) {
  return [=] { trace::task_new(pid, "task", trace::Class::kExt, cpus); };
}
std::function<void()> cpus_of(unsigned pid, unsigned cpus) {
  return [=] { trace::set_cpus_allowed(pid, cpus); };
}

TEST(IdleTest, FromTheLaterOfSleepAndWakeupToTheSwitch) {
  const std::vector<Played> woken_beside_a_sleeper{
      {1, 0, task_new(7, 3)}, {10, 1, wfi}, {100, 0, wakeup(7)}, {900, 1, awake}, {950, 1, switch_to(0, kR, 7)}};
  const auto m = metrics_of(woken_beside_a_sleeper);
  EXPECT_EQ(m["idle_while_runnable"].dump(), R"({"max":850,"hart":1,"from":100,"count":1,"total":850,"per_hart":[0,850]})");
  const std::vector<Played> sleeps_beside_a_waiter{
      {1, 0, task_new(7, 3)}, {10, 0, wakeup(7)}, {100, 1, wfi}, {160, 0, switch_to(5, kS, 7)}};
  EXPECT_EQ(metrics_of(sleeps_beside_a_waiter)["idle_while_runnable"].dump(),
            R"({"max":60,"hart":1,"from":100,"count":0,"total":60,"per_hart":[0,60]})")
      << "less than a tick period is no long one";
}

TEST(IdleTest, ATickPeriodIsALongOne) {
  EXPECT_EQ(metric(metrics_of({{1, 0, task_new(7, 1)}, {10, 0, wfi}, {20, 0, wakeup(7)}, {119, 0, switch_to(0, kR, 7)}}),
                   "idle_while_runnable.count"),
            0);
  EXPECT_EQ(metric(metrics_of({{1, 0, task_new(7, 1)}, {10, 0, wfi}, {20, 0, wakeup(7)}, {120, 0, switch_to(0, kR, 7)}}),
                   "idle_while_runnable.count"),
            1);
}

TEST(IdleTest, InterruptsServedMeanwhileEndNothing) {
  const auto m = metrics_of({{1, 0, task_new(7, 3)},
                             {10, 0, wakeup(7)},
                             {20, 1, wfi},
                             {500, 1, awake},
                             {510, 1, enter_timer},
                             {520, 1, tick},
                             {530, 1, exit_timer},
                             {540, 1, on},
                             {550, 1, wfi}},
                            4'020);
  EXPECT_EQ(metric(m, "idle_while_runnable.max"), 4'000) << "and it counts to the end of the run";
}

TEST(IdleTest, AHartThatLooksForWorkDoesNotSleep) {
  const std::vector<Played> trapped{{1, 0, task_new(7, 3)}, {10, 0, wakeup(7)},     {20, 1, wfi},
                                    {50, 1, awake},         {60, 1, balance_enter}, {90, 1, breakout}};
  EXPECT_EQ(metric(metrics_of(trapped), "idle_while_runnable.total"), 40) << "it loops there for the rest of the run";
  auto in_vain = trapped;
  in_vain.insert(in_vain.end(), {{100, 1, balance_exit(32, true)}, {110, 1, wfi}});
  EXPECT_EQ(metric(metrics_of(in_vain, 1'110), "idle_while_runnable.max"), 1'000) << "and sleeps again";
}

TEST(IdleTest, OnlyTasksThatMayRunThere) {
  EXPECT_EQ(metric(metrics_of({{1, 0, task_new(7, 1)}, {10, 0, wakeup(7)}, {20, 1, wfi}}), "idle_while_runnable.max"), 0);
  EXPECT_EQ(
      metric(
          metrics_of(
              {{1, 0, task_new(7, 1)}, {10, 0, wakeup(7)}, {20, 1, wfi}, {1'000, 0, cpus_of(7, 2)}, {1'300, 0, cpus_of(7, 1)}}),
          "idle_while_runnable.max"),
      300)
      << "while it might";
}

TEST(IdleTest, AsLongAsAnyTaskWaits) {
  const auto m = metrics_of({{1, 0, task_new(7, 3)},
                             {2, 0, task_new(8, 3)},
                             {10, 1, wfi},
                             {100, 0, wakeup(7)},
                             {200, 0, wakeup(8)},
                             {300, 0, switch_to(5, kR, 7)},  // 5 goes back to its queue: never made here, so never counted
                             {400, 0, switch_to(7, kS, 8)},
                             {600, 0, wakeup(7)},
                             {650, 0, switch_to(8, kS, 7)}});
  EXPECT_EQ(m["idle_while_runnable"].dump(), R"({"max":300,"hart":1,"from":100,"count":1,"total":350,"per_hart":[0,300]})");
}

TEST(IdleTest, ATaskThatIsDisplacedWaitsToo) {
  EXPECT_EQ(metric(metrics_of({{1, 0, task_new(7, 3)},
                               {5, 0, switch_to(0, kR, 7)},
                               {10, 1, wfi},
                               {100, 0, switch_to(7, kR, 8)},
                               {700, 0, switch_to(8, kS, 7)}}),
                   "idle_while_runnable.max"),
            600);
}

TEST(IdleTest, ACpuThatTheOperatorSwitchesOffIsNotIdle) {
  const auto power = [](bool turned_on) { return [turned_on] { trace::power_switch(1, turned_on); }; };
  const auto online = [] { trace::cpu_online(1); };
  const auto offline = [] { trace::cpu_offline(1); };
  const std::vector<Played> down{{1, 0, task_new(7, 3)}, {10, 1, wfi}, {100, 0, wakeup(7)}, {150, 0, power(false)}};
  EXPECT_EQ(metric(metrics_of(down), "idle_while_runnable.max"), 50);
  auto up = down;
  up.insert(up.end(), {{300, 1, offline}, {400, 0, power(true)}, {450, 1, wfi}, {500, 1, online}, {580, 1, switch_to(0, kR, 7)}});
  EXPECT_EQ(metric(metrics_of(up), "idle_while_runnable.max"), 80);
  EXPECT_EQ(metric(metrics_of(up), "idle_while_runnable.total"), 130);
  auto regret = down;
  regret.push_back({170, 0, power(true)});
  EXPECT_EQ(metric(metrics_of(regret, 1'170), "idle_while_runnable.max"), 1'000);
}

TEST(IdleTest, AResetEndsIt) {
  const auto m = metrics_of(
      {{1, 0, task_new(7, 3)}, {10, 1, wfi}, {100, 0, wakeup(7)}, {150, 0, [] { trace::reset(1, true); }}, {900, 1, wfi}});
  EXPECT_EQ(metric(m, "idle_while_runnable.max"), 50);
}

}  // namespace
}  // namespace tb::monitor
