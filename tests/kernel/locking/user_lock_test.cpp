// SPDX-License-Identifier: Apache-2.0
// Tasks that hold each other up: mutexes with a name, wakes that are not lost, loops of a program.
#include <gtest/gtest.h>

#include <set>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

ProgramOp lock(unsigned index) { return {ProgramOpKind::kLock, 0, 0, index}; }
ProgramOp unlock(unsigned index) { return {ProgramOpKind::kUnlock, 0, 0, index}; }
ProgramOp wait() { return {ProgramOpKind::kWait, 0, 0}; }
ProgramOp wake(unsigned first, unsigned count = 1) { return {ProgramOpKind::kWake, 0, 0, 0, first, count}; }
ProgramOp loop(int times, unsigned spread = 0) { return {ProgramOpKind::kLoop, 0, 0, times, 0, 0, spread}; }
ProgramOp loop_end() { return {ProgramOpKind::kLoopEnd, 0, 0}; }

constexpr const char* kNames[] = {"m", "n"};

void give_locks(KernelRun& run) {
  run.config.user.locks = kNames;
  run.config.user.nr_locks = 2;
}

// "comm op" of each step on that lock.
std::vector<std::string> lock_steps(const EventLog& log, const std::string& name) {
  std::vector<std::string> steps;
  for (const LoggedEvent& event : log.named("user_lock")) {
    if (event.text("lock") == name) steps.push_back(event.text("comm") + " " + event.text("op"));
  }
  return steps;
}

unsigned exits(const EventLog& log, const std::string& comm) {
  unsigned count = 0;
  for (const LoggedEvent& event : log.named("task_exit")) count += event.text("comm") == comm ? 1 : 0;
  return count;
}

}  // namespace

// First come, first served, whatever the priorities: the RT task is last in line and gets the lock last.
TEST(UserLockTest, IsHandedOverInTheOrderOfTheWaits) {
  KernelRun run(1);
  give_locks(run);
  run.task("owner", {lock(0), sleep_for(2 * kMs), unlock(0), exit_with(0)});
  TaskSpec& normal = run.task("normal", {lock(0), run_for(10 * kUs), unlock(0), exit_with(0)});
  normal.start_ns = 500 * kUs;
  TaskSpec& rt = run.rt_task("rt", 50, {lock(0), run_for(10 * kUs), unlock(0), exit_with(0)});
  rt.start_ns = 1 * kMs;
  run.run_us(6'000);
  EXPECT_EQ(lock_steps(run.log, "m"),
            (std::vector<std::string>{"owner acquired", "normal contended", "rt contended", "owner released", "normal acquired",
                                      "normal released", "rt acquired", "rt released"}));
}

// Two on two harts, by turns and often: never both inside.
TEST(UserLockTest, OneOwnerAtATime) {
  KernelRun run(2);
  give_locks(run);
  for (const char* name : {"a", "b", "c"}) run.task(name, {lock(0), run_for(20 * kUs), unlock(0), run_for(3 * kUs)});
  run.run_us(20'000);
  std::string owner;
  unsigned acquired = 0;
  for (const LoggedEvent& event : run.log.named("user_lock")) {
    if (event.text("op") == "acquired") {
      EXPECT_EQ(owner, "") << event.cycle;
      owner = event.text("comm");
      ++acquired;
    } else if (event.text("op") == "released") {
      EXPECT_EQ(owner, event.text("comm")) << event.cycle;
      owner.clear();
    }
  }
  EXPECT_GT(acquired, 300u) << "20 ms of 20 us each, and it never rests";
}

TEST(UserLockTest, WrongStepsAreRefusedAndLogged) {
  KernelRun run(1);
  give_locks(run);
  run.task("t", {unlock(1), lock(0), lock(0), unlock(0), unlock(0), exit_with(0)});
  run.run_us(3'000);
  EXPECT_EQ(lock_steps(run.log, "n"), (std::vector<std::string>{"t not_owner"}));
  EXPECT_EQ(lock_steps(run.log, "m"), (std::vector<std::string>{"t acquired", "t deadlock", "t released", "t not_owner"}));
  EXPECT_EQ(exits(run.log, "t"), 1u);
}

TEST(UserLockTest, WhoDiesOnItLeavesItToTheNext) {
  KernelRun run(2);
  give_locks(run);
  run.task("dies", {lock(0), lock(1), sleep_for(1 * kMs), exit_with(3)});
  run.task("heir", {sleep_for(100 * kUs), lock(0), unlock(0), exit_with(0)}).once = true;
  run.run_us(6'000);
  EXPECT_EQ(lock_steps(run.log, "m"),
            (std::vector<std::string>{"dies acquired", "heir contended", "dies owner_died", "heir acquired", "heir released"}));
  EXPECT_EQ(lock_steps(run.log, "n"), (std::vector<std::string>{"dies acquired", "dies owner_died"}));
  EXPECT_EQ(exits(run.log, "heir"), 1u);
}

// Before the wait or during it: each wake lets one wait through.
TEST(WakeTest, EachLetsOneWaitThrough) {
  KernelRun run(2);
  run.task("waiter", {sleep_for(1 * kMs), wait(), wait(), sleep_for(100 * kUs), wait(), exit_with(0)});
  run.task("waker", {wake(0), wake(0), sleep_for(3 * kMs), wake(0), exit_with(0)});
  run.run_us(2'900);
  EXPECT_EQ(exits(run.log, "waiter"), 0u) << "two wakes for three waits";
  run.run_us(6'000);
  EXPECT_EQ(exits(run.log, "waiter"), 1u);
}

// A wake does not end another sleep.
TEST(WakeTest, LeavesASleeperAlone) {
  KernelRun run(1);
  run.task("waker", {sleep_for(500 * kUs), wake(1), exit_with(0)});
  run.task("sleeper", {sleep_for(4 * kMs), exit_with(0)});
  run.run_us(8'000);
  const Events ends = run.log.named("task_exit");
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_GE(ends[1].cycle - ends[0].cycle, 300'000u);
  unsigned wakeups = 0;
  for (const LoggedEvent& event : run.log.named("sched_wakeup")) wakeups += event.text("comm") == "sleeper" ? 1 : 0;
  EXPECT_EQ(wakeups, 2u) << "born, and awake at the end of its sleep";
}

// Of a race on two harts none is lost: as many rounds as wakes.
TEST(WakeTest, NoneIsLostInARace) {
  KernelRun run(2);
  run.task("waiter", {loop(200), wait(), loop_end(), exit_with(0)});
  run.task("waker", {loop(200), wake(0), run_for(2 * kUs), loop_end(), exit_with(0)});
  run.run_us(20'000);
  EXPECT_EQ(exits(run.log, "waker"), 1u);
  EXPECT_EQ(exits(run.log, "waiter"), 1u);
}

TEST(LoopTest, LoopsNestAndCount) {
  KernelRun run(1);
  run.task("parent", {loop(3), loop(2), fork_task(1), loop_end(), sleep_for(50 * kUs), loop_end(), fork_task(1), exit_with(0)});
  run.task("child", {exit_with(0)}).template_only = true;
  run.run_us(6'000);
  EXPECT_EQ(exits(run.log, "child"), 7u);
}

TEST(LoopTest, TimesAreDrawnFromTheTasksStream) {
  const auto children = [](std::uint64_t seed) {
    KernelRun run(1);
    run.config.user.seed = seed;
    run.task("parent", {loop(1, 9), fork_task(1), loop_end(), exit_with(0)});
    run.task("child", {exit_with(0)}).template_only = true;
    run.run_us(8'000);
    return exits(run.log, "child");
  };
  std::set<unsigned> seen;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const unsigned count = children(seed);
    EXPECT_GE(count, 1u);
    EXPECT_LE(count, 10u);
    EXPECT_EQ(count, children(seed));
    seen.insert(count);
  }
  EXPECT_GT(seen.size(), 2u);
}

}  // namespace kernel
