// SPDX-License-Identifier: Apache-2.0
// What the policy is told of a task, and in which order, when it is loaded.
#include <gtest/gtest.h>

#include "firmware/kernel/fork.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;

namespace {

std::vector<std::string> told;

void tell(const Task* p, const char* what) {
  if (bpf_task_pid(p) == 1) told.emplace_back(what);
}

}  // namespace

// The init task, which loads the policy, is running: all about it is known before it is put back.
TEST(LoadTest, AttributesBeforeTheTaskIsPutBack) {
  KernelRun run(1);
  told.clear();
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool) { return tell(p, "init_task"), 0; };
  test_ops.enable = [](void*, Task* p) { tell(p, "enable"); };
  test_ops.set_weight = [](void*, Task* p, uint32_t) { tell(p, "set_weight"); };
  test_ops.set_cpumask = [](void*, Task* p, uint64_t) { tell(p, "set_cpumask"); };
  test_ops.runnable = [](void*, Task* p, uint64_t) { tell(p, "runnable"); };
  test_ops.running = [](void*, Task* p) { tell(p, "running"); };
  run.policy("test");
  run.run_us(500);
  ASSERT_GE(told.size(), 6u);
  told.resize(6);
  EXPECT_EQ(told, (std::vector<std::string>{"init_task", "enable", "set_weight", "set_cpumask", "runnable", "running"}));
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
