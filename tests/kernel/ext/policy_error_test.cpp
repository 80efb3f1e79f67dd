// SPDX-License-Identifier: Apache-2.0
// Errors of a policy outside its kfuncs: what is reported, and that the system goes on.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// The one error there was; a worker runs on afterwards.
std::string only_error(KernelRun& run) {
  run.task("worker", {run_for(50 * kUs), sleep_for(200 * kUs)});
  run.run_us(100'000);
  const Events errors = run.log.named("scx_error");
  if (errors.size() != 1) return std::to_string(errors.size()) + " errors";
  const Events gone = run.log.named("scx_disable");
  if (gone.size() != 1) return "not taken out";
  unsigned runs = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    runs += event.cycle > gone[0].cycle && event.text("next_comm") == "worker" && event.text("next_class") == "fair" ? 1 : 0;
  }
  EXPECT_GT(runs, 50u);
  return errors[0].text("msg");
}

}  // namespace

TEST(PolicyErrorTest, InitReturnsNoErrno) {
  KernelRun run(2);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) { return -5000; };
  run.policy("test").stats_period_ns = 5 * kMs;
  EXPECT_EQ(only_error(run), "ops.init() returned an invalid errno -5000");
  EXPECT_TRUE(run.log.named("scx_enable").empty());
}

TEST(PolicyErrorTest, InitTaskReturnsNoErrno) {
  KernelRun run(2);
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool) { return bpf_task_pid(p) == 2 ? 7 : 0; };
  run.policy("test").stats_period_ns = 5 * kMs;
  EXPECT_EQ(only_error(run), "ops.init_task() returned an invalid errno 7");
  EXPECT_TRUE(run.log.named("scx_enable").empty());
}

TEST(PolicyErrorTest, EnqLastNeedsAnEnqueue) {
  KernelRun run(2);
  test_ops = {};
  test_ops.flags = SCX_OPS_ENQ_LAST;
  run.policy("test").stats_period_ns = 5 * kMs;
  EXPECT_EQ(only_error(run), "SCX_OPS_ENQ_LAST requires ops.enqueue() to be implemented");
  EXPECT_TRUE(run.log.named("scx_enable").empty());
}

// A task that is SCHED_EXT from its fork on cannot be turned away there any more.
TEST(PolicyErrorTest, DisallowDuringFork) {
  KernelRun run(2);
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool fork) {
    if (fork && bpf_task_comm(p)[0] == 'c') bpf_task_disallow(p);
    return 0;
  };
  run.policy("test").stats_period_ns = 5 * kMs;
  TaskSpec& parent = run.task("parent", {sleep_for(5 * kMs), fork_task(1), sleep_for(500 * kMs)});
  parent.once = true;
  TaskSpec& child = run.task("child", {run_for(50 * kUs), exit_with(0)});
  child.template_only = true;
  child.sched_class = TaskClass::kExt;
  const std::string error = only_error(run);
  EXPECT_EQ(error, "ops.init_task() set task->scx.disallow for " + task_name(run.log, "child") + " during fork");
  for (const LoggedEvent& now : run.log.named("scx_sysfs"))
    EXPECT_EQ(now.number("nr_rejected"), 0u) << "it is still what it asked for";
}

// No callback of the present core runs inside ops.cpu_release; as if one did.
TEST(PolicyErrorTest, ReenqueueFromANestedCallback) {
  static uint32_t answer;
  answer = 99;
  KernelRun run(2);
  test_ops = {};
  test_ops.cpu_release = [](void*, int32_t, const ScxCpuReleaseArgs*) {
    if (answer != 99) return;
    current()->scx.kf_mask |= SCX_KF_REST;
    answer = scx_bpf_reenqueue_local();
    current()->scx.kf_mask &= ~SCX_KF_REST;
  };
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("hog", {run_for(100 * kMs)}).cpus_allowed = 1;
  run.rt_task("rt", 50, {run_for(10 * kUs), sleep_for(2 * kMs)}).cpus_allowed = 1;
  EXPECT_EQ(only_error(run), "cpu_release kfunc called from a nested operation");
  EXPECT_EQ(answer, 0u);
}

}  // namespace kernel
