// SPDX-License-Identifier: Apache-2.0
// Goal: each metric from a stream made by hand, good and bad side by side.
#include <gtest/gtest.h>

#include "tb/monitor/exit.h"
#include "tb/monitor/sysfs.h"
#include "tb/monitor/metrics.h"
#include "tests/tb/support.h"

namespace tb::monitor {
namespace {

using test::Played;

constexpr sim::Cycle kTickCycles = 100;

nlohmann::ordered_json metrics_of(const std::vector<Played>& script, sim::Cycle end = 10'000) {
  Metrics metrics(2, kTickCycles);
  test::for_each_event(script, [&](const log::EventView& event) { metrics.on_event(event); });
  metrics.finish(end);
  return metrics.to_json();
}

std::int64_t metric(const nlohmann::ordered_json& metrics, std::string_view path) {
  return metric_at(metrics, path).value_or(-1);
}

const auto off = [] { trace::irq_off(trace::Site::kSchedule); };
const auto on = [] { trace::irq_on(trace::Site::kSchedule); };
const auto enter_software = [] { trace::irq_entry(trace::Cause::kSoftware); };
const auto exit_software = [] { trace::irq_exit(trace::Cause::kSoftware); };
const auto enter_timer = [] { trace::irq_entry(trace::Cause::kTimer); };
const auto exit_timer = [] { trace::irq_exit(trace::Cause::kTimer); };
const auto tick = [] { trace::tick(1, 0); };
const auto balance_enter = [] { trace::balance_enter(0); };
const auto breakout = [] { trace::breakout(32, trace::Retry::kKick); };
const auto self_kick = [] { trace::kick(0, 0, true); };

std::function<void()> call(unsigned iteration) {
  return [iteration] { trace::dispatch_call(iteration); };
}
std::function<void()> balance_exit(unsigned calls, bool trapped) {
  return [calls, trapped] { trace::balance_exit(false, calls, trapped, 0); };
}
const auto report = [] { trace::scx_error(1026, "runnable task stall", "hog0[9] failed to run for 0.051s"); };
const auto disabled = [] { trace::scx_disable("qmap", 1026, 0, "runnable task stall", "hog0[9] failed"); };

std::function<void()> bypass(unsigned cpu, bool on_off) {
  return [cpu, on_off] { trace::bypass(cpu, on_off); };
}
constexpr auto kR = trace::TaskState::kR;
constexpr auto kS = trace::TaskState::kS;

std::function<void()> wakeup(unsigned pid) {
  return [pid] { trace::sched_wakeup(pid, "task", 0); };
}
std::function<void()> switch_to(unsigned prev, trace::TaskState state, unsigned next) {
  return [=] { trace::sched_switch(prev, "a", state, next, "b", trace::Class::kFair, trace::Class::kFair); };
}

TEST(IrqOffTest, LongestStretchWithItsHartAndStart) {
  const auto m = metrics_of({{10, 0, off}, {20, 1, off}, {30, 0, on}, {90, 1, on}, {100, 0, off}, {120, 0, on}});
  EXPECT_EQ(metric(m, "irq_off_cycles.max"), 70);
  EXPECT_EQ(metric(m, "irq_off_cycles.hart"), 1);
  EXPECT_EQ(metric(m, "irq_off_cycles.from"), 20);
}

TEST(IrqOffTest, TheFirstOfEqualOnesAndTheLongestOfEachHart) {
  const auto m = metrics_of({{10, 1, off}, {30, 1, on}, {40, 0, off}, {60, 0, on}, {70, 0, off}, {75, 0, on}});
  EXPECT_EQ(m["irq_off_cycles"].dump(), R"({"max":20,"hart":1,"from":10,"per_hart":[20,20]})");
}

TEST(IrqOffTest, ATrapIsAStretchUntilItsReturn) {
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer}, {50, 0, exit_timer}, {60, 0, on}, {900, 0, off}, {901, 0, on}}),
                   "irq_off_cycles.max"),
            50);
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer}, {50, 0, exit_timer}, {60, 0, on}}), "irq_off_cycles.max"), 50)
      << "in user mode to the end";
}

TEST(IrqOffTest, SoftirqsOnTheWayOutOfATrapSplitIt) {
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer},
                               {50, 0, exit_timer},
                               {51, 0, on},
                               {2'000, 0, off},
                               {2'030, 0, on},
                               {9'000, 0, enter_timer},
                               {9'020, 0, exit_timer},
                               {9'021, 0, on}}),
                   "irq_off_cycles.max"),
            41)
      << "neither the softirq nor user mode after it";
}

TEST(IrqOffTest, SchedulingOnTheWayOutOfATrapBelongsToTheStretch) {
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer},
                               {50, 0, exit_timer},
                               {51, 0, balance_enter},
                               {80, 0, balance_exit(1, false)},
                               {95, 0, on}}),
                   "irq_off_cycles.max"),
            85);
}

TEST(IrqOffTest, ASwitchOrTheEndOfAHandlerEndsNothing) {
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {60, 0, switch_to(1, trace::TaskState::kS, 2)}, {90, 0, on}}),
                   "irq_off_cycles.max"),
            80);
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {60, 0, switch_to(1, trace::TaskState::kS, 2)}}, 1'010), "irq_off_cycles.max"),
            1'000);
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer}, {60, 0, exit_timer}}, 1'010), "irq_off_cycles.max"), 1'000);
}

TEST(IrqOffTest, AnEndThatIsMissingHidesNothing) {
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {50, 0, enter_timer}, {60, 0, on}}), "irq_off_cycles.max"), 50);
}

TEST(IrqOffTest, AHartThatGoesOffServesNobody) {
  const auto offline = [] { trace::cpu_offline(0); };
  const auto m = metrics_of({{10, 0, off}, {60, 0, offline}, {5'000, 0, on}, {5'010, 0, off}, {5'020, 0, on}});
  EXPECT_EQ(metric(m, "irq_off_cycles.max"), 50) << "nor is its next boot a stretch";
}

TEST(IrqOffTest, SleepingInWfiIsNoStretch) {
  const auto wfi = [] { trace::wfi_enter(0); };
  const auto awake = [] { trace::wfi_exit(); };
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {30, 0, wfi}, {9030, 0, awake}, {9037, 0, on}}), "irq_off_cycles.max"),
            20);
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {15, 0, wfi}}, 9'000), "irq_off_cycles.max"), 5)
      << "asleep at the end of the run";
}

TEST(IrqOffTest, NmiNeitherOpensNorClosesAStretch) {
  const auto nmi_in = [] { trace::irq_entry(trace::Cause::kNmi); };
  const auto nmi_out = [] { trace::irq_exit(trace::Cause::kNmi); };
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {50, 0, nmi_in}, {55, 0, nmi_out}, {110, 0, on}}), "irq_off_cycles.max"),
            100);
  EXPECT_EQ(metric(metrics_of({{10, 0, nmi_in}, {500, 0, nmi_out}}), "irq_off_cycles.max"), 0);
  EXPECT_EQ(metric(metrics_of({{10, 0, enter_timer}, {20, 0, nmi_in}, {30, 0, nmi_out}, {40, 0, exit_timer}, {70, 0, on}}),
                   "irq_off_cycles.max"),
            60)
      << "inside a handler";
}

TEST(IrqOffTest, AStretchStillOpenCountsToTheEndOrTheReset) {
  EXPECT_EQ(metric(metrics_of({{10, 0, off}, {20, 0, call(1)}}, 1'010), "irq_off_cycles.max"), 1'000);
  EXPECT_EQ(metric(metrics_of({{10, 1, off}, {20, 1, call(1)}, {210, 0, [] { trace::reset(1, true); }}}, 1'010),
                   "irq_off_cycles.max"),
            200);
}

TEST(BalanceTest, HistogramAndMaximum) {
  const auto m = metrics_of({{1, 0, balance_enter},
                             {2, 0, call(1)},
                             {3, 0, balance_exit(1, false)},
                             {4, 1, balance_enter},
                             {5, 1, balance_exit(0, false)},
                             {6, 0, balance_enter},
                             {7, 0, call(1)},
                             {8, 0, call(2)},
                             {9, 0, balance_exit(2, false)},
                             {10, 0, balance_enter},
                             {11, 0, balance_exit(0, false)}});
  EXPECT_EQ(m["dispatch_per_balance"]["histogram"].dump(), R"({"0":2,"1":1,"2":1})");
  EXPECT_EQ(metric(m, "dispatch_per_balance.max"), 2);
  EXPECT_EQ(metric(m, "dispatch_per_balance.endless"), 0);
}

TEST(BalanceTest, ABalanceThatNeverEndsIsCountedToo) {
  const auto m = metrics_of({{1, 0, balance_enter}, {2, 0, call(1)}, {3, 0, call(5000)}});
  EXPECT_EQ(metric(m, "dispatch_per_balance.max"), 5000);
  EXPECT_EQ(metric(m, "dispatch_per_balance.endless"), 5000);
}

TEST(BalanceTest, OneThatCalledNothingIsNotEndlessWithTheCallsBefore) {
  const auto m = metrics_of({{1, 0, balance_enter}, {2, 0, call(1)}, {3, 0, call(2)}, {4, 0, balance_exit(2, false)}, {5, 0, balance_enter}});
  EXPECT_EQ(metric(m, "dispatch_per_balance.endless"), 0);
  const auto ended = metrics_of({{1, 0, balance_enter}, {2, 0, call(1)}, {3, 0, balance_exit(1, false)}});
  EXPECT_EQ(metric(ended, "dispatch_per_balance.endless"), 0);
}

TEST(BalanceTest, CallsOfTrappedOnesLeastAndMost) {
  const auto m = metrics_of({{1, 0, balance_enter}, {2, 0, balance_exit(20, true)}, {3, 0, balance_enter}, {4, 0, balance_exit(9, true)},
                             {5, 0, balance_enter}, {6, 0, balance_exit(14, true)}, {7, 0, balance_enter}, {8, 0, balance_exit(1, false)}});
  EXPECT_EQ(metric(m, "trapped_balance.dispatches_min"), 9);
  EXPECT_EQ(metric(m, "trapped_balance.dispatches_max"), 20);
}

TEST(BalanceTest, TicksOfAnEarlierBootCount) {
  const auto m = metrics_of({{1, 0, balance_enter}, {2, 0, breakout}, {3, 0, tick}, {4, 0, [] { trace::reset(1, true); }}, {5, 0, tick}});
  EXPECT_EQ(metric(m, "ticks_served.total"), 1) << "and nobody is trapped in the next one";
}

TEST(BalanceTest, TrappedBalanceLastsUntilInterruptsAreOn) {
  const auto m = metrics_of({{100, 0, off},
                             {110, 0, balance_enter},
                             {500, 0, breakout},
                             {510, 0, balance_exit(32, true)},
                             {610, 0, on},
                             {700, 0, off},
                             {710, 0, balance_enter},
                             {9000, 0, balance_exit(1, false)},
                             {9100, 0, on}});
  EXPECT_EQ(metric(m, "trapped_balance.count"), 1);
  EXPECT_EQ(metric(m, "trapped_balance.max"), 500) << "the healthy one after it is longer and does not count";
  EXPECT_EQ(metric(m, "trapped_balance.dispatches_min"), 32);
  EXPECT_EQ(metric(m, "trapped_balance.dispatches_max"), 32);
  EXPECT_EQ(metric(m, "breakouts"), 1);
}

TEST(BalanceTest, TimeSpentWaitingForLocksIsNotTheBursts) {
  const auto waited = [] { trace::balance_exit(false, 32, true, 300); };
  const auto m = metrics_of({{100, 0, off}, {110, 0, balance_enter}, {510, 0, waited}, {610, 0, on}});
  EXPECT_EQ(metric(m, "trapped_balance.max"), 200);
}

TEST(BalanceTest, BurstsAfterTheReportAreCountedButNotTimed) {
  const auto m = metrics_of({{100, 0, off},
                             {110, 0, balance_enter},
                             {150, 0, balance_exit(32, true)},
                             {160, 0, on},
                             {200, 0, report},
                             {300, 0, off},
                             {310, 0, balance_enter},
                             {900, 0, balance_exit(32, true)},
                             {950, 0, on}});
  EXPECT_EQ(metric(m, "trapped_balance.max"), 50);
  EXPECT_EQ(metric(m, "trapped_balance.count"), 2);
}

TEST(BalanceTest, TheNextPolicysBurstsAreTimedAgain) {
  const std::vector<Played> burst{{310, 0, balance_enter}, {900, 0, balance_exit(32, true)}, {950, 0, on}};
  std::vector<Played> ejected{{200, 0, report}, {250, 0, disabled}, {300, 0, off}};
  ejected.insert(ejected.end(), burst.begin(), burst.end());
  EXPECT_EQ(metric(metrics_of(ejected), "trapped_balance.max"), 640);
  std::vector<Played> reset{{200, 0, report}, {250, 0, [] { trace::reset(1, true); }}, {300, 0, off}};
  reset.insert(reset.end(), burst.begin(), burst.end());
  EXPECT_EQ(metric(metrics_of(reset), "trapped_balance.max"), 640);
}

TEST(BalanceTest, ACpuThatGoesOffIsTrappedNoMore) {
  const auto offline = [] { trace::cpu_offline(0); };
  EXPECT_EQ(metric(metrics_of({{1, 0, balance_enter}, {2, 0, breakout}, {3, 0, offline}, {4, 0, tick}}), "ticks_served.total"),
            0);
}

// Nobody asks a policy that is gone, so no balance ends otherwise.
TEST(BalanceTest, NoCpuIsTrappedOnceThePolicyIsGone) {
  const auto m = metrics_of({{1, 0, balance_enter},
                             {2, 0, breakout},
                             {3, 0, balance_exit(32, true)},
                             {4, 1, balance_enter},
                             {5, 1, breakout},
                             {6, 1, balance_exit(32, true)},
                             {7, 0, tick},
                             {8, 0, disabled},
                             {9, 0, tick},
                             {9, 1, tick}});
  EXPECT_EQ(m["ticks_served"].dump(), R"({"total":1,"per_hart":[1,0]})");
}

TEST(RecoveryTest, FromTheReportToTheLastCpuInBypassAndToFair) {
  const auto m = metrics_of({{5, 0, bypass(0, true)},  // a load's own
                             {8, 0, bypass(0, false)},
                             {100, 0, report},
                             {150, 0, bypass(0, true)},
                             {170, 0, bypass(1, true)},
                             {180, 0, bypass(1, false)},
                             {400, 0, disabled},
                             {450, 0, bypass(0, false)},
                             {460, 0, bypass(1, false)},
                             {600, 0, bypass(0, true)}});  // the next load's
  EXPECT_EQ(metric(m, "recovery_cycles.to_bypass"), 70);
  EXPECT_EQ(metric(m, "recovery_cycles.to_fair"), 300);
}

TEST(RecoveryTest, WhatWasNotReachedIsNull) {
  EXPECT_TRUE(metrics_of({{5, 0, bypass(0, true)}, {9, 0, disabled}})["recovery_cycles"]["to_bypass"].is_null());
  const auto m = metrics_of({{100, 0, report}, {150, 0, bypass(0, true)}});
  EXPECT_EQ(metric(m, "recovery_cycles.to_bypass"), 50);
  EXPECT_TRUE(m["recovery_cycles"]["to_fair"].is_null());
  EXPECT_TRUE(m["tasks_lost"].is_null());
}

TEST(RecoveryTest, AResetEndsTheMeasure) {
  const auto reset = [] { trace::reset(1, true); };
  const auto m = metrics_of({{100, 0, report}, {150, 0, bypass(0, true)}, {400, 0, reset}, {500, 0, bypass(0, true)}, {600, 0, disabled}});
  EXPECT_EQ(metric(m, "recovery_cycles.to_bypass"), 50);
  EXPECT_TRUE(m["recovery_cycles"]["to_fair"].is_null()) << "the disable is of the next boot";
  const auto later = metrics_of({{50, 0, reset}, {100, 0, report}, {150, 0, bypass(0, true)}, {600, 0, disabled}});
  EXPECT_EQ(metric(later, "recovery_cycles.to_fair"), 500);
}

TEST(RecoveryTest, DispatchOnAHartInBypassIsCounted) {
  const auto m = metrics_of({{1, 0, call(1)},
                             {2, 0, bypass(0, true)},
                             {3, 1, call(1)},
                             {4, 0, call(1)},
                             {5, 0, bypass(0, false)},
                             {6, 0, call(1)}});
  EXPECT_EQ(metric(m, "dispatches_in_bypass"), 1);
  EXPECT_EQ(metric(metrics_of({{1, 0, bypass(0, true)}, {2, 0, [] { trace::reset(1, true); }}, {3, 0, call(1)}}), "dispatches_in_bypass"), 0);
}

TEST(RecoveryTest, LostTasksAddUp) {
  const auto audit = [](unsigned lost) { return [lost] { trace::task_audit(9, lost); }; };
  EXPECT_EQ(metric(metrics_of({{1, 0, audit(0)}}), "tasks_lost"), 0);
  EXPECT_EQ(metric(metrics_of({{1, 0, audit(2)}, {2, 0, audit(0)}, {3, 0, audit(1)}}), "tasks_lost"), 3);
}

TEST(StarvationTest, RunnableAtBypassAndNeverRun) {
  const std::vector<Played> script{{10, 0, wakeup(7)}, {20, 0, wakeup(8)}, {100, 0, bypass(0, true)},
                                   {200, 0, switch_to(0, kR, 8)}, {300, 0, disabled}};
  EXPECT_EQ(metric(metrics_of(script), "tasks_starved"), 1);
}

TEST(StarvationTest, WokenOrDisplacedLaterCountsIfThereWasTimeLeft) {
  const std::vector<Played> script{{100, 0, bypass(0, true)},
                                   {500, 0, switch_to(0, kR, 8)},
                                   {600, 0, wakeup(7)},
                                   {700, 0, switch_to(8, kR, 0)},
                                   {750, 0, disabled},
                                   {8'500, 0, wakeup(9)}};
  EXPECT_EQ(metric(metrics_of(script), "tasks_starved"), 2) << "20 ticks of 100 cycles from 8000: 9 may just wait";
}

TEST(StarvationTest, NeitherSleepersNorTheRunningNorWhoWasWokenOnItsWayToSleep) {
  const std::vector<Played> script{{100, 0, bypass(0, true)},    {200, 0, switch_to(0, kR, 8)},
                                   {210, 0, wakeup(8)},          {220, 1, wakeup(9)},
                                   {230, 1, switch_to(0, kR, 9)}, {240, 1, switch_to(9, kS, 0)},
                                   {250, 0, disabled}};
  EXPECT_EQ(metric(metrics_of(script), "tasks_starved"), 0);
}

TEST(StarvationTest, NobodyIfNoPolicyWasTakenOut) {
  EXPECT_EQ(metric(metrics_of({{10, 0, wakeup(7)}}), "tasks_starved"), 0);
  EXPECT_EQ(metric(metrics_of({{10, 0, wakeup(7)}, {20, 0, bypass(0, true)}}), "tasks_starved"), 0) << "a load bypasses too";
  const std::vector<Played> reset{
      {10, 0, wakeup(7)}, {20, 0, bypass(0, true)}, {30, 0, disabled}, {40, 0, [] { trace::reset(1, true); }}};
  EXPECT_EQ(metric(metrics_of(reset), "tasks_starved"), 0);
}

TEST(StarvationTest, TheClockStartsAtTheBypassBeforeTheDisable) {
  const std::vector<Played> script{{10, 0, wakeup(7)}, {20, 0, bypass(0, true)}, {9'000, 0, bypass(0, true)}, {9'100, 0, disabled}};
  EXPECT_TRUE(metrics_of(script)["tasks_starved"].is_null()) << "too late to tell";
  EXPECT_EQ(metric(metrics_of(script, 11'000), "tasks_starved"), 1);
  const std::vector<Played> reload{{10, 0, wakeup(7)}, {20, 0, bypass(0, true)}, {30, 0, disabled}, {9'000, 0, bypass(0, true)}};
  EXPECT_EQ(metric(metrics_of(reload), "tasks_starved"), 1) << "a later load does not start it anew";
}

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
  const std::vector<Played> trapped{{1, 0, task_new(7, 3)}, {10, 0, wakeup(7)}, {20, 1, wfi}, {50, 1, awake}, {60, 1, balance_enter}, {90, 1, breakout}};
  EXPECT_EQ(metric(metrics_of(trapped), "idle_while_runnable.total"), 40) << "it loops there for the rest of the run";
  auto in_vain = trapped;
  in_vain.insert(in_vain.end(), {{100, 1, balance_exit(32, true)}, {110, 1, wfi}});
  EXPECT_EQ(metric(metrics_of(in_vain, 1'110), "idle_while_runnable.max"), 1'000) << "and sleeps again";
}

TEST(IdleTest, OnlyTasksThatMayRunThere) {
  EXPECT_EQ(metric(metrics_of({{1, 0, task_new(7, 1)}, {10, 0, wakeup(7)}, {20, 1, wfi}}), "idle_while_runnable.max"), 0);
  EXPECT_EQ(metric(metrics_of({{1, 0, task_new(7, 1)},
                               {10, 0, wakeup(7)},
                               {20, 1, wfi},
                               {1'000, 0, cpus_of(7, 2)},
                               {1'300, 0, cpus_of(7, 1)}}),
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
                             {300, 0, switch_to(5, kR, 7)},    // 5 goes back to its queue: never made here, so never counted
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
  const auto m = metrics_of({{1, 0, task_new(7, 3)},
                             {10, 1, wfi},
                             {100, 0, wakeup(7)},
                             {150, 0, [] { trace::reset(1, true); }},
                             {900, 1, wfi}});
  EXPECT_EQ(metric(m, "idle_while_runnable.max"), 50);
}

TEST(StarvationTest, TwentyTicksExactlyAreLongEnough) {
  const std::vector<Played> script{{100, 0, bypass(0, true)}, {200, 0, disabled}, {300, 0, wakeup(7)}};
  EXPECT_EQ(metric(metrics_of(script, 2'300), "tasks_starved"), 1);
  EXPECT_EQ(metric(metrics_of(script, 2'299), "tasks_starved"), 0);
  EXPECT_EQ(metric(metrics_of(script, 2'100), "tasks_starved"), 0);
  EXPECT_TRUE(metrics_of(script, 2'099)["tasks_starved"].is_null());
}

TEST(ExitTest, TheFirstReportCounts) {
  ExitMonitor exits;
  test::for_each_event({{1, 0, report}, {2, 0, [] { trace::scx_error(1025, "scx_bpf_error", "later"); }}},
                       [&](const log::EventView& event) { exits.on_event(event); });
  EXPECT_EQ(exits.record()->kind, 1026);
}

TEST(ExitTest, TheFirstEjectionCounts) {
  ExitMonitor exits;
  const auto leave = [](unsigned kind, int code) {
    return [=] { trace::scx_disable("p", kind, code, "reason", "msg"); };
  };
  test::for_each_event({{1, 0, leave(64, 5)}, {2, 0, leave(1025, 0)}, {3, 0, leave(1026, 0)}},
                       [&](const log::EventView& event) { exits.on_event(event); });
  EXPECT_EQ(exits.ending(), Ending::kEjected);
  EXPECT_EQ(exits.record()->kind, 1025);
}

TEST(ExitTest, UnregisteredReportedOrNothing) {
  const auto seen = [](const std::vector<Played>& script) {
    ExitMonitor exits;
    test::for_each_event(script, [&](const log::EventView& event) { exits.on_event(event); });
    return exits;
  };
  EXPECT_FALSE(seen({}).record().has_value());
  EXPECT_EQ(seen({}).ending(), Ending::kRunning);
  const auto unregistered = seen({{1, 0, [] { trace::scx_disable("p", 66, -7, "unregistered", "bye"); }}});
  EXPECT_EQ(unregistered.ending(), Ending::kUnregistered);
  EXPECT_EQ(unregistered.record()->code, -7);
  EXPECT_EQ(unregistered.record()->msg, "bye");
  const auto hung = seen({{1, 0, report}});
  EXPECT_EQ(hung.ending(), Ending::kRunning) << "it is still there";
  EXPECT_EQ(hung.record()->kind, 1026);
  EXPECT_EQ(seen({{1, 0, [] { trace::scx_disable("p", 67, 0, "sysrq", ""); }}}).ending(), Ending::kEjected);
}

TEST(ExitTest, DumpLinesInOrder) {
  ExitMonitor exits;
  test::for_each_event({{1, 0, [] { trace::sched_ext_dump("first"); }}, {1, 0, [] { trace::sched_ext_dump(""); }}},
                       [&](const log::EventView& event) { exits.on_event(event); });
  EXPECT_EQ(exits.dump(), (std::vector<std::string>{"first", ""}));
}

TEST(SysfsTest, TheLastThatWasShown) {
  SysfsMonitor sysfs;
  const auto play = [&sysfs](const std::vector<Played>& script) {
    test::for_each_event(script, [&](const log::EventView& event) { sysfs.on_event(event); });
    return sysfs.shown().dump();
  };
  using State = trace::ScxEnableState;
  EXPECT_EQ(play({{1, 0, report}}), "null") << "the kernel has not booted that far";
  EXPECT_EQ(play({{2, 0, [] { trace::scx_sysfs(State::kDisabled, false, 0, 3, 0, ""); }},
                  {3, 0, [] { trace::scx_sysfs(State::kEnabled, true, 2, 4, 1, "qmap"); }}}),
            R"({"state":"enabled","switch_all":true,"nr_rejected":2,"hotplug_seq":4,"enable_seq":1,"ops":"qmap"})");
  EXPECT_EQ(play({{4, 0, [] { trace::scx_sysfs(State::kDisabling, false, 0, 0, 0, ""); }}}),
            R"({"state":"disabling","switch_all":false,"nr_rejected":0,"hotplug_seq":0,"enable_seq":0,"ops":null})");
  EXPECT_EQ(play({{5, 0, [] { trace::reset(1, true); }}}), "null") << "of the boot before";
}

TEST(MetricsTest, LockWaitsAreCounted) {
  const auto wait = [] { trace::rq_lock_wait(0, 1); };
  EXPECT_EQ(metric(metrics_of({{1, 0, wait}, {2, 1, wait}}), "rq_lock_waits"), 2);
}

TEST(BalanceTest, TicksCountOnlyWhileTrappedAndPerHart) {
  const auto m = metrics_of({{1, 0, tick},
                             {2, 0, balance_enter},
                             {3, 0, breakout},
                             {4, 0, balance_exit(32, true)},
                             {5, 0, tick},
                             {6, 1, tick},
                             {7, 0, tick},
                             {8, 0, balance_enter},
                             {9, 0, balance_exit(1, false)},
                             {10, 0, tick}});
  EXPECT_EQ(m["ticks_served"].dump(), R"({"total":2,"per_hart":[2,0]})");
}

TEST(BalanceTest, WithoutABreakoutTheTrapBeginsBeyondOneBurst) {
  EXPECT_EQ(metric(metrics_of({{1, 0, balance_enter}, {2, 0, call(32)}, {3, 0, tick}}), "ticks_served.total"), 0);
  EXPECT_EQ(metric(metrics_of({{1, 0, balance_enter}, {2, 0, call(33)}, {3, 0, tick}}), "ticks_served.total"), 1);
}

TEST(KickTest, AnsweredByTheNextSoftwareInterruptOfTheHart) {
  const auto m = metrics_of(
      {{10, 0, self_kick}, {20, 0, on}, {22, 0, enter_software}, {30, 0, exit_software}, {40, 0, balance_enter}});
  EXPECT_EQ(metric(m, "self_kicks"), 1);
  EXPECT_EQ(metric(m, "self_kicks_unanswered"), 0);
  EXPECT_EQ(metric(m, "kick_to_irq_cycles.max"), 12);
}

TEST(KickTest, APolicysKicksWithFlagsAreItsOwnAffair) {
  const auto m = metrics_of({{10, 0, [] { trace::kick(0, 1, true); }}, {40, 0, balance_enter}});
  EXPECT_EQ(metric(m, "self_kicks"), 0);
  EXPECT_EQ(metric(m, "self_kicks_unanswered"), 0);
}

TEST(KickTest, UnansweredWhenTheHartBalancesFirst) {
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}, {20, 0, on}, {25, 0, enter_timer}, {40, 0, balance_enter}}),
                   "self_kicks_unanswered"),
            1);
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}, {15, 0, self_kick}, {20, 0, on}, {22, 0, enter_software}, {30, 0, exit_software}, {31, 0, on},
                               {40, 0, self_kick}, {41, 0, enter_software}}),
                   "kick_to_irq_cycles.max"),
            12)
      << "from the first of two, and the longest of all";
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}, {22, 1, enter_software}, {40, 0, balance_enter}}),
                   "self_kicks_unanswered"),
            1)
      << "another hart's";
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}, {20, 0, [] { trace::cpu_offline(0); }}, {40, 0, balance_enter}}),
                   "self_kicks_unanswered"),
            0)
      << "it went off with the CPU";
  EXPECT_EQ(metric(metrics_of({{10, 0, self_kick}}), "self_kicks_unanswered"), 0) << "cut short by the end of the run";
}

TEST(MetricsTest, RefusalsAndSleepOnHeldTasks) {
  const auto m = metrics_of({{1, 0, [] { trace::dispatch_refused(2, trace::Refusal::kNone); }},
                             {2, 0, [] { trace::dispatch_refused(2, trace::Refusal::kOtherBrand); }},
                             {3, 0, [] { trace::dispatch_refused(2, trace::Refusal::kNone); }},
                             {4, 0, [] { trace::wfi_enter(0); }},
                             {5, 0, [] { trace::wfi_enter(1); }},
                             {6, 0, [] { trace::dispatch_refused(2, trace::Refusal::kLost); }}});
  EXPECT_EQ(metric(m, "refused.lost"), 1);
  EXPECT_EQ(metric(m, "refused.none"), 2);
  EXPECT_EQ(metric(m, "refused.other_brand"), 1);
  EXPECT_EQ(metric(m, "wfi_while_held"), 1);
}

TEST(MetricsTest, OnlyResetsOfTheWatchdogAreItsOwn) {
  const auto reset = [](bool by_watchdog) { return [by_watchdog] { trace::reset(1, by_watchdog); }; };
  EXPECT_EQ(metric(metrics_of({{0, 0, reset(false)}, {5, 0, reset(true)}}), "hw_watchdog_resets"), 1);
}

TEST(MetricsTest, EveryPathThatIsOfferedLeadsToANumber) {
  const auto m = metrics_of({{1, 0, bypass(0, true)},
                             {2, 0, report},
                             {3, 0, bypass(0, true)},
                             {4, 0, disabled},
                             {5, 0, [] { trace::task_audit(3, 0); }}});
  ASSERT_FALSE(metric_paths().empty());
  for (const std::string& path : metric_paths()) EXPECT_TRUE(metric_at(m, path).has_value()) << path;
  EXPECT_FALSE(metric_at(m, "refused").has_value());
  EXPECT_FALSE(metric_at(m, "refused.none.x").has_value());
  EXPECT_FALSE(metric_at(m, "nope").has_value());
}

}  // namespace
}  // namespace tb::monitor
