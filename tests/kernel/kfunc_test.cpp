// SPDX-License-Identifier: Apache-2.0
// What kfuncs leave in the log.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;

// A kick of an idle CPU only, when it runs something: none is requested, none is logged.
TEST(KfuncTest, IdleKickOfABusyCpuIsNoKick) {
  static unsigned calls;
  calls = 0;
  KernelRun run(2);
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t, uint64_t) {
    if (bpf_task_comm(p)[0] == 's') {
      scx_bpf_kick_cpu(0, SCX_KICK_IDLE);
      ++calls;
    }
    return int32_t{1};
  };
  run.policy("test");
  run.task("hog", {run_for(50 * kMs)}).cpus_allowed = 1;
  run.task("s", {run_for(10 * kUs), sleep_for(500 * kUs)}).start_ns = 2 * kMs;
  run.run_us(15'000);
  EXPECT_GT(calls, 10u);
  std::size_t kicks = 0;
  for (const LoggedEvent& kick : run.log.named("kick")) kicks += kick.cycle > 150'000 ? 1 : 0;
  EXPECT_EQ(kicks, 0u);
}

TEST(KfuncTest, PrintkIsAnEvent) {
  KernelRun run(1);
  test_ops = {};
  test_ops.init_task = [](void*, Task* p, bool) {
    bpf_printk("init_task %s %u", bpf_task_comm(p), bpf_task_pid(p));
    return 0;
  };
  run.policy("test");
  run.run_us(500);
  const Events prints = run.log.named("policy_print");
  ASSERT_GE(prints.size(), 2u);
  EXPECT_EQ(prints[0].text("text"), "init_task init 1");
  EXPECT_EQ(prints[1].text("text"), "init_task kthreadd 2");
}

// The scale of the field: 100 for nice 0, the load weight's ratio to nice 0 otherwise, 1 for SCHED_IDLE.
TEST(KfuncTest, WeightsOfNiceValues) {
  constexpr uint32_t kWeights[] = {8668, 7007, 5516, 4519, 3544, 2847, 2271, 1827, 1460, 1164, 932, 744, 596, 479,
                                   381,  305,  244,  194,  155,  125,  100,  80,   64,   51,   41,  33,  27,  21,
                                   17,   13,   11,   8,    7,    5,    4,    4,    3,    2,    2,   1};
  static std::map<std::string, uint32_t> seen;
  seen.clear();
  KernelRun run(1);
  test_ops = {};
  test_ops.set_weight = [](void*, Task* p, uint32_t weight) {
    EXPECT_EQ(weight, bpf_task_weight(p));
    seen[bpf_task_comm(p)] = weight;
  };
  run.policy("test");
  for (int nice = -20; nice < 20; ++nice) {
    run.task("nice" + std::to_string(nice), {run_for(10 * kUs), sleep_for(10 * kMs)}).nice = static_cast<int8_t>(nice);
  }
  run.task("idle", {run_for(10 * kUs), sleep_for(10 * kMs)}).sched_class = TaskClass::kIdle;
  run.run_us(30'000);
  for (int nice = -20; nice < 20; ++nice) EXPECT_EQ(seen["nice" + std::to_string(nice)], kWeights[nice + 20]) << nice;
  EXPECT_EQ(seen["idle"], 1u);
}
