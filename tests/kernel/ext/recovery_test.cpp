// SPDX-License-Identifier: Apache-2.0
// From the stall to its end: who reports, in what order the machine gets rid of the policy, and what is left afterwards.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/ext/looping.h"

namespace kernel {

using namespace test;

namespace {

constexpr std::uint64_t kTimeoutMs = 20;

// The looping policy on `cpus` CPUs, scaled: 2 ms slices, a timeout of 20 ms, a loader that looks every 5 ms.
void loop_and_recover(KernelRun& run, unsigned sleepers, unsigned hogs) {
  run.config.scx_timeout_ms = kTimeoutMs;
  run.config.scx_slice_dfl_ns = 2 * kMs;
  loop_soon(run).stats_period_ns = 5 * kMs;
  for (unsigned i = 0; i < sleepers; ++i) {
    TaskSpec& spec = run.task("slp" + std::to_string(i), {run_for(50 * kUs), sleep_for((250 + 20 * i) * kUs)});
    spec.cpus_allowed = std::uint64_t{1} << (i % run.config.nr_cpus);
  }
  for (unsigned i = 0; i < hogs; ++i) run.task("hog" + std::to_string(i), {run_for(100 * kMs)});
}

std::size_t find_where(const Events& events, std::string_view name, std::size_t from,
                       const std::function<bool(const LoggedEvent&)>& matches) {
  for (std::size_t i = from; i < events.size(); ++i) {
    if (events[i].name == name && matches(events[i])) return i;
  }
  return events.size();
}

std::size_t find_switch_to(const Events& events, const std::string& comm, std::size_t from) {
  return find_where(events, "sched_switch", from, [&](const LoggedEvent& e) { return e.text("next_comm") == comm; });
}

struct Machine {
  unsigned cpus;
  unsigned hogs;
};

class RecoveryTest : public testing::TestWithParam<Machine> {};

}  // namespace

TEST_P(RecoveryTest, TheStallIsReportedOnceAndInTime) {
  KernelRun run(GetParam().cpus);
  loop_and_recover(run, 3 * GetParam().cpus, GetParam().hogs);
  run.run_us(150'000);
  const Events errors = run.log.named("scx_error");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].number("kind"), 1026u);
  EXPECT_EQ(errors[0].text("reason"), "runnable task stall");
  const std::string& msg = errors[0].text("msg");
  const bool starved = msg.find("failed to run for 0.") != std::string::npos;
  const bool silent = msg.find("watchdog failed to check in for 0.") == 0;
  if (GetParam().cpus == 1) {
    EXPECT_TRUE(silent) << msg;
  } else {
    EXPECT_TRUE(silent || starved) << msg;
  }
  const Events armed = run.log.named("dispatch_refused");
  ASSERT_FALSE(armed.empty());
  // Two timeouts, a tick and a burst.
  EXPECT_LT(errors[0].cycle, armed[0].cycle + (2 * kTimeoutMs + 2) * 100'000);
  EXPECT_GE(errors[0].cycle, armed[0].cycle);
}

// Report, dump, one more burst at most, helper, bypass, everybody else, fair.
TEST_P(RecoveryTest, TheOrderOfTheWayOut) {
  KernelRun run(GetParam().cpus);
  loop_and_recover(run, 3 * GetParam().cpus, GetParam().hogs);
  run.run_us(150'000);
  const Events& events = run.log.events();
  const std::size_t error = find(events, "scx_error");
  ASSERT_LT(error, events.size());
  const std::size_t work =
      find_where(events, "irq_work_run", error, [](const LoggedEvent& e) { return e.text("work") == "scx_error"; });
  const std::size_t dump = find(events, "sched_ext_dump", error);
  const std::size_t helper = find_switch_to(events, "sched_ext_ops_h", error);
  const std::size_t bypass = find(events, "bypass", error);
  const std::size_t fair = find_where(events, "class_switch", error, [](const LoggedEvent& e) { return e.text("to") == "fair"; });
  const std::size_t disabled = find(events, "scx_disable", error);
  ASSERT_LT(disabled, events.size());
  EXPECT_LT(error, work);
  EXPECT_EQ(events[error].hart, events[work].hart) << "dumped where it was reported";
  EXPECT_LT(work, dump);
  EXPECT_LT(dump, helper);
  EXPECT_LT(helper, bypass);
  EXPECT_LT(bypass, fair);
  EXPECT_LT(fair, disabled);
  // The hart that runs the helper makes one full burst before it, unless the helper preempted a task.
  EXPECT_LE(events[helper].cycle - events[dump].cycle, 600'000u);
}

TEST_P(RecoveryTest, NoDispatchOnceBypassHasReachedTheCpu) {
  KernelRun run(GetParam().cpus);
  loop_and_recover(run, 3 * GetParam().cpus, GetParam().hogs);
  run.run_us(150'000);
  std::map<sim::HartId, bool> bypassing;
  bool gone = false;
  unsigned calls_before = 0;
  bool reported = false;
  for (const LoggedEvent& event : run.log.events()) {
    reported = reported || event.name == "scx_error";
    if (event.name == "bypass" && reported) bypassing[static_cast<sim::HartId>(event.number("cpu"))] = event.number("on") != 0;
    if (event.name == "scx_disable") gone = true;
    if (event.name != "dispatch_call") continue;
    EXPECT_FALSE(bypassing[event.hart] || gone) << event.describe();
    ++calls_before;
  }
  EXPECT_TRUE(gone);
  EXPECT_GT(calls_before, 1'000u);
}

TEST_P(RecoveryTest, AllTasksAreFairNoneLostNoneStarved) {
  KernelRun run(GetParam().cpus);
  loop_and_recover(run, 3 * GetParam().cpus, GetParam().hogs);
  run.run_us(200'000);
  const Events& events = run.log.events();
  const std::size_t disabled = find(events, "scx_disable");
  ASSERT_LT(disabled, events.size());
  const LoggedEvent& audit = events[find(events, "task_audit", disabled)];
  EXPECT_EQ(audit.number("lost"), 0u);
  EXPECT_GE(audit.number("tasks"), 3 * GetParam().cpus + GetParam().hogs + 4);
  std::set<std::string> ran;
  for (std::size_t i = disabled; i < events.size(); ++i) {
    if (events[i].name != "sched_switch") continue;
    ran.insert(events[i].text("next_comm"));
    EXPECT_NE(events[i].text("next_class"), "ext") << events[i].describe();
  }
  for (unsigned i = 0; i < 3 * GetParam().cpus; ++i) EXPECT_TRUE(ran.count("slp" + std::to_string(i))) << i;
  for (unsigned i = 0; i < GetParam().hogs; ++i) EXPECT_TRUE(ran.count("hog" + std::to_string(i))) << i;
}

INSTANTIATE_TEST_SUITE_P(Machines, RecoveryTest,
                         testing::Values(Machine{1, 0}, Machine{1, 1}, Machine{2, 0}, Machine{2, 2}, Machine{4, 0}, Machine{4, 2},
                                         Machine{8, 3}),
                         [](const auto& tested) {
                           return std::to_string(tested.param.cpus) + "cpus" + std::to_string(tested.param.hogs) + "hogs";
                         });

// Without the breakout nothing gets rid of the policy: it is loaded and asked for ever, and no disable ever completes. With
// the breakout the same machine has long been rid of it.
TEST(RecoveryFailsTest, WithoutBreakout) {
  for (const unsigned cpus : {1u, 4u}) {
    for (const unsigned limit : {0u, 32u}) {
      KernelRun run(cpus);
      run.config.breakout.limit = limit;
      loop_and_recover(run, 3 * cpus, 0);
      run.run_us(200'000);
      EXPECT_EQ(run.log.named("scx_enable").size(), 1u) << cpus;
      EXPECT_EQ(run.log.named("scx_disable").size(), limit == 0 ? 0u : 1u) << cpus;
      EXPECT_EQ(run.log.named("breakout").empty(), limit == 0) << cpus;
      std::uint64_t longest = 0;  // calls in one balance
      for (const LoggedEvent& call : run.log.named("dispatch_call")) longest = std::max(longest, call.number("iteration"));
      if (limit == 0) {
        EXPECT_GT(longest, 10'000u) << cpus;
      } else {
        EXPECT_EQ(longest, limit) << cpus;
      }
    }
  }
}

// A correct policy that needs 41 calls: with the kick it lives, with resched_curr it is thrown out although it is correct.
TEST(RecoveryFailsTest, ReschedCurrEjectsACorrectPolicy) {
  for (const BreakoutRetry retry : {BreakoutRetry::kKick, BreakoutRetry::kReschedCurr}) {
    KernelRun run(1);
    run.config.breakout.retry = retry;
    run.config.scx_timeout_ms = kTimeoutMs;
    run.policy("stale_pops", {{"stale_per_live", 40}}).stats_period_ns = 500 * kMs;
    run.task("worker", {run_for(10 * kUs), sleep_for(500 * kUs)});
    run.run_us(120'000);
    const Events errors = run.log.named("scx_error");
    if (retry == BreakoutRetry::kKick) {
      EXPECT_TRUE(errors.empty()) << errors[0].describe();
    } else {
      ASSERT_EQ(errors.size(), 1u);
      EXPECT_EQ(errors[0].number("kind"), 1026u);
    }
  }
}

// After the way out the system is usable: another policy loads and runs, and the loader of the first one has ended.
TEST(RecoveryTest, ASecondPolicyLoads) {
  KernelRun run(2);
  loop_and_recover(run, 6, 1);
  run.policy("simple", {{"slice_us", 2'000}}).stats_period_ns = 20 * kMs;
  run.run_us(200'000);
  const Events enabled = run.log.named("scx_enable");
  ASSERT_EQ(enabled.size(), 2u);
  EXPECT_EQ(enabled[1].text("name"), "simple");
  EXPECT_EQ(run.log.named("scx_error").size(), 1u);
  bool ext_again = false;
  for (const LoggedEvent& event : run.log.events()) {
    ext_again = ext_again || (event.cycle > enabled[1].cycle && event.name == "sched_switch" &&
                              event.text("next_comm") == "slp0" && event.text("next_class") == "ext");
  }
  EXPECT_TRUE(ext_again);
}

}  // namespace kernel
