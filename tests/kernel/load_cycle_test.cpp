// SPDX-License-Identifier: Apache-2.0
// Policies come and go under load: nothing is lost, nothing grows, every callback has its counterpart.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;

namespace {

// Work of every kind: sleepers, hogs, yielders, an RT task, tasks pinned to a CPU.
void load_of_all_kinds(KernelRun& run) {
  for (unsigned i = 0; i < 6; ++i) {
    run.task("slp" + std::to_string(i), {run_for((20 + 10 * i) * kUs), sleep_for((150 + 40 * i) * kUs)});
  }
  run.task("hog", {run_for(100 * kMs)});
  run.task("yielder", {run_for(30 * kUs), yield()});
  run.task("pinned", {run_for(40 * kUs), sleep_for(90 * kUs)}).cpus_allowed = 1u << (run.config.nr_cpus - 1);
  // Rarer than slices end: each time qmap's cpu_release gives the task it preempts a fresh slice, as in the field.
  run.rt_task("rt", 30, {run_for(10 * kUs), sleep_for(3 * kMs)});
}

// What one task has been through with the policies, from the scx_task events.
struct TaskLife {
  int state = 0;  // none, init, ready, enabled
  unsigned inits = 0;
  unsigned enables = 0;
};

// Every step starts where the last one ended.
std::map<std::uint64_t, TaskLife> lives(const Events& events) {
  std::map<std::uint64_t, TaskLife> tasks;
  for (const LoggedEvent& event : events) {
    if (event.name != "scx_task") continue;
    TaskLife& life = tasks[event.number("pid")];
    EXPECT_EQ(life.state, static_cast<int>(event.number("from"))) << event.describe();
    life.state = static_cast<int>(event.number("to"));
    if (event.text("to") == "init") ++life.inits;
    if (event.text("to") == "enabled") ++life.enables;
  }
  return tasks;
}

struct Footprint {
  std::uint32_t ram;
  std::uint32_t slots;
  bool operator==(const Footprint&) const = default;
};

Footprint footprint() { return {kernel().shared_ram.used_bytes(), kernel().nr_tasks}; }

void cycle(const std::string& policy, unsigned cpus, std::uint32_t times, std::uint64_t until_ms) {
  KernelRun run(cpus);
  SchedulerSpec& spec = run.policy(policy, {{"slice_us", 500}});
  spec.times = times;
  spec.stats_period_ns = 100 * kUs;
  spec.unload_after_ns = 300 * kUs;
  load_of_all_kinds(run);
  // The first loads make what is made once; after that nothing may grow.
  Footprint early{};
  unsigned loads = 0;
  unsigned lost = 0;
  unsigned unregistered = 0;
  run.log.only = {"scx_disable", "task_audit", "scx_task", "scx_error"};
  run.log.keep = [&](const LoggedEvent& event) {
    if (event.name == "scx_disable" && ++loads == 5) early = footprint();
    if (event.name == "task_audit") lost += static_cast<unsigned>(event.number("lost"));
    if (event.name == "scx_disable") unregistered += event.number("kind") == 64 ? 1 : 0;
    return event.name == "scx_task" || event.name == "scx_error";
  };
  run.run_us(until_ms * 1'000);
  EXPECT_EQ(loads, times) << policy;
  EXPECT_EQ(unregistered, times);
  EXPECT_EQ(lost, 0u);
  EXPECT_EQ(footprint(), early) << "memory grows with every load";
  EXPECT_TRUE(run.log.named("scx_error").empty());
  for (const auto& [pid, life] : lives(run.log.events())) {
    EXPECT_EQ(life.state, 0) << "pid " << pid << " is left half-way";
    EXPECT_LE(life.enables, times) << pid;
  }
}

}  // namespace

class LoadCycleTest : public testing::TestWithParam<const char*> {};

TEST_P(LoadCycleTest, AHundredTimesOnFourCpus) { cycle(GetParam(), 4, 100, 3'000); }
TEST_P(LoadCycleTest, AndOnOne) { cycle(GetParam(), 1, 30, 3'000); }

INSTANTIATE_TEST_SUITE_P(Policies, LoadCycleTest, testing::Values("simple", "qmap", "central", "stale_pops"));

// The long haul, for the full run.
TEST(LoadCycleSlowTest, FiveThousandTimes) { cycle("qmap", 4, 5'000, 60'000); }

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
