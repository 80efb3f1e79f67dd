// SPDX-License-Identifier: Apache-2.0
// Goal: where the time of harts goes, and the IPIs they get, with their latencies.
#include <gtest/gtest.h>

#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

std::function<void()> ipi(unsigned target, trace::IpiReason reason) {
  return [=] { trace::ipi_raise(target, reason, false); };
}
const auto work = [] { trace::irq_work_run(trace::IrqWork::kKickCpus); };

TEST(HartTimeTest, BusyIdleAsleep) {
  const json::Value m = metrics_of({{100, 0, switch_to(0, kR, 5)},
                                    {400, 0, switch_to(5, kS, 0)},
                                    {450, 0, [] { trace::wfi_enter(0); }},
                                    {650, 0, [] { trace::wfi_exit(); }},
                                    {700, 1, switch_to(0, kR, 6)}},
                                   1000);
  EXPECT_EQ(m["busy_cycles"].dump(), R"({"total":600,"per_hart":[300,300]})");
  EXPECT_EQ(m["idle_cycles"].dump(), R"({"total":1400,"per_hart":[700,700]})");  // from the boot on
  EXPECT_EQ(m["asleep_cycles"].dump(), R"({"total":200,"per_hart":[200,0]})");
  EXPECT_EQ(m["switches"].dump(), R"({"total":3,"per_hart":[2,1]})");
  EXPECT_EQ(metric(m, "utilization_permille"), 300);
}

TEST(HartTimeTest, AHartThatIsOfflineIsNeitherBusyNorIdle) {
  const json::Value m = metrics_of({{100, 0, switch_to(0, kR, 5)},
                                    {200, 0, switch_to(5, kS, 0)},
                                    {300, 0, [] { trace::cpu_offline(0); }},
                                    {700, 0, switch_to(0, kR, 5)}},
                                   1000);
  EXPECT_EQ(m["idle_cycles"].dump(), R"({"total":1200,"per_hart":[200,1000]})");  // hart 1 is idle from the boot to the end
  EXPECT_EQ(metric(m, "busy_cycles.total"), 400);
}

TEST(HartTimeTest, ABootCountsFromItsReset) {
  const json::Value m =
      metrics_of({{100, 0, switch_to(0, kR, 5)}, {400, 0, [] { trace::reset(1, true); }}, {450, 0, switch_to(0, kR, 5)}}, 500);
  EXPECT_EQ(m["idle_cycles"]["per_hart"][0], 100 + 50);
  EXPECT_EQ(metric(m, "busy_cycles.total"), 300 + 50);
}

TEST(HartTimeTest, ANestedInterruptCountsOnce) {
  const json::Value m = metrics_of({{10, 0, enter_software}, {20, 0, enter_timer}, {30, 0, exit_timer}, {50, 0, exit_software}});
  EXPECT_EQ(metric(m, "irq_cycles.total"), 40);
}

TEST(HartTimeTest, BalanceAndItsLocks) {
  const json::Value m = metrics_of({{10, 1, balance_enter}, {60, 1, [] { trace::balance_exit(true, 2, false, 15); }}});
  EXPECT_EQ(m["balance_cycles"].dump(), R"({"total":50,"per_hart":[0,50]})");
  EXPECT_EQ(m["balance_lock_wait_cycles"].dump(), R"({"total":15,"per_hart":[0,15]})");
}

TEST(HartTimeTest, WhatIsOpenEndsWithTheRun) {
  const json::Value m = metrics_of({{10, 0, balance_enter}, {20, 1, enter_timer}}, 100);
  EXPECT_EQ(metric(m, "balance_cycles.total"), 90);
  EXPECT_EQ(metric(m, "irq_cycles.total"), 80);
}

TEST(HartTimeTest, IpisByTargetAndReason) {
  const json::Value m = metrics_of({{10, 0, ipi(1, trace::IpiReason::kReschedule)},
                                    {20, 0, ipi(0, trace::IpiReason::kKick)},
                                    {30, 0, ipi(1, trace::IpiReason::kKick)}});
  EXPECT_EQ(m["ipis"].dump(), R"({"total":3,"per_hart":[1,2],"reschedule":1,"irq_work":0,"kick":2,"retrigger":0})");
}

TEST(IpiLatencyTest, FromTheFirstWriteToTheTrapToTheWork) {
  const json::Value m = metrics_of({{10, 0, ipi(1, trace::IpiReason::kKick)},
                                    {15, 0, ipi(1, trace::IpiReason::kKick)},
                                    {40, 1, enter_software},
                                    {46, 1, work},
                                    {48, 1, work},
                                    {50, 1, exit_software}});
  EXPECT_EQ(metric(m, "ipi_to_trap_cycles.count"), 1);
  EXPECT_EQ(metric(m, "ipi_to_trap_cycles.max"), 30);
  EXPECT_EQ(metric(m, "ipi_to_trap_cycles.from"), 10);
  EXPECT_EQ(metric(m, "trap_to_work_cycles.count"), 1);
  EXPECT_EQ(metric(m, "trap_to_work_cycles.max"), 6);
}

TEST(IpiLatencyTest, ATimerInterruptAnswersNoIpi) {
  const json::Value m =
      metrics_of({{10, 0, ipi(1, trace::IpiReason::kKick)}, {20, 1, enter_timer}, {25, 1, work}, {30, 1, exit_timer}});
  EXPECT_EQ(metric(m, "ipi_to_trap_cycles.count"), 0);
  EXPECT_EQ(metric(m, "trap_to_work_cycles.count"), 0);
}

// The handler clears MSIP some cycles after its entry: a write before that is taken along, one after it makes a trap of its own.
TEST(IpiLatencyTest, WritesDuringTheHandlerAreLeftOut) {
  const json::Value m = metrics_of({{10, 0, ipi(1, trace::IpiReason::kKick)},
                                    {40, 1, enter_software},
                                    {45, 0, ipi(1, trace::IpiReason::kKick)},
                                    {50, 1, exit_software},
                                    {900, 0, ipi(1, trace::IpiReason::kKick)},
                                    {925, 1, enter_software}});
  EXPECT_EQ(metric(m, "ipi_to_trap_cycles.count"), 2);
  EXPECT_EQ(metric(m, "ipi_to_trap_cycles.max"), 30);
}

TEST(IpiLatencyTest, FromTheBeginOfAWakeupToItsIpi) {
  const auto waking = [] { trace::sched_waking(5, "a", 1); };
  const auto wakeup = [] { trace::sched_wakeup(5, "a", 1); };
  const json::Value m = metrics_of({{10, 0, waking},
                                    {60, 0, ipi(1, trace::IpiReason::kReschedule)},
                                    {70, 0, wakeup},
                                    {80, 0, ipi(1, trace::IpiReason::kKick)},
                                    {100, 0, waking},
                                    {120, 0, wakeup}});
  EXPECT_EQ(metric(m, "waking_to_ipi_cycles.count"), 1) << "of the first wakeup; the kick is of no wakeup";
  EXPECT_EQ(metric(m, "waking_to_ipi_cycles.max"), 50);
}

TEST(LockSpinTest, ByHartAndKindOfLock) {
  const auto begin = [](trace::LockKind kind) { return [kind] { trace::contention_begin(64, kind, 0, 1); }; };
  const auto end = [] { trace::contention_end(64); };
  const json::Value m = metrics_of({{10, 0, begin(trace::LockKind::kRq)},
                                    {15, 1, begin(trace::LockKind::kDsq)},
                                    {40, 0, end},
                                    {45, 1, end},
                                    {60, 0, begin(trace::LockKind::kRq)},
                                    {80, 1, [] { trace::policy_print("x"); }}},
                                   90);
  EXPECT_EQ(m["lock_spin_cycles"]["per_hart"].dump(), "[60,30]") << "the last one until the end";
  EXPECT_EQ(metric(m, "lock_spin_cycles.total"), 90);
  EXPECT_EQ(metric(m, "lock_spin_cycles.rq.count"), 2);
  EXPECT_EQ(metric(m, "lock_spin_cycles.rq.max"), 30);
  EXPECT_EQ(metric(m, "lock_spin_cycles.dsq.sum"), 30);
  EXPECT_EQ(metric(m, "lock_spin_cycles.other.count"), 0);
  EXPECT_EQ(metric(m, "lock_spin_cycles.in_bypass.count"), 0);
}

TEST(LockSpinTest, WaitsInBypassAreThoseThatBeginThere) {
  const auto begin = [] { trace::contention_begin(64, trace::LockKind::kRq, 0, 1); };
  const auto end = [] { trace::contention_end(64); };
  const auto bypass = [](unsigned cpu, bool on) { return [cpu, on] { trace::bypass(cpu, on); }; };
  const json::Value m = metrics_of({{10, 1, begin},
                                    {20, 0, bypass(1, true)},
                                    {30, 1, end},  // began before
                                    {40, 1, begin},
                                    {41, 0, begin},  // another hart
                                    {50, 0, bypass(1, false)},
                                    {60, 1, end},
                                    {61, 0, end},
                                    {70, 1, begin},
                                    {75, 1, end}},
                                   90);
  EXPECT_EQ(metric(m, "lock_spin_cycles.in_bypass.count"), 1);
  EXPECT_EQ(metric(m, "lock_spin_cycles.in_bypass.max"), 20);
  EXPECT_EQ(metric(m, "lock_spin_cycles.rq.count"), 4);
}

}  // namespace
}  // namespace tb::monitor
