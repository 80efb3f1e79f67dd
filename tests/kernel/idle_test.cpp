// SPDX-License-Identifier: Apache-2.0
// Built-in idle tracking and CPU selection.
#include <gtest/gtest.h>

#include <algorithm>

#include <map>
#include <set>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;

namespace {

std::vector<int> picks;
std::vector<std::pair<int, bool>> updates;

std::uint32_t idle_word(KernelRun& run) {
  return run.machine().peek(kernel().scx.idle_cpus.word_address(0));
}

}  // namespace

// CPUs that run their idle task are in the mask, a busy one is not.
TEST(IdleTest, MaskFollowsTheCpus) {
  KernelRun run(4);
  run.task("hog", {run_for(50 * kMs)}).cpus_allowed = 1u << 2;
  run.run_us(3'000);
  EXPECT_EQ(idle_word(run), 0b1011u);
}

// Each claim takes one CPU; the picks rotate; with none left they fail.
TEST(IdleTest, PicksRotateUntilNoneIsLeft) {
  KernelRun run(4);
  picks.clear();
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t prev_cpu, uint64_t) {
    if (picks.empty()) {
      for (int i = 0; i < 5; ++i) picks.push_back(scx_bpf_pick_idle_cpu(bpf_task_cpus_allowed(p)));
      picks.push_back(scx_bpf_test_and_clear_cpu_idle(2) ? 1 : 0);
    }
    return prev_cpu;
  };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(2'000);
  EXPECT_EQ(picks, (std::vector<int>{1, 2, 3, 0, -EBUSY, 0})) << "right after the load all CPUs count as idle";
}

// A CPU that was claimed but got nothing is idle again at its next pick of the idle task.
TEST(IdleTest, ClaimedCpuThatGotNothingBecomesIdleAgain) {
  KernelRun run(2);
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t, uint64_t) {
    scx_bpf_test_and_clear_cpu_idle(1);
    scx_bpf_kick_cpu(1, 0);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    return int32_t{0};
  };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(400 * kUs)});
  run.run_us(3'000);
  EXPECT_EQ(idle_word(run), 0b11u);
}

// The default selection sends a waking task to its idle previous CPU, and straight to its LOCAL.
TEST(IdleTest, DefaultSelectionPrefersAnIdlePreviousCpu) {
  KernelRun run(4);
  test_ops = {};
  test_ops.enqueue = [](void*, Task*, uint64_t) { scx_bpf_error("enqueue must be skipped"); };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(3'000);
  EXPECT_EQ(run.log.console().find("scx_bpf_error"), std::string::npos) << run.log.console();
  std::set<unsigned> cpus;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") == "worker") cpus.insert(event.hart);
  }
  EXPECT_EQ(cpus.size(), 1u);
}

// A second waking task finds another idle CPU while the first one's is busy.
TEST(IdleTest, DefaultSelectionFindsAnotherIdleCpu) {
  KernelRun run(2);
  run.policy("simple");
  run.task("hog", {run_for(50 * kMs)});
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(5'000);
  std::map<std::string, std::set<unsigned>> cpus;
  for (const LoggedEvent& event : run.log.named("sched_switch")) cpus[event.text("next_comm")].insert(event.hart);
  ASSERT_EQ(cpus["hog"].size(), 1u);
  EXPECT_FALSE(cpus["worker"].contains(*cpus["hog"].begin()) && cpus["worker"].size() == 1);
}

// A CPU number the machine does not have is the policy's error, and the previous CPU is used.
TEST(IdleTest, InvalidCpuFromSelectCpu) {
  KernelRun run(2);
  test_ops = {};
  test_ops.select_cpu = [](void*, Task*, int32_t, uint64_t) { return int32_t{17}; };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(2'000);
  EXPECT_NE(run.log.console().find("invalid CPU 17 from ops.select_cpu()"), std::string::npos) << run.log.console();
}

// With ops.update_idle the policy hears of every change.
TEST(IdleTest, UpdateIdleReplacesTheBuiltIn) {
  KernelRun run(1);
  updates.clear();
  test_ops = {};
  test_ops.update_idle = [](void*, int32_t cpu, bool idle) { updates.emplace_back(cpu, idle); };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags); };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(2'000);
  ASSERT_GT(updates.size(), 10u);
  for (std::size_t i = 1; i < updates.size(); ++i) EXPECT_NE(updates[i].second, updates[i - 1].second) << "changes only";
}

// And the built-in picks are its error.
TEST(IdleTest, BuiltInPicksAreOffThen) {
  KernelRun run(1);
  test_ops = {};
  test_ops.update_idle = [](void*, int32_t, bool) {};
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) {
    scx_bpf_pick_idle_cpu(1);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags);
  };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(40'000);
  EXPECT_NE(run.log.console().find("built-in idle tracking is disabled"), std::string::npos) << run.log.console();
}

// A pinned task is never shown to ops.select_cpu.
TEST(IdleTest, PinnedTasksAreNotSelectedFor) {
  KernelRun run(2);
  picks.clear();
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t prev_cpu, uint64_t) {
    picks.push_back(static_cast<int>(bpf_task_pid(p)));
    return prev_cpu;
  };
  run.policy("test");
  run.task("pinned", {run_for(10 * kUs), sleep_for(100 * kUs)}).cpus_allowed = 2;
  run.task("free", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(2'000);
  ASSERT_FALSE(picks.empty());
  const auto count = [&](const char* comm) {
    return std::count(picks.begin(), picks.end(), static_cast<int>(pid_of(run.log, comm)));
  };
  EXPECT_GT(count("free"), 5);
  EXPECT_EQ(count("pinned"), 0);
}
