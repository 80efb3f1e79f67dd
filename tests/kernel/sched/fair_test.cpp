// SPDX-License-Identifier: Apache-2.0
// The fair class on several CPUs: nobody waits behind others while a CPU runs out of work.
#include <gtest/gtest.h>

#include "firmware/kernel/sched/fair.h"
#include "firmware/kernel/task.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

// Two tasks start pinned to one CPU, then may go anywhere. The other CPU, going idle, takes the one that waits.
TEST(FairTest, IdleCpuPullsAWaitingTask) {
  KernelRun run(2);
  for (int i = 0; i < 2; ++i) {
    run.task(numbered("t", i), {set_affinity(0b01), run_for(100 * kUs), set_affinity(0b11), run_for(10 * kMs)});
  }
  run.task("blinker", {run_for(20 * kUs), sleep_for(300 * kUs)}).cpus_allowed = 0b10;
  run.run_us(100'000);
  auto used = cpu_time(run.log, 0, 10'000'000);
  EXPECT_GT(used["t0"] + used["t1"], 13'000'000u) << "one CPU alone gives 10 million";
}

// Behind an RT hog nobody waits for ever.
TEST(FairTest, PulledFromBehindARealTimeHog) {
  KernelRun run(2);
  run.task("t", {run_for(200 * kUs), sleep_for(100 * kUs)});
  run.task("blinker", {run_for(20 * kUs), sleep_for(300 * kUs)}).cpus_allowed = 0b10;
  TaskSpec& hog = run.rt_task("hog", 50, {run_for(1'000 * kMs)});
  hog.cpus_allowed = 0b01;
  hog.start_ns = 2 * kMs;
  run.run_us(60'000);
  auto used = cpu_time(run.log, 0, 6'000'000);
  EXPECT_GT(used["t"], 2'000'000u);
}

// More tasks than CPUs, equal ones: equal shares, though tasks change CPUs.
TEST(FairTest, EqualShares) {
  KernelRun run(2);
  for (int i = 0; i < 4; ++i) run.task(numbered("t", i), {run_for(5 * kMs), sleep_for(50 * kUs)});
  run.run_us(400'000);
  auto used = cpu_time(run.log, 0, 40'000'000);
  for (int i = 0; i < 4; ++i) {
    EXPECT_GT(used[numbered("t", i)], 12'000'000u);
    EXPECT_LT(used[numbered("t", i)], 28'000'000u);
  }
}

// Those of the field, from nice -20 to 19, and SCHED_IDLE's.
TEST(FairTest, Weights) {
  constexpr std::uint32_t kWeights[] = {
      88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904,
      3906,  3121,  2501,  1991,  1586,  1277,  1024,  820,   655,   526,   423,  335,  272,  215,
      172,   137,   110,   87,    70,    56,    45,    36,    29,    23,    18,   15,
  };
  for (int nice = -20; nice < 20; ++nice) EXPECT_EQ(load_weight_of_nice(nice), kWeights[nice + 20]) << nice;
  Task idle;
  idle.policy = SCHED_IDLE;
  idle.nice = -20;
  EXPECT_EQ(load_weight_of(idle), 3u) << "whatever its nice value";
}

// The clock of a task of nice 0 is the time it runs, to the nanosecond.
TEST(FairTest, VirtualTimeOfNiceZeroIsTime) {
  static std::uint64_t grown[2];
  KernelRun run(2);
  run.task("normal", {run_for(1'000 * kMs)}).cpus_allowed = 0b10;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  run_script(
      run,
      [](Task&) {
        sys_nanosleep(5 * kMs);
        Task& normal = *task_named("normal");
        const std::uint64_t before = normal.fair.vruntime;
        const std::uint64_t start = normal.fair.exec_start;
        sys_nanosleep(20 * kMs);
        grown[0] = normal.fair.vruntime - before;
        grown[1] = normal.fair.exec_start - start;
      },
      0b01);
  run.run_us(40'000);
  EXPECT_GT(grown[1], 15 * kMs);
  EXPECT_EQ(grown[0], grown[1]);
}

// One level of nice value makes a quarter more of weight: 1024 to 820 and to 335. Looked at over many periods.
TEST(FairTest, SharesFollowTheWeights) {
  KernelRun run(1);
  run.task("normal", {run_for(1'000 * kMs)});
  run.task("nice1", {run_for(1'000 * kMs)}).nice = 1;
  run.task("nice5", {run_for(1'000 * kMs)}).nice = 5;
  run.run_us(1'000'000);
  auto used = cpu_time(run.log, 0, 100'000'000);
  const double all = static_cast<double>(used["normal"] + used["nice1"] + used["nice5"]);
  EXPECT_NEAR(static_cast<double>(used["normal"]) / all, 1024.0 / 2179, 0.02);
  EXPECT_NEAR(static_cast<double>(used["nice1"]) / all, 820.0 / 2179, 0.02);
  EXPECT_NEAR(static_cast<double>(used["nice5"]) / all, 335.0 / 2179, 0.02);
}

}  // namespace kernel
