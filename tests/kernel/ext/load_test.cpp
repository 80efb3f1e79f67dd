// SPDX-License-Identifier: Apache-2.0
// What the policy is told of a task, and in which order, when it is loaded.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/kernel/fork.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::vector<std::string> told;
unsigned loads;

void tell(const Task* p, const char* what) {
  if (loads == 2 && std::string(bpf_task_comm(p)) == "hog") told.emplace_back(what);
}

}  // namespace

// A task that is runnable while the policy is loaded: all about it is known before it is put back.
TEST(LoadTest, AttributesBeforeTheTaskIsPutBack) {
  KernelRun run(2);
  told.clear();
  loads = 0;
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) { return ++loads, 0; };
  test_ops.init_task = [](void*, Task* p, bool) { return tell(p, "init_task"), 0; };
  test_ops.enable = [](void*, Task* p) { tell(p, "enable"); };
  test_ops.set_weight = [](void*, Task* p, uint32_t) { tell(p, "set_weight"); };
  test_ops.set_cpumask = [](void*, Task* p, uint64_t) { tell(p, "set_cpumask"); };
  test_ops.runnable = [](void*, Task* p, uint64_t) { tell(p, "runnable"); };
  test_ops.running = [](void*, Task* p) { tell(p, "running"); };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 2;
  spec.stats_period_ns = 1 * kMs;
  spec.unload_after_ns = 5 * kMs;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 2;
  run.run_us(60'000);
  ASSERT_EQ(loads, 2u);
  EXPECT_NE(std::find(told.begin(), told.end(), "running"), told.end());
  ASSERT_GE(told.size(), 5u);
  told.resize(5);
  EXPECT_EQ(told, (std::vector<std::string>{"init_task", "enable", "set_weight", "set_cpumask", "runnable"}));
}

// Whoever finds a task by its PID finds one with all its shared words.
TEST(LoadTest, PidLeadsToACompleteTaskOnly) {
  static unsigned seen;
  seen = 0;
  KernelRun run(2);
  for (int i = 0; i < 20; ++i) run.task("t", {run_for(1 * kUs)}).once = true;
  for (sim::Cycle cycle = 0; cycle < 100'000; cycle += 7) {
    run.machine().at(cycle, [] {
      for (uint32_t pid = 1; Task* const p = find_task_by_pid(pid); ++pid) {
        EXPECT_NE(p->context, nullptr) << pid;
        ++seen;
      }
    });
  }
  run.run_us(2'000);
  EXPECT_GT(seen, 1'000u);
}

// An exit is recorded before the load is through: the load sleeps on its way, so the helper that takes policies out gets the
// CPU, though of the same priority and there is only one, and the policy is never enabled.
TEST(LoadTest, AnExitOnTheWayIsServedBeforeThePolicyIsEnabled) {
  KernelRun run(1);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    scx_bpf_error("changed its mind");
    return 0;
  };
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("worker", {run_for(50 * kUs), sleep_for(100 * kUs)});
  run.run_us(60'000);
  EXPECT_TRUE(run.log.named("scx_enable").empty());
  EXPECT_EQ(run.log.console().find("enabled"), std::string::npos) << run.log.console();
  const Events ends = run.log.named("scx_disable");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].text("msg"), "changed its mind");
  EXPECT_NE(run.log.console().find("EXIT: scx_bpf_error (changed its mind)"), std::string::npos);
  for (const LoggedEvent& now : run.log.named("scx_sysfs")) EXPECT_EQ(now.number("enable_seq"), 0u);
  const Events walks = run.log.named("bypass");
  ASSERT_EQ(walks.size(), 2u) << "the load and the way out are both under it";
  EXPECT_EQ(walks[0].number("on"), 1u);
  EXPECT_EQ(walks[1].number("on"), 0u);
  EXPECT_GT(walks[1].cycle, ends[0].cycle) << "left when the second of them is through";
  EXPECT_GT(cpu_time(run.log, ends[0].cycle, 60'000 * run.config.clock_mhz)["worker"], 500'000u);
}

}  // namespace kernel
