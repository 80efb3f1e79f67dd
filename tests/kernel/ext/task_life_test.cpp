// SPDX-License-Identifier: Apache-2.0
// What a task brings into the class, and what of an earlier policy it does not.
#include <gtest/gtest.h>

#include <map>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

unsigned loads;

}  // namespace

// Who was turned away may come when that policy is gone, or another is there that has nothing against it.
TEST(TaskLifeTest, DisallowedAsLongAsThatPolicyIsThere) {
  static std::map<unsigned, std::vector<int>> seen;  // by load, 100 if none is in
  seen.clear();
  loads = 0;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.init_task = [](void*, Task* p, bool) {
    if (loads == 2 && std::string(bpf_task_comm(p)) == "t") bpf_task_disallow(p);
    return 0;
  };
  KernelRun run(2);
  run.task("t", {run_for(10 * kUs), sleep_for(100 * kUs)});
  SchedulerSpec& spec = run_script(run, [](Task&) {
    for (;;) {
      Task& t = *task_named("t");
      const bool loaded = kernel().scx.sysfs.state == trace::ScxEnableState::kEnabled;
      const bool gone = kernel().scx.sysfs.state == trace::ScxEnableState::kDisabled;
      const int answer = sched_setscheduler(t, SCHED_EXT, 0);
      if (loaded) seen[loads].push_back(answer);
      if (gone) seen[100].push_back(answer);
      sched_setscheduler(t, SCHED_NORMAL, 0);
      sys_nanosleep(700 * kUs);
    }
  });
  static int (*start)(void*, const int64_t*);
  start = test_ops.init;
  test_ops.init = [](void* state, const int64_t* options) {
    const bool first = ++loads == 1;
    if (loads == 3) sys_nanosleep(5 * kMs);
    return first ? start(state, options) : 0;
  };
  spec.times = 3;
  spec.unload_after_ns = 10 * kMs;
  run.run_us(120'000);
  ASSERT_EQ(run.log.named("scx_enable").size(), 3u) << run.log.console();
  for (const unsigned load : {1u, 2u, 3u, 100u}) {
    if (load == 100 && seen[load].empty()) continue;
    ASSERT_GE(seen[load].size(), 2u) << load;
    // At the borders of a load the state may change between the look and the call.
    for (std::size_t i = 1; i + 1 < seen[load].size(); ++i) EXPECT_EQ(seen[load][i], load == 2 ? -EACCES : 0) << load << " " << i;
  }
}

// A task whose nice value was changed while it was in fair enters with the weight of now.
TEST(TaskLifeTest, EntersWithTheWeightOfNow) {
  static std::vector<unsigned> weights;
  weights.clear();
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.set_weight = [](void*, Task* p, uint32_t weight) {
    if (std::string(bpf_task_comm(p)) != "t") return;
    weights.push_back(weight);
    EXPECT_EQ(bpf_task_weight(p), weight);
  };
  KernelRun run(2);
  run.task("t", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run_script(run, [](Task&) {
    Task& t = *task_named("t");
    set_user_nice(t, 5);
    EXPECT_EQ(sched_setscheduler(t, SCHED_EXT, 0), 0);
    set_user_nice(t, 19);
  });
  run.run_us(20'000);
  EXPECT_EQ(weights, (std::vector<unsigned>{33, 1}));
}

// What a task used of the CPU in another class is none of its slice.
TEST(TaskLifeTest, EntersWithAWholeSlice) {
  static std::uint64_t slice;
  slice = 0;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.enable = [](void*, Task* p) {
    if (std::string(bpf_task_comm(p)) == "t") slice = bpf_task_slice(p);
  };
  KernelRun run(2);
  run.task("t", {run_for(300 * kUs), sleep_for(100 * kUs)});
  run_script(run, [](Task&) {
    sys_nanosleep(5 * kMs);
    EXPECT_EQ(sched_setscheduler(*task_named("t"), SCHED_EXT, 0), 0);
  });
  run.run_us(20'000);
  EXPECT_EQ(slice, SCX_SLICE_DFL);
}

// Task storage of the policy before is not the next one's.
TEST(TaskLifeTest, StorageBeginsEmpty) {
  loads = 0;
  static unsigned dirty, clean;
  dirty = clean = 0;
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) { return ++loads, 0; };
  test_ops.init_task = [](void*, Task* p, bool) {
    for (std::uint64_t& word : p->scx.policy_storage) {
      ++(word == 0 ? clean : dirty);
      word = 0x1234;
    }
    return 0;
  };
  KernelRun run(1);
  SchedulerSpec& spec = run.policy("test");
  spec.times = 2;
  spec.unload_after_ns = 3 * kMs;
  run.task("t", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(60'000);
  EXPECT_EQ(loads, 2u);
  EXPECT_GT(clean, 10u);
  EXPECT_EQ(dirty, 0u);
}

}  // namespace kernel
