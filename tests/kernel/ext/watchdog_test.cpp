// SPDX-License-Identifier: Apache-2.0
// The class's watchdog to the jiffy: when it looks, when a task is too old, and what a new load owes to an old one.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr sim::Cycle kJiffy = 100'000;
constexpr unsigned kTimeout = 20;  // jiffies, and ms

std::uint64_t last_check;  // cycle of the last watchdog_check; 0: none
bool lost;

}  // namespace

// Twice per timeout, from half a timeout after the load, for as long as the policy is there.
TEST(WatchdogTest, LooksTwicePerTimeoutAndNotAfterTheEnd) {
  KernelRun run(2);
  run.config.scx_timeout_ms = kTimeout;
  run.policy("simple").unload_after_ns = 75 * kMs;
  run.run_us(150'000);
  const Events checks = run.log.named("watchdog_check");
  const sim::Cycle loaded = run.log.named("scx_sysfs")[1].cycle;
  ASSERT_GE(checks.size(), 7u);
  EXPECT_LE(checks.size(), 8u);
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const sim::Cycle due = loaded + (i + 1) * kTimeout / 2 * kJiffy;
    EXPECT_GE(checks[i].cycle + kJiffy, due) << i;
    EXPECT_LE(checks[i].cycle, due + kJiffy) << i;
  }
  EXPECT_LT(checks.back().cycle, run.log.named("scx_disable")[0].cycle);
}

// A task that becomes runnable in the jiffy of a check is exactly the timeout old at the second check after it. That is not
// too old yet; half a timeout later it is.
TEST(WatchdogTest, ExactlyTheTimeoutIsNotTooOld) {
  last_check = 0;
  lost = false;
  test_ops = {};
  test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    const bool in_that_jiffy = last_check != 0 && arch::cycles() / kJiffy == last_check / kJiffy;
    if (!lost && in_that_jiffy && std::string(bpf_task_comm(p)) == "victim") {
      lost = true;
      return;
    }
    scx_bpf_dispatch(p, SCX_DSQ_GLOBAL, 1 * kMs, flags);
  };
  KernelRun run(2);
  run.config.scx_timeout_ms = kTimeout;
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("victim", {run_for(20 * kUs), sleep_for(100 * kUs)});
  run.log.on_each = [](const LoggedEvent& event) {
    if (event.name == "watchdog_check") last_check = event.cycle;
  };
  run.run_us(120'000);
  ASSERT_TRUE(lost);
  const Events errors = run.log.named("scx_error");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].text("msg"), task_name(run.log, "victim") + " failed to run for 0.030s");
}

// A policy that is loaded long after the one before: neither the last look then nor how long tasks waited then counts.
TEST(WatchdogTest, ANewLoadBeginsAnew) {
  static unsigned loads;
  loads = 0;
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    if (++loads == 2) sys_nanosleep(5 * kTimeout * kMs);
    return 0;
  };
  KernelRun run(1);
  run.config.scx_timeout_ms = kTimeout;
  run.config.scx_slice_dfl_ns = 2 * kMs;
  SchedulerSpec& spec = run.policy("test");
  spec.times = 2;
  spec.stats_period_ns = 5 * kMs;
  spec.unload_after_ns = 45 * kMs;
  for (int i = 0; i < 3; ++i) run.task("hog", {run_for(500 * kMs)});
  run.run_us(300'000);
  ASSERT_EQ(run.log.named("scx_enable").size(), 2u) << run.log.console();
  EXPECT_GT(run.log.named("scx_enable")[1].cycle, run.log.named("scx_disable")[0].cycle + 4 * kTimeout * kJiffy);
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
}

}  // namespace kernel
