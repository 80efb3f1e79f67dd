// SPDX-License-Identifier: Apache-2.0
// A task's class, priority and nice value change wherever it stands: asleep, queued, running, on its way between CPUs.
#include <gtest/gtest.h>

#include <map>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/class.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// After `step`, every 50 us, on the tasks named t0, t1, ...: each in turn to the next of the classes.
void change_round_and_round(Task&) {
  constexpr unsigned kPolicies[] = {SCHED_FIFO, SCHED_NORMAL, SCHED_EXT, SCHED_BATCH, SCHED_FIFO, SCHED_IDLE};
  constexpr const char* kNames[] = {"t0", "t1", "t2", "t3", "t4", "t5"};
  for (unsigned round = 0; round < 600; ++round) {
    Task* const p = task_named(kNames[round % 6]);
    if (p != nullptr) {
      const unsigned policy = kPolicies[(round / 6) % 6];
      sched_setscheduler(*p, policy, policy == SCHED_FIFO ? 1 + round % 7 : 0);
      if (round % 3 == 0) set_user_nice(*p, static_cast<int>(round % 40) - 20);
    }
    sys_nanosleep(53 * kUs);
  }
}

}  // namespace

class SetschedulerTest : public testing::TestWithParam<bool> {};

// Under load on three CPUs, among all classes, with a policy that takes all tasks or only those that ask for it: the
// invariants hold, and everybody goes on running.
TEST_P(SetschedulerTest, AmongAllClassesUnderLoad) {
  KernelRun run(3);
  test_ops = {};
  test_ops.flags = GetParam() ? SCX_OPS_SWITCH_PARTIAL : 0;
  for (int i = 0; i < 6; ++i) {
    std::vector<ProgramOp> program{run_for(70 * kUs), sleep_for((i % 3) * 60 * kUs)};
    if (i == 4) program.push_back(yield());
    run.task(numbered("t", i), program);
  }
  run_script(run, change_round_and_round);
  run.run_us(200'000);
  EXPECT_TRUE(run.log.named("invariant").empty());
  EXPECT_GT(run.log.named("class_switch").size(), 200u);
  auto used = cpu_time(run.log, 5'000'000, 20'000'000);  // the script is through, nobody is SCHED_FIFO any more
  for (int i = 0; i < 6; ++i) EXPECT_GT(used[numbered("t", i)], 500'000u) << i;
}

INSTANTIATE_TEST_SUITE_P(Modes, SetschedulerTest, testing::Bool());

namespace {

struct Answers {
  int bad_policy, fifo_without_priority, priority_without_fifo, too_high, refused, back, state_nice;
  const SchedClass* as_fifo;
  const SchedClass* as_normal;
  uint64_t position;
} answers;

void ask_for_nonsense(Task&) {
  Task& p = *task_named("t");
  answers.bad_policy = sched_setscheduler(p, 4, 0);
  answers.fifo_without_priority = sched_setscheduler(p, SCHED_FIFO, 0);
  answers.priority_without_fifo = sched_setscheduler(p, SCHED_NORMAL, 5);
  answers.too_high = sched_setscheduler(p, SCHED_FIFO, 100);
  sched_setscheduler(p, SCHED_FIFO, 7);
  answers.as_fifo = p.sched_class;
  answers.back = sched_setscheduler(p, SCHED_NORMAL, 0);
  answers.as_normal = p.sched_class;
  set_user_nice(p, 100);
  answers.state_nice = p.nice;
}

}  // namespace

TEST(SetschedulerTest, ArgumentsAreChecked) {
  KernelRun run(2);
  test_ops = {};
  answers = {};
  run.task("t", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run_script(run, ask_for_nonsense);
  run.run_us(10'000);
  EXPECT_EQ(answers.bad_policy, -EINVAL);
  EXPECT_EQ(answers.fifo_without_priority, -EINVAL);
  EXPECT_EQ(answers.priority_without_fifo, -EINVAL);
  EXPECT_EQ(answers.too_high, -EINVAL);
  EXPECT_EQ(answers.as_fifo, &kRtSchedClass);
  EXPECT_EQ(answers.back, 0);
  EXPECT_EQ(answers.as_normal, &kExtSchedClass);
  EXPECT_EQ(answers.state_nice, 19);
}

// A policy that does not want a task in SCHED_EXT says so in init_task.
TEST(SetschedulerTest, DisallowedTaskMayNotEnterExt) {
  KernelRun run(2);
  test_ops = {};
  answers = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.init_task = [](void*, Task* p, bool) {
    if (bpf_task_comm(p)[0] == 't') p->scx.disallow = true;
    return 0;
  };
  run.task("t", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run_script(run, [](Task&) { answers.refused = sched_setscheduler(*task_named("t"), SCHED_EXT, 0); });
  run.run_us(10'000);
  EXPECT_EQ(answers.refused, -EACCES);
}

// A fair task made SCHED_FIFO takes the CPU at once; made normal again, it gives it back.
TEST(SetschedulerTest, TakesTheCpuAtOnce) {
  KernelRun run(1);
  run.task("hog", {run_for(100 * kMs)});
  TaskSpec& spec = run.task("t", {sleep_for(3 * kMs), set_scheduler(TaskClass::kFifo, 3), run_for(50 * kMs),
                                  set_scheduler(TaskClass::kNormal), run_for(100 * kMs)});
  spec.nice = 19;
  run.run_us(90'000);
  // From the switch to FIFO to the switch back nobody else of the normal tasks ran.
  const Events& events = run.log.events();
  const std::size_t up = find(events, "class_switch", find(events, "sched_wakeup"));
  std::size_t first = up;
  while (first < events.size() && !(events[first].name == "class_switch" && events[first].text("to") == "rt" &&
                                    events[first].number("pid") == pid_of(run.log, "t"))) {
    first = find(events, "class_switch", first + 1);
  }
  ASSERT_LT(first, events.size());
  const std::size_t last = find(events, "class_switch", first + 1);
  ASSERT_LT(last, events.size());
  EXPECT_GE(events[last].cycle - events[first].cycle, 5'000'000u);
  for (std::size_t i = first; i < last; ++i)
    EXPECT_FALSE(events[i].name == "sched_switch" && events[i].text("next_comm") == "hog");
  const std::size_t after = find(events, "sched_switch", last);
  ASSERT_LT(after, events.size());
  EXPECT_EQ(events[after].text("next_comm"), "hog") << "it has waited longer";
}

// Weights count: nice 0 against nice 5 share one CPU 3 to 1; against SCHED_IDLE nearly all of it.
TEST(SetschedulerTest, NiceAndIdleShareTheCpu) {
  for (const bool idle_class : {false, true}) {
    KernelRun run(1);
    run.task("a", {run_for(1 * kMs)});
    TaskSpec& b = run.task("b", {run_for(1 * kMs)});
    if (idle_class) {
      b.sched_class = TaskClass::kIdle;
    } else {
      b.program = run.task("unused", {set_nice(5), run_for(1'000 * kMs)}).program;
      b.nr_ops = 2;
      run.spec("unused").template_only = true;
    }
    run.run_us(400'000);
    auto used = cpu_time(run.log, 100'000, 40'000'000);
    const double ratio = static_cast<double>(used["a"]) / static_cast<double>(used["b"] + 1);
    EXPECT_GT(ratio, idle_class ? 20.0 : 2.5);
    EXPECT_LT(ratio, idle_class ? 1e9 : 3.6);
  }
}

// A SCHED_FIFO task that becomes normal while a lesser SCHED_FIFO task waits has nothing to run before that one.
TEST(SetschedulerTest, LeavingRealTimeLetsRealTimeRun) {
  KernelRun run(1);
  run.rt_task("was_rt", 50,
              {sleep_for(2 * kMs), run_for(2'500 * kUs), set_scheduler(TaskClass::kNormal), run_for(5 * kMs), exit_with(0)});
  run.rt_task("rt", 10, {sleep_for(3 * kMs), run_for(1 * kMs), exit_with(0)});
  run.run_us(20'000);
  const Events& events = run.log.events();
  std::size_t change = find(events, "class_switch");
  while (change < events.size() && events[change].text("to") != "fair") change = find(events, "class_switch", change + 1);
  ASSERT_LT(change, events.size());
  const std::size_t next = find(events, "sched_switch", change);
  ASSERT_LT(next, events.size());
  EXPECT_EQ(events[next].text("prev_comm"), "was_rt");
  EXPECT_EQ(events[next].text("next_comm"), "rt");
  EXPECT_LT(events[next].cycle - events[change].cycle, 5'000u) << "at once, not at the next tick";
}

}  // namespace kernel
