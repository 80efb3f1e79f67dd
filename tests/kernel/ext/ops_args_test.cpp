// SPDX-License-Identifier: Apache-2.0
// Arguments of callbacks that may be null.
#include <gtest/gtest.h>

#include <set>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::set<std::string> prevs;
unsigned yields;

}  // namespace

// prev is the task the CPU comes from if that is one of the class, runnable or not; else there is none.
TEST(OpsArgsTest, PrevIsNullAfterATaskOfAnotherClass) {
  prevs.clear();
  test_ops = {};
  test_ops.dispatch = [](void*, int32_t, Task* prev) {
    const Task& curr = *this_rq().curr;
    EXPECT_EQ(prev, curr.sched_class == &kExtSchedClass ? &curr : nullptr) << curr.comm;
    prevs.insert(prev == nullptr ? std::string("null after ") + curr.comm : bpf_task_comm(prev));
  };
  KernelRun run(1);
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.rt_task("rt", 10, {run_for(20 * kUs), sleep_for(470 * kUs)});
  run.run_us(60'000);
  EXPECT_TRUE(prevs.count("sleeper")) << "it has just gone to sleep";
  EXPECT_TRUE(prevs.count("null after swapper/0"));
  EXPECT_TRUE(prevs.count("null after rt"));
}

// sched_yield() names nobody, and is not asked whether it was honoured.
TEST(OpsArgsTest, YieldToNobody) {
  yields = 0;
  test_ops = {};
  test_ops.yield = [](void*, Task* from, Task* to) {
    EXPECT_STREQ(bpf_task_comm(from), "yielder");
    EXPECT_EQ(to, nullptr);
    ++yields;
    return false;
  };
  KernelRun run(1);
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("yielder", {run_for(50 * kUs), yield()});
  run.run_us(30'000);
  EXPECT_GT(yields, 50u);
  EXPECT_TRUE(run.log.named("scx_disable").empty());
}

}  // namespace kernel
