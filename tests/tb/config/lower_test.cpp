// SPDX-License-Identifier: Apache-2.0
// Goal: a scenario becomes what the machine and the kernel are told.
#include <gtest/gtest.h>

#include "tb/config/lower.h"
#include "tests/tb/support.h"

namespace tb::config {
namespace {

using test::kMinimal;
using test::scenario;

TEST(LowerTest, TasksGetNamesMasksAndNanoseconds) {
  const Scenario s =
      scenario(kMinimal, {"tasks=[{name: s, count: 3, cpus: each, program: [{run_us: [5, 7]}]}, "
                          "{name: rt, class: fifo, prio: 80, cpus: [1], start_us: 9, once: true, program: [{sleep_us: 2}]}]"});
  const LoweredScenario lowered(s);
  const kernel::KernelConfig& kernel = lowered.kernel();
  ASSERT_EQ(kernel.user.nr_tasks, 4U);
  EXPECT_STREQ(kernel.user.tasks[0].comm, "s0");
  EXPECT_STREQ(kernel.user.tasks[2].comm, "s2");
  EXPECT_STREQ(kernel.user.tasks[3].comm, "rt") << "a single task has no number";
  EXPECT_EQ(kernel.user.tasks[1].cpus_allowed, 0b10U);
  EXPECT_EQ(kernel.user.tasks[2].cpus_allowed, 0b01U) << "copy 2 modulo 2 harts";
  EXPECT_EQ(kernel.user.tasks[0].program[0].max_ns, 7000U);
  EXPECT_EQ(kernel.user.tasks[3].rt_priority, 80);
  EXPECT_EQ(kernel.user.tasks[3].start_ns, 9000U);
  EXPECT_TRUE(kernel.user.tasks[3].once);
  EXPECT_EQ(lowered.run().cycles_max, 10'000U) << "100 us at 100 MHz";
}

TEST(LowerTest, TwoCopiesHaveNumbersToo) {
  const Scenario s = scenario(kMinimal, {"tasks=[{name: s, count: 2, program: [{run_us: 5}]}]"});
  const LoweredScenario lowered(s);
  EXPECT_STREQ(lowered.kernel().user.tasks[0].comm, "s0");
  EXPECT_STREQ(lowered.kernel().user.tasks[1].comm, "s1");
}

TEST(LowerTest, StepsBecomeOperations) {
  const Scenario s =
      scenario(kMinimal, {"tasks=[{name: two, count: 2, program: [{run_us: 1}]}, "
                          "{name: parent, program: [{fork: child}, {wait_irq: 3}, {affinity: [1]}, {affinity: all}, {nice: -5}, "
                          "{class: fifo, prio: 40}, {class: batch}, {exit: 7}]}, "
                          "{name: child, template: true, class: ext, program: [{run_us: 2}, {exit: 0}]}]"});
  const LoweredScenario lowered(s);
  const kernel::KernelConfig& kernel = lowered.kernel();
  ASSERT_EQ(kernel.user.nr_tasks, 4U);
  const kernel::TaskSpec& parent = kernel.user.tasks[2];
  ASSERT_EQ(parent.nr_ops, 8U);
  const auto expect_op = [&](unsigned index, kernel::ProgramOpKind kind, std::int64_t argument) {
    EXPECT_EQ(parent.program[index].kind, kind) << index;
    EXPECT_EQ(parent.program[index].argument, argument) << index;
  };
  expect_op(0, kernel::ProgramOpKind::kFork, 3);
  expect_op(1, kernel::ProgramOpKind::kWaitIrq, 3);
  expect_op(2, kernel::ProgramOpKind::kSetAffinity, 0b10);
  expect_op(3, kernel::ProgramOpKind::kSetAffinity, 0b11);
  expect_op(4, kernel::ProgramOpKind::kSetNice, -5);
  expect_op(5, kernel::ProgramOpKind::kSetScheduler, static_cast<int>(kernel::TaskClass::kFifo) | 40 << 8);
  expect_op(6, kernel::ProgramOpKind::kSetScheduler, static_cast<int>(kernel::TaskClass::kBatch));
  expect_op(7, kernel::ProgramOpKind::kExit, 7);
  EXPECT_FALSE(parent.template_only);
  EXPECT_TRUE(kernel.user.tasks[3].template_only);
  EXPECT_EQ(kernel.user.tasks[3].sched_class, kernel::TaskClass::kExt);
}

TEST(LowerTest, LoopsWaitsAndLocksBecomeOperations) {
  const Scenario s = scenario(
      kMinimal, {"tasks=[{name: two, count: 2, program: [{lock: other}, {run_us: 1}, {unlock: other}]}, "
                 "{name: t, program: [{lock: m}, {loop: {times: [2, 5], program: [{wake: two}, {loop: {times: 3, program: "
                 "[{wait: true}]}}]}}, {unlock: m}, {nice: [-2, 4]}, {class: fifo, prio: [10, 12]}, {exit: [1, 3]}]}]"});
  const LoweredScenario lowered(s);
  const kernel::KernelConfig& kernel = lowered.kernel();
  ASSERT_EQ(kernel.user.nr_locks, 2U);
  EXPECT_STREQ(kernel.user.locks[0], "other");
  EXPECT_STREQ(kernel.user.locks[1], "m");
  const kernel::TaskSpec& task = kernel.user.tasks[2];
  using Kind = kernel::ProgramOpKind;
  const std::vector<Kind> kinds{Kind::kLock,    Kind::kLoop,   Kind::kWake,    Kind::kLoop,         Kind::kWait, Kind::kLoopEnd,
                                Kind::kLoopEnd, Kind::kUnlock, Kind::kSetNice, Kind::kSetScheduler, Kind::kExit};
  ASSERT_EQ(task.nr_ops, kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) EXPECT_EQ(task.program[i].kind, kinds[i]) << i;
  EXPECT_EQ(task.program[0].argument, 1) << "the lock's number";
  EXPECT_EQ(task.program[1].argument, 2);
  EXPECT_EQ(task.program[1].spread, 3U);
  EXPECT_EQ(task.program[2].first_target, 0U);
  EXPECT_EQ(task.program[2].nr_targets, 2U);
  EXPECT_EQ(task.program[3].argument, 3);
  EXPECT_EQ(task.program[3].spread, 0U);
  EXPECT_EQ(task.program[8].argument, -2);
  EXPECT_EQ(task.program[8].spread, 6U);
  EXPECT_EQ(task.program[9].argument, static_cast<int>(kernel::TaskClass::kFifo) | 10 << 8);
  EXPECT_EQ(task.program[9].spread, 2U);
  EXPECT_EQ(task.program[10].spread, 2U);
}

TEST(LowerTest, PeriodsConditionsAndBarriersBecomeOperations) {
  const Scenario s = scenario(
      kMinimal, {"tasks=[{name: two, count: 2, program: [{lock: other}, {cond_wait: d, mutex: other}, {unlock: other}, {barrier: "
                 "y}, {loop: {times: 2, program: [{barrier: y}]}}]}, {name: t, class: rr, prio: 9, program: [{timer_us: [3, 5]}, "
                 "{timer_us: 4, mode: relative}, {lock: m}, {cond_wait: c, mutex: m}, {cond_signal: d}, {cond_broadcast: c}, "
                 "{barrier: y}, {barrier: z, waiters: 7}]}, {name: u, program: [{barrier: z}]}]"});
  const LoweredScenario lowered(s);
  const kernel::UserSpace& user = lowered.kernel().user;
  ASSERT_EQ(user.nr_conds, 2U);
  EXPECT_STREQ(user.conds[0], "d");
  EXPECT_STREQ(user.conds[1], "c");
  ASSERT_EQ(user.nr_barriers, 2U);
  EXPECT_STREQ(user.barriers[0].name, "y");
  EXPECT_EQ(user.barriers[0].waiters, 3U) << "two copies and t, however many steps each of them has";
  EXPECT_STREQ(user.barriers[1].name, "z");
  EXPECT_EQ(user.barriers[1].waiters, 7U) << "as a step says";
  const kernel::TaskSpec& task = user.tasks[2];
  EXPECT_EQ(task.sched_class, kernel::TaskClass::kRr);
  EXPECT_EQ(task.rt_priority, 9);
  using Kind = kernel::ProgramOpKind;
  const std::vector<std::pair<Kind, std::int64_t>> ops{
      {Kind::kTimer, 0},      {Kind::kTimer, 1},         {Kind::kLock, 1},    {Kind::kCondWait, 1 | 1 << 8},
      {Kind::kCondSignal, 0}, {Kind::kCondBroadcast, 1}, {Kind::kBarrier, 0}, {Kind::kBarrier, 1}};
  ASSERT_EQ(task.nr_ops, ops.size());
  for (std::size_t i = 0; i < ops.size(); ++i) {
    EXPECT_EQ(task.program[i].kind, ops[i].first) << i;
    EXPECT_EQ(task.program[i].argument, ops[i].second) << i;
  }
  EXPECT_EQ(task.program[0].min_ns, 3000U);
  EXPECT_EQ(task.program[0].max_ns, 5000U);
}

// A kernel whose CPUs can leave is another kernel: only who asks for it gets it.
TEST(LowerTest, APowerSwitchAsksForHotplug) {
  const Scenario s = scenario(kMinimal +
                              "stimuli: [ { at: { us: 5 }, hart: 1, power: off }, { at: { event: cpu_offline, hart: 1 }, "
                              "hart: 1, power: on } ]\n");
  ASSERT_EQ(s.stimuli.size(), 2U);
  EXPECT_EQ(s.stimuli[0].power, false);
  EXPECT_EQ(s.stimuli[0].hart, 1U);
  EXPECT_EQ(s.stimuli[1].power, true);
  EXPECT_TRUE(LoweredScenario(s).kernel().hotplug_cpu);
  EXPECT_FALSE(LoweredScenario(scenario(kMinimal)).kernel().hotplug_cpu);
}

TEST(LowerTest, ASignalIsToldByASourceOfItsOwn) {
  const Scenario s = scenario(kMinimal +
                                  "stimuli: [ { at: { us: 5 }, irq: 1 }, { at: { us: 9 }, signal: stop, task: b }, "
                                  "{ at: { event: breakout }, signal: cont, task: b } ]\n",
                              {"tasks=[{name: a, program: [{wait_irq: 2}]}, {name: b, count: 3, program: [{run_us: 1}]}]"});
  const LoweredScenario lowered(s);
  const kernel::KernelConfig& kernel = lowered.kernel();
  ASSERT_EQ(kernel.user.nr_signals, 2U);
  EXPECT_EQ(kernel.user.signals[0].source, 3);
  EXPECT_EQ(kernel.user.signals[0].signal, kernel::Signal::kStop);
  EXPECT_EQ(kernel.user.signals[0].first_target, 1U);
  EXPECT_EQ(kernel.user.signals[0].nr_targets, 3U);
  EXPECT_EQ(kernel.user.signals[1].source, 4);
  EXPECT_EQ(kernel.user.signals[1].signal, kernel::Signal::kCont);
  EXPECT_EQ(all_stimuli(s)[1].irq, 3U) << "what the machine raises";
}

// A loader is a task that the scenario does not write: its policy's name leads to it.
TEST(LowerTest, ASignalToALoaderNamesItsPolicy) {
  const Scenario s = scenario(kMinimal + "stimuli: [ { at: { us: 5 }, signal: kill, loader: simple } ]\n",
                              {"scheduler=[{name: qmap}, {name: simple}]"});
  const LoweredScenario lowered(s);
  const kernel::KernelConfig& kernel = lowered.kernel();
  ASSERT_EQ(kernel.user.nr_signals, 1U);
  EXPECT_EQ(kernel.user.signals[0].source, 1);
  EXPECT_EQ(kernel.user.signals[0].signal, kernel::Signal::kKill);
  EXPECT_EQ(kernel.user.signals[0].nr_targets, 0U);
  EXPECT_STREQ(kernel.user.signals[0].loader, "simple");
}

TEST(LowerTest, RangesOfStimuliAreDrawnFromTheSeed) {
  const auto drawn = [](const std::string& seed) {
    const Scenario s =
        scenario(kMinimal + "stimuli: [ { at: { us: [0, 1000000] }, irq: 1, for_us: [1, 1000000] } ]\n", {"run.seed=" + seed});
    const Stimulus stimulus = all_stimuli(s)[0];
    EXPECT_EQ(stimulus.at.us->min, stimulus.at.us->max);
    EXPECT_LE(stimulus.for_us.min, 1'000'000U);
    return std::pair(stimulus.at.us->min, stimulus.for_us.min);
  };
  EXPECT_EQ(drawn("7"), drawn("7"));
  EXPECT_NE(drawn("7"), drawn("8"));
}

TEST(LowerTest, AStartEventRaisesASourceThatNothingElseUses) {
  const Scenario s =
      scenario(kMinimal + "stimuli: [ { at: { us: 5 }, irq: 1 } ]\n",
               {"tasks=[{name: a, start: {event: breakout, hart: 1, after_us: 9}, program: [{run_us: 1}]}, "
                "{name: b, program: [{wait_irq: 2}]}, {name: c, start: {event: scx_error}, program: [{run_us: 1}]}]"});
  const LoweredScenario lowered(s);
  EXPECT_EQ(lowered.kernel().user.tasks[0].start_irq, 3);
  EXPECT_EQ(lowered.kernel().user.tasks[1].start_irq, 0);
  EXPECT_EQ(lowered.kernel().user.tasks[2].start_irq, 4);
  const auto stimuli = all_stimuli(s);
  ASSERT_EQ(stimuli.size(), 3U);
  EXPECT_EQ(stimuli[1].irq, 3U);
  EXPECT_EQ(stimuli[1].at.after_us.min, 9U);
  EXPECT_EQ(event_log::to_string(*stimuli[1].at.event), "breakout on hart 1");
  EXPECT_EQ(stimuli[2].irq, 4U);
  EXPECT_EQ(s.stimuli.size(), 1U) << "those of the scenario stay as written";
}

TEST(LowerTest, StartOffsetsComeFromTheSeedAlone) {
  const auto starts = [](const char* seed) {
    const LoweredScenario lowered(
        scenario(kMinimal, {"tasks.0.count=4", "tasks.0.start_us=[0, 1000000]", std::string("run.seed=") + seed}));
    std::vector<std::uint64_t> list;
    for (unsigned i = 0; i < 4; ++i) list.push_back(lowered.kernel().user.tasks[i].start_ns);
    return list;
  };
  EXPECT_EQ(starts("7"), starts("7"));
  EXPECT_NE(starts("7"), starts("8"));
  EXPECT_NE(starts("7")[0], starts("7")[1]);
}

}  // namespace
}  // namespace tb::config
