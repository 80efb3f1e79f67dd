// SPDX-License-Identifier: Apache-2.0
// Tasks that fork tasks that end: nothing is left of them, under fair and under each policy.
#include <gtest/gtest.h>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// Four parents, each with its own kind of child.
void churn(KernelRun& run) {
  for (unsigned i = 0; i < 4; ++i) {
    run.task("parent", {fork_task(4 + i), fork_task(4 + i), sleep_for(30 * kUs)}).cpus_allowed = i == 3 ? 0b1000 : 0;
  }
  run.task("plain", {run_for(3 * kUs), exit_with(0)});
  run.task("sleeper", {run_for(2 * kUs), sleep_for(40 * kUs), run_for(2 * kUs), exit_with(1)});
  run.task("pinned", {run_for(5 * kUs), exit_with(0)}).cpus_allowed = 0b0100;
  run.rt_task("rt", 10, {run_for(2 * kUs), exit_with(0)});
  for (const char* comm : {"plain", "sleeper", "pinned", "rt"}) run.spec(comm).template_only = true;
}

struct Figures {
  std::size_t forks;
  std::size_t exits;
  std::uint32_t ram;
  std::uint32_t slots;
};

Figures figures(const KernelRun& run) {
  return {run.log.named("task_new").size(), run.log.named("task_exit").size(), kernel().shared_ram.used_bytes(),
          kernel().nr_tasks};
}

}  // namespace

class ForkTest : public testing::TestWithParam<const char*> {};

TEST_P(ForkTest, ChurnLeavesNothingBehind) {
  KernelRun run(4);
  churn(run);
  if (GetParam()[0] != '\0') run.policy(GetParam());
  run.run_us(40'000);
  const Figures before = figures(run);
  run.run_us(140'000);
  const Figures after = figures(run);
  EXPECT_GT(after.exits, 2'000u);
  EXPECT_LE(after.ram - before.ram, 64 * (after.slots - before.slots)) << "a slot has its words for good";
  EXPECT_LE(after.slots, before.slots + 8) << "slots are used again";
  EXPECT_LE(after.forks - after.exits, before.slots) << "as many end as begin";
  EXPECT_TRUE(run.log.named("invariant").empty());
}

INSTANTIATE_TEST_SUITE_P(Policies, ForkTest, testing::Values("", "simple", "qmap", "stale_pops"));

namespace {

unsigned enabled, disabled, inited, exited;

}  // namespace

// Each callback of a task's life has its counterpart by the time the task is gone.
TEST(ForkTest, CallbacksAreBalanced) {
  KernelRun run(4);
  test_ops = {};
  enabled = disabled = inited = exited = 0;
  const auto child = [](const Task* p) { return bpf_task_comm(p)[0] == 'c'; };
  static const auto is_child = child;
  test_ops.init_task = [](void*, Task* p, bool fork) { return inited += is_child(p) && fork ? 1 : 0, 0; };
  test_ops.exit_task = [](void*, Task* p, bool) { exited += is_child(p) ? 1 : 0; };
  test_ops.enable = [](void*, Task* p) { enabled += is_child(p) ? 1 : 0; };
  test_ops.disable = [](void*, Task* p) { disabled += is_child(p) ? 1 : 0; };
  run.policy("test");
  run.task("parent", {fork_task(1), fork_task(1), sleep_for(30 * kUs), fork_task(2), sleep_for(1'000 * kMs)}).once = true;
  run.task("child", {run_for(3 * kUs), exit_with(0)}).template_only = true;
  TaskSpec& rt = run.rt_task("child_rt", 5, {run_for(3 * kUs), exit_with(0)});
  rt.template_only = true;
  run.run_us(50'000);
  EXPECT_EQ(inited, 3u);
  EXPECT_EQ(exited, 3u);
  EXPECT_EQ(enabled, 2u) << "SCHED_FIFO is none of the policy's business";
  EXPECT_EQ(disabled, 2u);
}

namespace {

bool refuse_children(const Task* p) { return bpf_task_comm(p)[0] == 'c'; }

}  // namespace

// A policy may refuse a child: the fork fails, the parent goes on, and nothing is left.
TEST(ForkTest, RefusedByThePolicy) {
  KernelRun run(2);
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool) { return refuse_children(p) ? -ENOMEM : 0; };
  run.policy("test");
  run.task("parent", {fork_task(1), sleep_for(100 * kUs)});
  run.task("child", {exit_with(0)}).template_only = true;
  run.run_us(20'000);
  const auto slots = kernel().nr_tasks;
  run.run_us(40'000);
  EXPECT_EQ(kernel().nr_tasks, slots);
  for (const LoggedEvent& event : run.log.named("task_new")) EXPECT_NE(event.text("comm"), "child");
  EXPECT_GT(run.log.named("sched_wakeup").size(), 300u) << "the parent goes on";
  EXPECT_NE(run.log.console().find("child: cannot fork (-12)\n"), std::string::npos);
}

// A task of the scenario that is not there is missed by its user: the log says why.
TEST(ForkTest, RefusedAtBoot) {
  KernelRun run(1);
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool) { return refuse_children(p) ? -ENOMEM : 0; };
  run.policy("test");
  run.task("child", {run_for(1 * kMs)});
  run.task("other", {run_for(1 * kMs)});
  run.run_us(20'000);
  EXPECT_NE(run.log.console().find("init: cannot start child (-12)\n"), std::string::npos) << run.log.console();
  EXPECT_EQ(run.log.console().find("cannot start other"), std::string::npos);
}

// More tasks than slots: fork fails and the machine goes on.
TEST(ForkTest, NoFreeSlot) {
  KernelRun run(1);
  run.config.ram_bytes = 1u << 20;
  run.task("bomb", {fork_task(1)});
  run.task("child", {sleep_for(1'000 * kMs)}).template_only = true;
  run.config.cost[static_cast<unsigned>(Cost::fork)] = 10;
  run.run_us(60'000);
  EXPECT_EQ(kernel().nr_tasks, kNrTasksMax);
  const auto forks = run.log.named("task_new").size();
  EXPECT_LE(forks, kNrTasksMax);
  run.run_us(70'000);
  EXPECT_EQ(run.log.named("task_new").size(), forks);
  EXPECT_NE(run.log.console().find("child: cannot fork (-11)\n"), std::string::npos);
}

}  // namespace kernel
