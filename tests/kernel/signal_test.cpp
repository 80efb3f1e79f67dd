// SPDX-License-Identifier: Apache-2.0
// Signals of tasks, sent by a test source: KILL in any state, STOP and CONT.
#include <gtest/gtest.h>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

constexpr sim::Cycle kCyclesPerUs = 100;
constexpr const char* kNames[] = {"m"};

void pulse(KernelRun& run, unsigned source, std::uint64_t at_us) {
  host::HostMachine& machine = run.machine();
  machine.at(at_us * kCyclesPerUs, [&machine, source] { machine.set_irq_source(source, true); });
  machine.at((at_us + 10) * kCyclesPerUs, [&machine, source] { machine.set_irq_source(source, false); });
}

struct End {
  sim::Cycle cycle = 0;
  std::int64_t status = -1;
};

// The log keeps a signed number as it is encoded: twice as much.
End end_of(const EventLog& log, const std::string& comm) {
  for (const LoggedEvent& event : log.named("task_exit")) {
    if (event.text("comm") == comm) return {event.cycle, static_cast<std::int64_t>(event.number("status")) / 2};
  }
  return {};
}

// The state a task leaves the CPU in, each time.
std::vector<std::string> leaves(const EventLog& log, const std::string& comm) {
  std::vector<std::string> states;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    if (event.text("prev_comm") == comm) states.push_back(event.text("prev_state"));
  }
  return states;
}

class KillTest : public testing::TestWithParam<unsigned> {};  // the CPU that takes the interrupt

}  // namespace

// Whatever it is doing when it comes, on this hart or another: it ends at once, as killed.
TEST_P(KillTest, EndsATaskInAnyState) {
  static constexpr SignalSpec kKill[] = {{1, Signal::kKill, 0, 1}};
  const std::vector<std::vector<ProgramOp>> programs = {
      {run_for(1'000 * kMs)},
      {sleep_for(1'000 * kMs)},
      {wait_irq(2)},
      {{ProgramOpKind::kWait, 0, 0}},
      {{ProgramOpKind::kLock, 0, 0, 0}, sleep_for(1'000 * kMs)},
  };
  for (const auto& program : programs) {
    KernelRun one(2);
    one.config.irq_cpu = GetParam();
    one.config.user.locks = kNames;
    one.config.user.nr_locks = 1;
    one.config.user.signals = kKill;
    one.config.user.nr_signals = 1;
    one.task("victim", program);
    TaskSpec& hog = one.task("hog", {run_for(1 * kMs)});
    hog.cpus_allowed = 1;
    pulse(one, 1, 4'000);
    one.run_us(12'000);
    const End end = end_of(one.log, "victim");
    EXPECT_EQ(end.status, 137) << static_cast<int>(program[0].kind);
    EXPECT_GE(end.cycle, 400'000u);
    EXPECT_LT(end.cycle, 405'000u) << static_cast<int>(program[0].kind);
    ASSERT_EQ(one.log.named("signal").size(), 1u);
    EXPECT_EQ(one.log.named("signal")[0].text("signal"), "kill");
  }
}
INSTANTIATE_TEST_SUITE_P(IrqCpu, KillTest, testing::Values(0u, 1u));

// In line for a mutex: it leaves the line, and the next one gets it.
TEST(SignalTest, KillLeavesTheLineOfAMutex) {
  static constexpr SignalSpec kKill[] = {{1, Signal::kKill, 1, 1}};
  KernelRun run(2);
  run.config.user.locks = kNames;
  run.config.user.nr_locks = 1;
  run.config.user.signals = kKill;
  run.config.user.nr_signals = 1;
  const ProgramOp lock{ProgramOpKind::kLock, 0, 0, 0}, unlock{ProgramOpKind::kUnlock, 0, 0, 0};
  run.task("owner", {lock, sleep_for(5 * kMs), unlock, exit_with(0)});
  run.task("victim", {lock, exit_with(0)}).start_ns = 500 * kUs;
  run.task("next", {lock, unlock, exit_with(0)}).start_ns = 1 * kMs;
  pulse(run, 1, 4'000);
  run.run_us(12'000);
  EXPECT_EQ(end_of(run.log, "victim").status, 137);
  EXPECT_LT(end_of(run.log, "victim").cycle, 402'000u);
  EXPECT_EQ(end_of(run.log, "owner").status, 0);
  EXPECT_EQ(end_of(run.log, "next").status, 0);
}

// All copies of an entry, and nobody else; a timer that a killed sleeper left behind would fire into its freed slot.
TEST(SignalTest, KillReachesEveryTargetAndTheirSlotsAreUsedAgain) {
  static constexpr SignalSpec kKill[] = {{3, Signal::kKill, 0, 3}};
  KernelRun run(2);
  run.config.user.signals = kKill;
  run.config.user.nr_signals = 1;
  for (const char* name : {"s0", "s1", "s2"}) run.task(name, {sleep_for(5 * kMs)});
  run.task("other", {sleep_for(500 * kUs), fork_task(4)});
  run.task("child", {sleep_for(20 * kMs), exit_with(0)}).template_only = true;
  pulse(run, 3, 4'000);
  run.run_us(40'000);
  for (const char* name : {"s0", "s1", "s2"}) EXPECT_EQ(end_of(run.log, name).status, 137) << name;
  EXPECT_EQ(end_of(run.log, "other").status, -1) << "it lives";
  EXPECT_EQ(end_of(run.log, "child").status, 0);
  for (const LoggedEvent& event : run.log.named("sched_wakeup")) {
    if (event.cycle > 410'000) {
      EXPECT_NE(event.text("comm").substr(0, 1), "s") << event.cycle;
    }
  }
}

// A hog that is stopped gives its CPU away until CONT; KILL reaches it stopped.
TEST(SignalTest, StopTakesTheTaskOffUntilCont) {
  static constexpr SignalSpec kSignals[] = {
      {1, Signal::kStop, 0, 1}, {2, Signal::kCont, 0, 1}, {3, Signal::kStop, 0, 1}, {4, Signal::kKill, 0, 1}};
  KernelRun run(2);
  run.config.user.signals = kSignals;
  run.config.user.nr_signals = 4;
  TaskSpec& hog = run.task("hog", {run_for(100 * kUs)});
  hog.cpus_allowed = 2;
  pulse(run, 1, 4'000);
  pulse(run, 2, 6'000);
  pulse(run, 3, 8'000);
  pulse(run, 4, 9'000);
  run.run_us(12'000);
  EXPECT_EQ(leaves(run.log, "hog"), (std::vector<std::string>{"T", "T", "X"}));
  std::vector<sim::Cycle> back;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") == "hog") back.push_back(event.cycle);
  }
  ASSERT_EQ(back.size(), 3u);
  EXPECT_GE(back[1], 600'000u);
  EXPECT_LT(back[1], 602'000u) << "not before CONT, and then at once";
  EXPECT_EQ(end_of(run.log, "hog").status, 137);
}

// STOP and CONT before it has come to look: it goes on. A sleeper stops when it is awake.
TEST(SignalTest, StopOfASleeperWaitsForItsReturn) {
  static constexpr SignalSpec kSignals[] = {{1, Signal::kStop, 0, 1}, {2, Signal::kStop, 1, 1}, {3, Signal::kCont, 1, 1}};
  KernelRun run(2);
  run.config.user.signals = kSignals;
  run.config.user.nr_signals = 3;
  run.task("stays", {sleep_for(6 * kMs), exit_with(0)});
  run.task("goes", {sleep_for(6 * kMs), exit_with(0)});
  pulse(run, 1, 2'500);
  pulse(run, 2, 3'000);
  pulse(run, 3, 4'000);
  run.run_us(15'000);
  EXPECT_EQ(end_of(run.log, "goes").status, 0);
  EXPECT_EQ(end_of(run.log, "stays").status, -1);
  EXPECT_EQ(leaves(run.log, "stays").back(), "T");
}

}  // namespace kernel
