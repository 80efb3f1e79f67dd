// SPDX-License-Identifier: Apache-2.0
// A task's CPUs change: afterwards it is on an allowed one, whatever it was doing. A running one is moved by the stopper.
#include <gtest/gtest.h>

#include <map>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"
#include "tests/kernel/numbered.h"

using namespace testing_kernel;

namespace {

unsigned misplaced;
unsigned moves;

// Shoves the tasks named t0.. from CPU to CPU, whatever they are doing. None may be where it must not be.
void shove(Task&) {
  constexpr const char* kNames[] = {"t0", "t1", "t2", "t3", "t4"};
  for (unsigned round = 0; round < 400; ++round) {
    Task* const p = task_named(kNames[round % 5]);
    if (p != nullptr) {
      const Cpumask mask = round % 7 == 0 ? 0b1111 : cpumask_of((round / 5 + round) % 4);
      set_cpus_allowed(*p, mask);
      const bool sleeps = p->on_rq.load() == kOffRq;
      if (!sleeps && !cpumask_test(mask, p->cpu)) ++misplaced;
      ++moves;
    }
    sys_nanosleep(67 * kUs);
  }
}

}  // namespace

class AffinityTest : public testing::TestWithParam<const char*> {};

// Every switch to a task is on a CPU it was allowed at its last change; the sleepers wake up on one.
TEST_P(AffinityTest, ShovedUnderLoad) {
  KernelRun run(4);
  const bool partial = std::string(GetParam()) == "partial";
  test_ops = {};
  test_ops.flags = partial ? SCX_OPS_SWITCH_PARTIAL : 0;
  misplaced = moves = 0;
  for (int i = 0; i < 5; ++i) run.task(numbered("t", i), {run_for(90 * kUs), sleep_for((i % 3) * 50 * kUs)});
  if (std::string(GetParam()) == "rt") {
    for (int i = 0; i < 5; ++i) {
      run.spec(numbered("t", i)).sched_class = TaskClass::kFifo;
      run.spec(numbered("t", i)).rt_priority = 5;
    }
  }
  std::map<std::string, unsigned> runs;
  run.log.on_each = [&runs](const LoggedEvent& event) {
    if (event.name != "sched_switch") return;
    const Task* const p = task_named(event.text("next_comm"));
    if (p == nullptr || p->comm[0] != 't') return;
    ++runs[p->comm];
  };
  run_script(run, shove);
  run.run_us(45'000);
  EXPECT_GT(moves, 300u);
  EXPECT_EQ(misplaced, 0u);
  EXPECT_TRUE(run.log.named("invariant").empty());
  for (int i = 0; i < 5; ++i) EXPECT_GT(runs[numbered("t", i)], 30u) << i;
}

INSTANTIATE_TEST_SUITE_P(Classes, AffinityTest, testing::Values("ext", "partial", "rt"));

// A running task that forbids itself its CPU goes on elsewhere when the call returns.
TEST(AffinityTest, RunningTaskMovesItself) {
  KernelRun run(3);
  run.task("t", {set_affinity(0b010), run_for(50 * kUs), set_affinity(0b100), run_for(50 * kUs)});
  run.run_us(10'000);
  unsigned stopped = 0;
  std::map<sim::HartId, unsigned> runs;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.cycle < 200'000) continue;
    if (event.text("next_comm") == "t") ++runs[event.hart];
    if (event.text("next_comm") == "migration/1" || event.text("next_comm") == "migration/2") ++stopped;
  }
  EXPECT_EQ(runs[0], 0u);
  EXPECT_GT(runs[1], 20u);
  EXPECT_GT(runs[2], 20u);
  EXPECT_GT(stopped, 40u);
}

namespace {

int no_cpu, stoppers_own;

void ask_for_nonsense(Task& self) {
  no_cpu = set_cpus_allowed(self, 0b1000);
  stoppers_own = set_cpus_allowed(*cpu_rq(1).stop.stopper, 0b01);
}

}  // namespace

TEST(AffinityTest, ArgumentsAreChecked) {
  KernelRun run(2);
  test_ops = {};
  no_cpu = stoppers_own = 0;
  run_script(run, ask_for_nonsense);
  run.run_us(5'000);
  EXPECT_EQ(no_cpu, -EINVAL);
  EXPECT_EQ(stoppers_own, -EINVAL);
}
