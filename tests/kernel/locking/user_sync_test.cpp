// SPDX-License-Identifier: Apache-2.0
// Condition variables and barriers of a scenario's tasks.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

constexpr sim::Cycle kCyclesPerUs = 100;
constexpr const char* kLocks[] = {"m"};
constexpr const char* kConds[] = {"c"};
constexpr BarrierSpec kThree[] = {{"b", 3}};

ProgramOp lock() { return {ProgramOpKind::kLock, 0, 0, 0}; }
ProgramOp unlock() { return {ProgramOpKind::kUnlock, 0, 0, 0}; }
ProgramOp cond_wait() { return {ProgramOpKind::kCondWait, 0, 0, 0}; }
ProgramOp cond_signal() { return {ProgramOpKind::kCondSignal, 0, 0, 0}; }
ProgramOp cond_broadcast() { return {ProgramOpKind::kCondBroadcast, 0, 0, 0}; }
ProgramOp barrier() { return {ProgramOpKind::kBarrier, 0, 0, 0}; }

void give_names(KernelRun& run) {
  run.config.user.locks = kLocks;
  run.config.user.nr_locks = 1;
  run.config.user.conds = kConds;
  run.config.user.nr_conds = 1;
  run.config.user.barriers = kThree;
  run.config.user.nr_barriers = 1;
}

void waiter(KernelRun& run, const char* name, std::uint64_t start_ns) {
  run.task(name, {lock(), cond_wait(), run_for(50 * kUs), unlock(), exit_with(0)}).start_ns = start_ns;
}

// "comm op" of each step on the condition variable.
std::vector<std::string> cond_steps(const EventLog& log) {
  std::vector<std::string> steps;
  for (const LoggedEvent& event : log.named("user_cond")) steps.push_back(event.text("comm") + " " + event.text("op"));
  return steps;
}

std::vector<std::string> exits(const EventLog& log) {
  std::vector<std::string> comms;
  for (const LoggedEvent& event : log.named("task_exit")) comms.push_back(event.text("comm"));
  return comms;
}

// The victim is the task added first; it is killed at that time.
void kill_first_task_at(KernelRun& run, std::uint64_t us) {
  static constexpr SignalSpec kKill[] = {{1, Signal::kKill, 0, 1}};
  run.config.user.signals = kKill;
  run.config.user.nr_signals = 1;
  host::HostMachine& machine = run.machine();
  machine.at(us * kCyclesPerUs, [&machine] { machine.set_irq_source(1, true); });
  machine.at((us + 10) * kCyclesPerUs, [&machine] { machine.set_irq_source(1, false); });
}

}  // namespace

TEST(CondTest, ASignalWakesTheOneThatHasWaitedLongest) {
  KernelRun run(2);
  give_names(run);
  waiter(run, "first", 100 * kUs);
  waiter(run, "second", 500 * kUs);
  run.task("waker", {sleep_for(2 * kMs), cond_signal(), sleep_for(1 * kMs), cond_signal(), exit_with(0)});
  run.run_us(6'000);
  EXPECT_EQ(cond_steps(run.log), (std::vector<std::string>{"first wait", "second wait", "waker signal", "first woken",
                                                           "waker signal", "second woken"}));
  EXPECT_EQ(exits(run.log), (std::vector<std::string>{"first", "waker", "second"}));
}

// Unlike a wake, a signal is for who waits already.
TEST(CondTest, ASignalThatNobodyWaitsForIsLost) {
  KernelRun run(2);
  give_names(run);
  waiter(run, "late", 2 * kMs);
  run.task("waker", {cond_signal(), cond_broadcast(), exit_with(0)});
  run.run_us(6'000);
  EXPECT_EQ(cond_steps(run.log), (std::vector<std::string>{"waker signal", "waker broadcast", "late wait"}));
  EXPECT_EQ(exits(run.log), (std::vector<std::string>{"waker"}));
}

// All are woken, and each comes out with the mutex: one after the other.
TEST(CondTest, ABroadcastWakesAllAndTheMutexLetsThemThroughByOne) {
  KernelRun run(4);
  give_names(run);
  for (const char* name : {"a", "b", "c"}) waiter(run, name, 100 * kUs);
  run.task("waker", {sleep_for(2 * kMs), lock(), cond_broadcast(), unlock(), exit_with(0)});
  run.run_us(6'000);
  EXPECT_EQ(exits(run.log).size(), 4u);
  const auto steps = cond_steps(run.log);
  EXPECT_EQ(std::count_if(steps.begin(), steps.end(), [](const std::string& step) { return step.ends_with(" woken"); }), 3);
  std::string owner;
  for (const LoggedEvent& event : run.log.named("user_lock")) {
    if (event.text("op") == "acquired") {
      EXPECT_EQ(owner, "") << event.cycle;
      owner = event.text("comm");
    } else if (event.text("op") == "released") {
      EXPECT_EQ(owner, event.text("comm")) << event.cycle;
      owner.clear();
    }
  }
}

// The mutex is free while its owner waits: the signaller can take it.
TEST(CondTest, AWaitGivesTheMutexBack) {
  KernelRun run(2);
  give_names(run);
  waiter(run, "waits", 0);
  run.task("signals", {sleep_for(1 * kMs), lock(), cond_signal(), unlock(), exit_with(0)});
  run.run_us(4'000);
  EXPECT_EQ(exits(run.log).size(), 2u);
}

TEST(CondTest, AWaitWithoutTheMutexIsRefusedAndLogged) {
  KernelRun run(1);
  give_names(run);
  run.task("t", {cond_wait(), exit_with(0)});
  run.run_us(3'000);
  EXPECT_EQ(cond_steps(run.log), (std::vector<std::string>{"t not_owner"}));
  EXPECT_EQ(exits(run.log), (std::vector<std::string>{"t"}));
}

// A signal is not spent on a task that has been killed in its wait.
TEST(CondTest, WhoIsKilledLeavesTheLine) {
  KernelRun run(2);
  give_names(run);
  waiter(run, "victim", 100 * kUs);
  waiter(run, "next", 500 * kUs);
  run.task("waker", {sleep_for(4 * kMs), cond_signal(), exit_with(0)});
  kill_first_task_at(run, 2'000);
  run.run_us(8'000);
  EXPECT_EQ(exits(run.log), (std::vector<std::string>{"victim", "waker", "next"}));
  EXPECT_EQ(cond_steps(run.log).back(), "next woken");
}

// Tasks of different speed go through it round by round: none is ever two rounds ahead.
TEST(BarrierTest, NobodyIsARoundAhead) {
  KernelRun run(4);
  give_names(run);
  run.task("fast", {run_for(20 * kUs), barrier()});
  run.task("slow", {run_for(300 * kUs), barrier()});
  run.task("sleepy", {sleep_for(150 * kUs), barrier()});
  run.run_us(20'000);
  std::map<std::string, unsigned> rounds;
  unsigned position = 0;
  for (const LoggedEvent& event : run.log.named("user_barrier")) {
    EXPECT_EQ(event.number("arrived"), position % 3 + 1) << event.cycle;
    EXPECT_EQ(event.number("waiters"), 3u);
    EXPECT_EQ(rounds[event.text("comm")]++, position / 3) << event.text("comm") << " at " << event.cycle;
    ++position;
  }
  EXPECT_GT(position, 3u * 50) << "20 ms of 300 us each";
}

// Who is killed in front of it does not count: the others wait for a third one.
TEST(BarrierTest, TheDeadDoNotCount) {
  KernelRun run(4);
  give_names(run);
  run.task("victim", {barrier(), exit_with(0)});
  for (const char* name : {"a", "b"}) run.task(name, {sleep_for(3 * kMs), barrier(), exit_with(0)});
  run.task("third", {sleep_for(6 * kMs), barrier(), exit_with(0)});
  kill_first_task_at(run, 2'000);
  run.run_us(5'000);
  EXPECT_EQ(exits(run.log), (std::vector<std::string>{"victim"}));
  run.run_us(10'000);
  EXPECT_EQ(exits(run.log).size(), 4u);
}

}  // namespace kernel
