// SPDX-License-Identifier: Apache-2.0
// The breakout of a looping ops.dispatch, against what a real kernel was seen to do, event by event.
#include <gtest/gtest.h>

#include "tests/kernel/ext/looping.h"

namespace kernel {

using namespace test;

namespace {

using Names = std::vector<std::string>;

Names slice(const Events& events, std::size_t from, std::size_t to) {
  return names(Events(events.begin() + static_cast<long>(from), events.begin() + static_cast<long>(to)));
}

void append_calls(Names& expected, unsigned calls) {
  for (unsigned i = 0; i < calls; ++i) expected.insert(expected.end(), {"dispatch_call", "dispatch_refused"});
}

}  // namespace

// The first trapped cycle: the task that was about to sleep is prev, idle is next.
TEST(BreakoutTest, FirstCycleFromASleeper) {
  KernelRun run(1);
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.run_us(10'000);
  const Events& events = run.log.events();
  const auto bursts = trapped_bursts(events);
  ASSERT_FALSE(bursts.empty());
  const std::size_t next = find(events, "balance_enter", bursts[0].exit);
  Names expected{"balance_enter"};
  append_calls(expected, 32);
  expected.insert(expected.end(), {"breakout", "kick", "ipi_raise", "balance_exit", "sched_switch", "irq_on", "irq_entry",
                                   "irq_work_run", "need_resched", "irq_exit", "irq_on", "irq_off", "balance_enter"});
  EXPECT_EQ(slice(events, bursts[0].enter, next + 1), expected);
  EXPECT_EQ(events[bursts[0].enter].number("prev_pid"), pid_of(run.log, "sleeper"));
  EXPECT_EQ(events[bursts[0].exit].number("result"), 0u);
  const LoggedEvent& change = events[find(events, "sched_switch", bursts[0].exit)];
  EXPECT_EQ(change.text("prev_state"), "S");
  EXPECT_EQ(change.text("next_comm"), "swapper/0");
}

// Every further cycle: idle to idle, no sched_switch, need_resched set over the burst and cleared after the pick. The kick
// is raised with interrupts off and taken first.
TEST(BreakoutTest, LaterCyclesFromIdle) {
  KernelRun run(1);
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.run_us(30'000);
  const Events& events = run.log.events();
  const auto bursts = trapped_bursts(events);
  ASSERT_GT(bursts.size(), 300u);
  unsigned with_timer = 0;
  for (std::size_t i = 1; i + 1 < bursts.size(); ++i) {
    Names cycle = slice(events, bursts[i].enter, bursts[i + 1].enter);
    const auto timer = std::find(cycle.begin(), cycle.end(), "tick");
    const Names head(cycle.begin(), cycle.begin() + 1 + 64 + 11);
    Names expected{"balance_enter"};
    append_calls(expected, 32);
    expected.insert(expected.end(), {"breakout", "kick", "ipi_raise", "balance_exit", "need_resched", "irq_on", "irq_entry",
                                     "irq_work_run", "need_resched", "irq_exit", "irq_on"});
    ASSERT_EQ(head, expected) << "burst " << i;
    EXPECT_EQ(events[bursts[i].enter].number("prev_pid"), 0u);
    if (timer == cycle.end()) continue;
    ++with_timer;  // a tick that is due comes after the kick, before anything else
    EXPECT_EQ(*(cycle.begin() + 76), "irq_entry");
  }
  EXPECT_GE(with_timer, 25u) << "ticks go on while trapped";
  for (const LoggedEvent& event : run.log.named("ipi_raise")) {
    EXPECT_EQ(event.text("reason"), "kick");
    EXPECT_EQ(event.number("mie"), 0u);
  }
}

TEST(BreakoutTest, TrappedCpuNeverSleeps) {
  KernelRun run(1);
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.run_us(20'000);
  const Events& events = run.log.events();
  const std::size_t trapped = find(events, "breakout");
  EXPECT_EQ(find(events, "wfi_enter", trapped), events.size());
}

class BreakoutLimitTest : public testing::TestWithParam<unsigned> {};

// Exactly `limit` calls in every trapped balance, counted anew each time.
TEST_P(BreakoutLimitTest, CallsPerBalance) {
  KernelRun run(1);
  run.config.breakout.limit = GetParam();
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.run_us(20'000);
  unsigned trapped = 0;
  for (const LoggedEvent& event : run.log.named("balance_exit")) {
    if (event.number("trapped") == 0) continue;
    EXPECT_EQ(event.number("dispatch_calls"), GetParam());
    ++trapped;
  }
  EXPECT_GT(trapped, 50u);
  EXPECT_EQ(run.log.named("breakout").size(), trapped);
}

// A policy that needs exactly `limit` calls is not broken out of; with one more it is, once, and goes on after the kick.
TEST_P(BreakoutLimitTest, BoundaryOfACorrectPolicy) {
  for (const unsigned over : {0u, 1u}) {
    KernelRun run(1);
    run.config.breakout.limit = GetParam();
    run.policy("stale_pops", {{"stale_per_live", GetParam() - 1 + over}});
    run.task("worker", {run_for(10 * kUs), sleep_for(500 * kUs)});
    run.run_us(20'000);
    unsigned breakouts = 0;
    unsigned runs = 0;
    unsigned found = 0;  // live names, of whatever task
    for (const LoggedEvent& event : run.log.events()) {
      breakouts += event.name == "breakout" ? 1 : 0;
      runs += event.name == "sched_switch" && event.text("next_comm") == "worker" ? 1 : 0;
      found += event.name == "ops_state" && event.text("to") == "dispatching" ? 1 : 0;
    }
    EXPECT_GT(runs, 20u);
    EXPECT_GE(found, runs);
    if (over == 0) {
      EXPECT_EQ(breakouts, 0u);
    } else {
      EXPECT_NEAR(breakouts, found, 1) << "one for each task that is found";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Limits, BreakoutLimitTest, testing::Values(31u, 32u, 33u, 100u));

// Without a breakout the first trapped balance never ends: no event but its calls.
TEST(BreakoutTest, NoLimitHangsTheHart) {
  KernelRun run(1);
  run.config.breakout.limit = 0;
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.run_us(50'000);
  const Events& events = run.log.events();
  ASSERT_EQ(events.back().name == "dispatch_refused" || events.back().name == "dispatch_call", true);
  std::uint64_t iteration = 0;
  for (const LoggedEvent& event : run.log.named("dispatch_call")) iteration = event.number("iteration");
  EXPECT_GT(iteration, 10'000u);
  EXPECT_TRUE(run.log.named("breakout").empty());
}

constexpr sim::Cycle kLoadIsOver = 1'500'000;  // with the grace period that its writer's lock leaves behind

// resched_curr marks prev, whose mark is cleared right after the pick: the CPU sleeps with work in the policy's hands, and
// there is one burst per outside event.
TEST(BreakoutTest, ReschedCurrSleepsWithWorkHeld) {
  KernelRun run(1);
  run.config.breakout.retry = BreakoutRetry::kReschedCurr;
  run.policy("stale_pops", {{"stale_per_live", 40}});
  run.task("worker", {run_for(10 * kUs), sleep_for(500 * kUs)});
  run.run_us(50'000);
  const Events& events = run.log.events();
  std::size_t broke_out = events.size();
  for (std::size_t i = find(events, "breakout"); i < events.size(); i = find(events, "breakout", i + 1)) broke_out = i;
  ASSERT_LT(broke_out, events.size());
  EXPECT_LT(events[broke_out].cycle, kLoadIsOver);
  const std::size_t wfi = find(events, "wfi_enter", broke_out);
  ASSERT_LT(wfi, events.size());
  EXPECT_GE(events[wfi].number("held"), 1u);
  EXPECT_EQ(find(events, "balance_enter", wfi), events.size()) << "nothing but ticks: it never dispatches again";
  EXPECT_GT(run.log.named("tick").size(), 40u);
}

TEST(BreakoutTest, RetryNoneDoesNothing) {
  KernelRun run(1);
  run.config.breakout.retry = BreakoutRetry::kNone;
  run.policy("stale_pops", {{"stale_per_live", 40}});
  run.task("worker", {run_for(10 * kUs), sleep_for(500 * kUs)});
  run.run_us(50'000);
  EXPECT_TRUE(run.log.named("kick").empty());
  const Events breakouts = run.log.named("breakout");
  ASSERT_FALSE(breakouts.empty());
  EXPECT_LT(breakouts.back().cycle, kLoadIsOver) << "none without an outside event";
  for (const LoggedEvent& breakout : breakouts) EXPECT_EQ(breakout.text("retry"), "none");
}

namespace {

// 250 ms with a hog beside sleepers; over early if the trap closes on another prev, where bursts follow each other.
Events trap_beside_hog(std::int64_t dispatches) {
  KernelRun run(1);
  loop_soon(run, dispatches);
  run.task("hog", {run_for(50 * kMs)});
  for (int i = 0; i < 4; ++i) run.task("s", {run_for(20 * kUs), sleep_for(100 * kUs)});
  run.log.only = {"balance_enter", "balance_exit"};
  unsigned with_nobody = 0;
  run.log.on_each = [&](const LoggedEvent& event) {
    if (event.name != "balance_exit" || event.number("trapped") == 0 || event.number("result") != 0) return;
    if (++with_nobody == 10) run.machine().stop();
  };
  run.run_us(250'000);
  return run.log.events();
}

}  // namespace

// A hog at its slice end: 32 calls, kick, result 1, and it stays. The kick is taken on the hog; one more balance returns at
// once without a call. The next burst comes at the next slice end. That holds at each count of dispatches at which the trap
// closes on the hog, and there is one.
TEST(BreakoutTest, HogMasksTheTrap) {
  unsigned closed_on_hog = 0;
  for (std::int64_t dispatches = 1; dispatches <= 40; ++dispatches) {
    const Events events = trap_beside_hog(dispatches);
    const auto bursts = trapped_bursts(events);
    unsigned seen = 0;
    for (std::size_t i = 1; i + 1 < bursts.size(); ++i) {
      const Burst burst = bursts[i];
      if (events[burst.exit].number("result") == 0) continue;
      ++seen;
      EXPECT_EQ(events[burst.exit].number("dispatch_calls"), 32u);
      const std::size_t again = find(events, "balance_exit", burst.exit + 1);
      EXPECT_EQ(events[again].number("result"), 1u);
      EXPECT_EQ(events[again].number("dispatch_calls"), 0u);
      EXPECT_GE(events[bursts[i + 1].enter].cycle - events[burst.enter].cycle, 1'950'000u) << "a default slice between";
    }
    closed_on_hog += seen >= 8 ? 1 : 0;
  }
  EXPECT_GE(closed_on_hog, 1u);
}

// An RT task that becomes runnable on a trapped CPU: one more full burst with prev idle, then it runs, and the burst's kick
// is taken on it.
TEST(BreakoutTest, RtTaskRunsThroughTheTrap) {
  KernelRun run(1);
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.rt_task("rt", 80, {run_for(20 * kUs), sleep_for(2 * kMs)});
  run.run_us(60'000);
  const Events& events = run.log.events();
  const std::size_t trapped = find(events, "breakout");
  unsigned runs = 0;
  for (std::size_t i = trapped; i < events.size(); ++i) {
    if (events[i].name != "sched_wakeup" || events[i].text("comm") != "rt") continue;
    const std::size_t enter = find(events, "balance_enter", i);
    const std::size_t exit = find(events, "balance_exit", enter);
    const std::size_t change = find(events, "sched_switch", exit);
    const std::size_t taken = find(events, "irq_entry", change);
    if (taken == events.size()) break;
    EXPECT_EQ(events[enter].number("prev_pid"), 0u);
    EXPECT_EQ(events[exit].number("dispatch_calls"), 32u);
    EXPECT_EQ(events[change].text("next_comm"), "rt");
    EXPECT_EQ(events[taken].text("cause"), "software");
    EXPECT_LT(events[change].cycle - events[i].cycle, 12'000u) << "at most about one burst later";
    ++runs;
  }
  EXPECT_GT(runs, 20u);
}

// One dispatch call, with its flush and bus transfers, costs what the cost table promises.
TEST(BreakoutTest, CostOfOneCall) {
  KernelRun run(1);
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.run_us(20'000);
  const Events calls = run.log.named("dispatch_call");
  for (std::size_t i = calls.size() - 100; i + 1 < calls.size(); ++i) {
    if (calls[i + 1].number("iteration") == 1) continue;
    const std::uint64_t cost = calls[i + 1].cycle - calls[i].cycle;
    EXPECT_GE(cost, 100u);
    EXPECT_LE(cost, 200u);
  }
}

// Four CPUs: each is trapped on its own; whoever is, makes 32 calls per burst and never sleeps with work held.
TEST(BreakoutTest, EveryCpuIsTrappedOnItsOwn) {
  KernelRun run(4);
  loop_soon(run);
  for (unsigned i = 0; i < 8; ++i) {
    run.task("s", {run_for(50 * kUs), sleep_for((100 + 30 * i) * kUs)}).cpus_allowed = 1u << (i % 4);
  }
  run.run_us(15'000);
  for (unsigned hart = 0; hart < 4; ++hart) {
    const Events events = run.log.of_hart(hart);
    EXPECT_GT(trapped_bursts(events).size(), 40u) << "hart " << hart;
    for (const Burst& burst : trapped_bursts(events)) ASSERT_EQ(events[burst.exit].number("dispatch_calls"), 32u);
    for (const LoggedEvent& event : events) {
      if (event.name != "wfi_enter") continue;
      ASSERT_EQ(event.number("held"), 0u);
    }
  }
}

// qmap of 6.12 with its direct dispatch never arms on one CPU: every task counts as pinned.
// Every enqueue is dispatched directly, so that ops.dispatch never has anything to give, and its calls are not counted.
// Without that, or with a second CPU, the same policy arms.
TEST(BreakoutTest, StockQmapNeverArmsOnOneCpu) {
  struct Variant {
    unsigned cpus;
    std::int64_t direct_dispatch;
    bool arms;
  };
  for (const Variant& v : {Variant{1, 1, false}, Variant{1, 0, true}, Variant{2, 1, true}}) {
    KernelRun run(v.cpus);
    run.policy("qmap", {{"dsp_inf_loop_after", 5}, {"direct_dispatch", v.direct_dispatch}, {"slice_us", 2'000}});
    for (int i = 0; i < 4; ++i) run.task("s", {run_for(50 * kUs), sleep_for(300 * kUs)});
    for (unsigned i = 0; i < v.cpus; ++i) run.task("hog", {run_for(500 * kMs)});
    run.run_us(50'000);
    unsigned under_ext = 0;
    for (const LoggedEvent& event : run.log.named("sched_switch")) {
      under_ext += event.text("next_comm") == "s" && event.text("next_class") == "ext" ? 1 : 0;
    }
    EXPECT_EQ(run.log.named("scx_enable").size(), 1u);
    EXPECT_EQ(run.log.named("breakout").empty(), !v.arms) << v.cpus << " " << v.direct_dispatch;
    EXPECT_EQ(run.log.named("dispatch_refused").empty(), !v.arms) << v.cpus << " " << v.direct_dispatch;
    EXPECT_TRUE(v.arms || under_ext > 4) << under_ext;
  }
}

}  // namespace kernel
