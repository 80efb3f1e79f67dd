// SPDX-License-Identifier: Apache-2.0
// Policies come and go under load: nothing is lost, nothing grows, every callback has its counterpart.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "firmware/kernel/ext/exit_info.h"
#include "tests/kernel/ext/load_cycle.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

void cycle(const std::string& policy, unsigned cpus, std::uint32_t times) {
  KernelRun run(cpus);
  SchedulerSpec& spec = run.policy(policy, {{"slice_us", 500}});
  load_of_all_kinds(run);
  load_and_unload(run, spec, times);
}

}  // namespace

class LoadCycleTest : public testing::TestWithParam<const char*> {};

TEST_P(LoadCycleTest, AHundredTimesOnFourCpus) { cycle(GetParam(), 4, 100); }
TEST_P(LoadCycleTest, AndOnOne) { cycle(GetParam(), 1, 30); }

INSTANTIATE_TEST_SUITE_P(Policies, LoadCycleTest, testing::Values("simple", "qmap", "central", "stale_pops"));

namespace {

struct Calls {
  unsigned init = 0, exit = 0, init_task = 0, exit_task = 0, enable = 0, disable = 0;
} calls;

}  // namespace

// As the policy itself sees it.
TEST(LoadCycleCallbacksTest, EachHasItsCounterpart) {
  calls = {};
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    ++calls.init;
    return 0;
  };
  test_ops.exit = [](void*, const ScxExitInfo*) { ++calls.exit; };
  test_ops.init_task = [](void*, Task*, bool) {
    ++calls.init_task;
    return 0;
  };
  test_ops.exit_task = [](void*, Task*, bool) { ++calls.exit_task; };
  test_ops.enable = [](void*, Task*) { ++calls.enable; };
  test_ops.disable = [](void*, Task*) { ++calls.disable; };
  KernelRun run(4);
  SchedulerSpec& spec = run.policy("test");
  load_of_all_kinds(run);
  load_and_unload(run, spec, 20);
  EXPECT_EQ(calls.init, 20u);
  EXPECT_EQ(calls.exit, 20u);
  EXPECT_GE(calls.init_task, 20u * 15);
  EXPECT_EQ(calls.exit_task, calls.init_task);
  EXPECT_GE(calls.enable, 20u * 10);
  EXPECT_EQ(calls.disable, calls.enable);
}

// Tasks that sleep go on while policies come and go (one that yields may keep its CPU without any switch to be seen).
TEST(LoadCycleProgressTest, NobodyStarves) {
  KernelRun run(4);
  SchedulerSpec& spec = run.policy("qmap", {{"slice_us", 500}});
  spec.times = 40;
  spec.stats_period_ns = 100 * kUs;
  spec.unload_after_ns = 400 * kUs;
  load_of_all_kinds(run);
  std::map<std::string, std::set<std::uint64_t>> ran;  // comm -> 10 ms spans in which it ran
  run.log.keep = [&](const LoggedEvent& event) {
    if (event.name == "sched_switch") ran[event.text("next_comm")].insert(event.cycle / 1'000'000);
    return false;
  };
  run.run_us(400'000);
  for (const char* comm : {"slp0", "slp1", "slp2", "slp3", "slp4", "slp5", "pinned", "rt"}) {
    EXPECT_GE(ran[comm].size(), 35u) << comm << " was away for long";
  }
}

}  // namespace kernel
