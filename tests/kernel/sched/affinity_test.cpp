// SPDX-License-Identifier: Apache-2.0
// A task's CPUs change: afterwards it is on an allowed one, whatever it was doing. A running one is moved by the stopper.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr unsigned kShoved = 5;

// A mask as it stands from the return of the call that set it to the next call for that task.
struct Allowed {
  std::uint64_t from;
  std::uint64_t to;
  Cpumask mask;
};

std::vector<Allowed> allowed[kShoved];
unsigned misplaced;

// Shoves the tasks named t0.. from CPU to CPU, whatever they are doing.
void shove(Task&) {
  for (unsigned round = 0; round < 400; ++round) {
    const unsigned index = round % kShoved;
    Task& p = *task_named(numbered("t", index));
    const Cpumask mask = round % 7 == 0 ? 0b1111 : cpumask_of((round / kShoved + index) % 4);
    if (!allowed[index].empty()) allowed[index].back().to = arch::cycles();
    set_cpus_allowed(p, mask);
    allowed[index].push_back({arch::cycles(), ~std::uint64_t{0}, mask});
    const bool sleeps = p.on_rq.load() == kOffRq;
    if (!sleeps && !cpumask_test(mask, p.cpu)) ++misplaced;
    sys_nanosleep(67 * kUs);
  }
}

// The mask that stands at that cycle; none, while it is being set.
Cpumask allowed_at(unsigned index, std::uint64_t cycle) {
  for (const Allowed& a : allowed[index]) {
    if (a.from <= cycle && cycle < a.to) return a.mask;
  }
  return 0;
}

}  // namespace

class AffinityTest : public testing::TestWithParam<const char*> {};

// When the call returns the task is on a CPU it may use, or asleep; and every switch to it is on one, until the next call.
TEST_P(AffinityTest, ShovedUnderLoad) {
  KernelRun run(4);
  const bool partial = std::string(GetParam()) == "partial";
  test_ops = {};
  test_ops.flags = partial ? SCX_OPS_SWITCH_PARTIAL : 0;
  misplaced = 0;
  for (auto& masks : allowed) masks.clear();
  for (unsigned i = 0; i < kShoved; ++i) run.task(numbered("t", i), {run_for(90 * kUs), sleep_for((i % 3) * 50 * kUs)});
  if (std::string(GetParam()) == "rt") {
    for (unsigned i = 0; i < kShoved; ++i) {
      run.spec(numbered("t", i)).sched_class = TaskClass::kFifo;
      run.spec(numbered("t", i)).rt_priority = 5;
    }
  }
  run_script(run, shove);
  run.run_us(45'000);
  EXPECT_EQ(misplaced, 0u);
  EXPECT_TRUE(run.log.named("invariant").empty());
  unsigned checked[kShoved] = {};
  std::set<sim::HartId> harts[kShoved];
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    const std::string& next = event.text("next_comm");
    if (next.size() != 2 || next[0] != 't') continue;
    const auto index = static_cast<unsigned>(next[1] - '0');
    const Cpumask mask = allowed_at(index, event.cycle);
    if (mask == 0) continue;
    EXPECT_TRUE(cpumask_test(mask, event.hart)) << event.describe();
    ++checked[index];
    harts[index].insert(event.hart);
  }
  for (unsigned i = 0; i < kShoved; ++i) {
    EXPECT_GT(allowed[i].size(), 60u) << i;
    EXPECT_GT(checked[i], 30u) << i;
    EXPECT_EQ(harts[i].size(), 4u) << i;
  }
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

}  // namespace kernel
