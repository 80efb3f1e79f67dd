// SPDX-License-Identifier: Apache-2.0
// Windows that a load or an unload may fall into: a fork that is half done, a dispatch loop under way.
#include <gtest/gtest.h>

#include "firmware/kernel/fork.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::uint32_t being_forked;
unsigned enabled;
unsigned found_early;

}  // namespace

// Who finds a task by its PID may change its class at once: not before the policy has it as it has all others.
TEST(ForkWindowTest, NobodyFindsATaskBeforeThePolicyHasIt) {
  KernelRun run(2);
  being_forked = enabled = found_early = 0;
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool fork) {
    if (fork) being_forked = p->pid;
    return 0;
  };
  test_ops.enable = [](void*, Task* p) {
    if (p->pid != being_forked) return;
    ++enabled;
    if (find_task_by_pid(p->pid) != nullptr) ++found_early;
  };
  run.policy("test");
  run.task("parent", {fork_task(1), sleep_for(500 * kUs)});
  run.task("child", {run_for(10 * kUs), exit_with(0)}).template_only = true;
  run.run_us(10'000);
  EXPECT_GT(enabled, 10u);
  EXPECT_EQ(found_early, 0u);
}

namespace {

Task* held;
unsigned calls_without_table;
SchedExtOps table;

}  // namespace

// An unload drops the callbacks while a CPU is between two calls, without its rq lock: it goes on with the one it has.
TEST(DispatchWindowTest, TheLoopKeepsItsCallback) {
  KernelRun run(2);
  held = nullptr;
  calls_without_table = 0;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.select_cpu = [](void*, Task*, std::int32_t, std::uint64_t) { return std::int32_t{1}; };
  test_ops.enqueue = [](void*, Task* p, std::uint64_t) {
    held = p;
    scx_bpf_kick_cpu(0, 0);
  };
  test_ops.dispatch = [](void*, std::int32_t cpu, Task*) {
    Scx& scx = kernel().scx;
    if (scx.ops.dispatch == nullptr) {
      ++calls_without_table;
      scx.ops = table;
    } else if (cpu == 0 && held != nullptr) {
      scx_bpf_dispatch(held, SCX_DSQ_LOCAL_ON | 1, SCX_SLICE_DFL, 0);
      held = nullptr;
      if (calls_without_table != 0) return;
      table = scx.ops;
      scx.ops = {};
    }
  };
  run.policy("test");
  run.task("victim", {run_for(20 * kUs), sleep_for(200 * kUs)}).sched_class = TaskClass::kExt;
  run.run_us(5'000);
  EXPECT_EQ(calls_without_table, 1u);
}

}  // namespace kernel
