// SPDX-License-Identifier: Apache-2.0
// SCHED_FIFO: order, and where a woken task goes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

// Longest time from a wakeup of `comm`, but for the first, until it has a CPU.
sim::Cycle worst_latency(const EventLog& log, const std::string& comm) {
  sim::Cycle woken = 0;
  sim::Cycle worst = 0;
  bool first = true;
  for (const LoggedEvent& event : log.events()) {
    if (event.name == "sched_wakeup" && event.text("comm") == comm) {
      woken = first ? 0 : event.cycle;
      first = false;
    }
    if (event.name != "sched_switch" || event.text("next_comm") != comm || woken == 0) continue;
    worst = std::max(worst, event.cycle - woken);
    woken = 0;
  }
  return worst;
}

std::map<sim::HartId, unsigned> runs(const EventLog& log, const std::string& comm) {
  std::map<sim::HartId, unsigned> count;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    if (event.text("next_comm") == comm) ++count[event.hart];
  }
  return count;
}

// Begins when the init task, which is of the lowest priority, has started all tasks.
void hog(KernelRun& run, const char* comm, unsigned priority, std::uint64_t cpus) {
  TaskSpec& spec = run.rt_task(comm, priority, {run_for(1'000 * kMs)});
  spec.cpus_allowed = cpus;
  spec.start_ns = 1 * kMs;
}

}  // namespace

// CPU 0 has a higher one: the woken task goes where it can run, rather than wait.
TEST(RtTest, GoesWhereItCanRun) {
  KernelRun run(3);
  hog(run, "hog", 90, 0b001);
  run.rt_task("rt", 50, {run_for(10 * kUs), sleep_for(100 * kUs)}).start_ns = 2 * kMs;
  run.task("busy", {run_for(1'000 * kMs)}).cpus_allowed = 0b010;
  run.task("busy", {run_for(1'000 * kMs)}).cpus_allowed = 0b100;
  run.run_us(20'000);
  EXPECT_GT(runs(run.log, "rt")[1] + runs(run.log, "rt")[2], 100u);
  EXPECT_LT(worst_latency(run.log, "rt"), 2'000u);
}

// An idle CPU before one that runs a normal task; a normal task before a lower RT task.
TEST(RtTest, LeastImportantCpuFirst) {
  KernelRun run(3);
  hog(run, "high", 90, 0b001);
  hog(run, "low", 10, 0b010);
  run.task("normal", {run_for(1'000 * kMs)}).cpus_allowed = 0b100;
  run.rt_task("rt", 50, {run_for(10 * kUs), sleep_for(100 * kUs)}).start_ns = 2 * kMs;
  run.run_us(20'000);
  auto where = runs(run.log, "rt");
  EXPECT_GT(where[2], 100u);
  EXPECT_LE(where[1], 2u);
  EXPECT_LT(worst_latency(run.log, "rt"), 2'000u);
}

// Within one CPU: the higher priority at once, an equal one after the running one, who was displaced first in line.
TEST(RtTest, OrderOnOneCpu) {
  KernelRun run(1);
  run.rt_task("a", 20, {run_for(3 * kMs), exit_with(0)}).start_ns = 1 * kMs;
  run.rt_task("b", 20, {run_for(1 * kMs), exit_with(0)}).start_ns = 2 * kMs;
  run.rt_task("c", 30, {run_for(1 * kMs), exit_with(0)}).start_ns = 3 * kMs;
  run.run_us(20'000);
  std::string ends;
  for (const LoggedEvent& event : run.log.named("task_exit")) ends += event.text("comm");
  EXPECT_EQ(ends, "cab");
}

}  // namespace kernel
