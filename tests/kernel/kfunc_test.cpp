// SPDX-License-Identifier: Apache-2.0
// What kfuncs leave in the log.
#include <gtest/gtest.h>

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
