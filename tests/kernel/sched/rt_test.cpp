// SPDX-License-Identifier: Apache-2.0
// SCHED_FIFO: order, and where a woken task goes. SCHED_RR: turns among equals.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

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

// --- SCHED_RR ---

namespace {

// Each stay on the CPU of those tasks, in ms, whole stays only; ticks come on top.
std::vector<std::pair<std::string, double>> stays(const EventLog& log, const std::set<std::string>& of) {
  std::vector<std::pair<std::string, double>> all;
  std::string running;
  sim::Cycle since = 0;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    if (of.contains(running)) all.emplace_back(running, static_cast<double>(event.cycle - since) / 100'000);
    running = event.text("next_comm");
    since = event.cycle;
  }
  return all;
}

void round_robin(KernelRun& run, const char* comm, unsigned priority, std::vector<ProgramOp> program) {
  TaskSpec& spec = run.rt_task(comm, priority, std::move(program));
  spec.sched_class = TaskClass::kRr;
  spec.start_ns = 1 * kMs;
}

}  // namespace

// Of one priority: by turns, a time slice each.
TEST(RoundRobinTest, EqualsTakeTurns) {
  KernelRun run(1);
  run.config.sched_rr_timeslice_ms = 10;
  for (const char* name : {"a", "b", "c"}) round_robin(run, name, 30, {run_for(1'000 * kMs)});
  run.run_us(200'000);
  const auto all = stays(run.log, {"a", "b", "c"});
  ASSERT_GT(all.size(), 15u);
  for (std::size_t i = 6; i < all.size(); ++i) {
    EXPECT_EQ(all[i].first, all[i - 3].first) << i;
    EXPECT_NEAR(all[i].second, 10, 0.1) << i;
  }
}

// 100 ms, as in Linux, unless the scenario says otherwise.
TEST(RoundRobinTest, TheTimeSliceIsThatOfLinux) {
  KernelRun run(1);
  for (const char* name : {"a", "b"}) round_robin(run, name, 30, {run_for(1'000 * kMs)});
  run.run_us(450'000);
  const auto all = stays(run.log, {"a", "b"});
  ASSERT_GE(all.size(), 4u);
  EXPECT_NEAR(all.back().second, 100, 1);
}

// A FIFO task of that priority has no slice: once it has the CPU, the others wait for its end.
TEST(RoundRobinTest, FifoGivesNoTurn) {
  KernelRun run(1);
  run.config.sched_rr_timeslice_ms = 5;
  round_robin(run, "rr", 30, {run_for(1'000 * kMs)});
  run.rt_task("fifo", 30, {run_for(50 * kMs), exit_with(0)}).start_ns = 2 * kMs;
  run.run_us(100'000);
  const auto all = stays(run.log, {"rr", "fifo"});
  double fifo = 0;
  for (const auto& [comm, ms] : all)
    if (comm == "fifo") fifo = std::max(fifo, ms);
  EXPECT_NEAR(fifo, 50, 0.5);
}

// Alone at its priority it goes on, and one of a higher priority has no turns with it.
TEST(RoundRobinTest, TurnsAreAmongEqualsOnly) {
  KernelRun run(1);
  run.config.sched_rr_timeslice_ms = 5;
  round_robin(run, "high", 40, {run_for(1'000 * kMs)});
  round_robin(run, "low", 30, {run_for(1'000 * kMs)});
  run.spec("low").start_ns = 2 * kMs;
  run.run_us(60'000);
  EXPECT_TRUE(stays(run.log, {"high"}).back().second < 1) << "high never leaves the CPU again";
  for (const auto& [comm, ms] : stays(run.log, {"low"})) EXPECT_LT(ms, 0.1) << "as long as it takes to begin its sleep";
}

// What is left of a slice is kept while a higher task has the CPU: it does not begin anew, nor does the task lose its place.
TEST(RoundRobinTest, APreemptedSliceGoesOn) {
  KernelRun run(1);
  run.config.sched_rr_timeslice_ms = 10;
  for (const char* name : {"a", "b"}) round_robin(run, name, 30, {run_for(1'000 * kMs)});
  run.rt_task("high", 50, {run_for(100 * kUs), sleep_for(3'900 * kUs)}).start_ns = 1 * kMs;
  run.run_us(200'000);
  std::map<std::string, double> turn;  // since the other one had the CPU
  std::string last;
  unsigned turns = 0;
  for (const auto& [comm, ms] : stays(run.log, {"a", "b"})) {
    if (comm != last && !last.empty()) {
      if (++turns > 2) {
        EXPECT_NEAR(turn[last], 10, 1.2) << last << ": ticks in which the higher one runs are not its";
      }
      turn[last] = 0;
    }
    turn[comm] += ms;
    last = comm;
  }
  EXPECT_GT(turns, 10u);
}

}  // namespace kernel
