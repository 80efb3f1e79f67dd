// SPDX-License-Identifier: Apache-2.0
// Races of two harts that do the same: two dispatchers of one task, two changes of one task, two errors.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/race_lab.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct Lab {
  Task* victim = nullptr;
  Meeting meeting;
  bool armed[4] = {};  // this CPU's next step is the one to race
  int offset = 0;
  unsigned round = 0;  // the second thread follows it
  unsigned met = 0;
  unsigned runs = 0;
  unsigned stuck = 0;
  std::uint64_t dsq = SCX_DSQ_GLOBAL;
  bool over = false;
};

Lab lab;

std::uint32_t victim_state() { return lab.victim->scx.ops_state.shown() & SCX_OPSS_STATE_MASK; }

bool disarm(std::int32_t cpu) {
  const bool was_armed = lab.armed[cpu];
  lab.armed[cpu] = false;
  return was_armed;
}

void meet(unsigned side) {
  if (lab.meeting.join(side)) ++lab.met;
}

template <class Condition>
bool wait_for(Condition condition) {
  for (unsigned turn = 0; turn < 100; ++turn) {
    if (condition()) return true;
    sys_nanosleep(20 * kUs);
  }
  return false;
}

bool victim_is_the_policys() { return lab.victim->cpu == 1 && victim_state() == SCX_OPSS_QUEUED; }

void kick_until_it_ran(unsigned runs) {
  const bool ran = wait_for([&] {
    if (lab.runs != runs) return true;
    if (victim_state() == SCX_OPSS_QUEUED) scx_bpf_kick_cpu(0, 0);
    return false;
  });
  if (!ran) ++lab.stuck;
}

void end_of_races() {
  lab.over = true;
  scx_exit(SCX_EXIT_UNREG_BPF, 0, "raced");
}

// A policy that keeps one task on CPU 1, to be dispatched by CPU 0.
void set_up(KernelRun& run, std::uint64_t cpus_allowed) {
  lab = {};
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.select_cpu = [](void*, Task*, std::int32_t, std::uint64_t) { return std::int32_t{1}; };
  test_ops.enqueue = [](void*, Task*, std::uint64_t) {};
  test_ops.running = [](void*, Task* p) { lab.runs += p == lab.victim ? 1 : 0; };
  TaskSpec& victim = run.task("victim", {run_for(5 * kUs), sleep_for(30 * kUs)});
  victim.sched_class = TaskClass::kExt;
  victim.cpus_allowed = cpus_allowed;
  run.log.only = {"task_audit", "scx_error", "scx_exit_ignored", "scx_disable"};
  run.log.on_each = [&run](const LoggedEvent& event) {
    if (event.name == "task_audit") run.machine().stop();
  };
}

void expect_nothing_lost(const KernelRun& run) {
  EXPECT_TRUE(lab.over);
  EXPECT_EQ(lab.stuck, 0u);
  const Events audit = run.log.named("task_audit");
  ASSERT_EQ(audit.size(), 1u);
  EXPECT_EQ(audit[0].number("lost"), 0u);
}

void start_second(void (*function)(Task&)) {
  wake_up_new_task(kthread_create({.comm = "second",
                                   .cpus_allowed = 0b1000,
                                   .policy = SCHED_FIFO,
                                   .rt_priority = kScriptPriority,
                                   .kthread = true,
                                   .function = function}));
}

}  // namespace

class TwoDispatchersTest : public testing::TestWithParam<std::uint64_t> {};

// Of two CPUs that name one task, one gets it; the other finds it claimed, or gone.
TEST_P(TwoDispatchersTest, OneGetsTheTask) {
  KernelRun run(4);
  set_up(run, 0b1011);
  lab.dsq = GetParam();
  test_ops.dispatch = [](void*, std::int32_t cpu, Task*) {
    if (lab.victim == nullptr || (cpu != 0 && cpu != 3)) return;
    const bool racing = disarm(cpu);
    if (!racing && victim_state() != SCX_OPSS_QUEUED) return;
    scx_bpf_dispatch(lab.victim, lab.dsq, SCX_SLICE_DFL, 0);
    if (racing) meet(cpu == 0 ? 0 : 1);
  };
  run_script(
      run,
      [](Task&) {
        wait_for_quiet_rcu();
        lab.victim = task_named("victim");
        for (int offset = -150; offset <= 150; ++offset) {
          const unsigned runs = lab.runs;
          if (!wait_for(victim_is_the_policys)) ++lab.stuck;
          lab.meeting.open(offset);
          lab.armed[0] = lab.armed[3] = true;
          scx_bpf_kick_cpu(0, 0);
          scx_bpf_kick_cpu(3, 0);
          kick_until_it_ran(runs);
          if (!wait_for([] { return !lab.armed[0] && !lab.armed[3]; })) ++lab.stuck;
        }
        end_of_races();
      },
      0b0100);
  run.run_us(500'000);
  expect_nothing_lost(run);
  EXPECT_EQ(lab.met, 2u * 301u);
  EXPECT_GT(kernel().coverage.of(Cover::dispatch_claimed), 300u);
  EXPECT_GT(kernel().coverage.of(Cover::dispatch_saw_dispatching), 0u);
  EXPECT_GT(kernel().coverage.of(Cover::dispatch_saw_none), 0u);
  EXPECT_TRUE(run.log.named("scx_error").empty());
}

INSTANTIATE_TEST_SUITE_P(Destinations, TwoDispatchersTest, testing::Values(SCX_DSQ_GLOBAL, SCX_DSQ_LOCAL));

namespace {

// The second change of each round.
void (*change)(Task& victim, unsigned round);

void second_changer(Task&) {
  for (unsigned seen = 0; !lab.over;) {
    if (lab.round == seen) {
      sys_nanosleep(10 * kUs);
      continue;
    }
    seen = lab.round;
    const bool were_on = arch::local_irq_save();
    meet(1);
    arch::local_irq_restore(were_on);
    change(*lab.victim, seen);
  }
}

}  // namespace

// A verdict for another CPU's LOCAL is carried out by an irq_work of the CPU that enqueued. A second change of the task
// comes before it, or after.
class DeferredRaceTest : public testing::Test {
 protected:
  DeferredRaceTest() : run(4) {}
  void race();

  KernelRun run;
};

void DeferredRaceTest::race() {
  set_up(run, 0b0011);
  test_ops.enqueue = [](void*, Task* p, std::uint64_t) {
    if (p != lab.victim || arch::smp_processor_id() < 2 || !cpumask_test(p->cpus_allowed, 0)) return;
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL_ON | 0, SCX_SLICE_DFL, 0);
    if (disarm(2)) meet(0);
  };
  test_ops.dispatch = [](void*, std::int32_t cpu, Task*) {
    if (cpu != 0 || lab.victim == nullptr || victim_state() != SCX_OPSS_QUEUED) return;
    scx_bpf_dispatch(lab.victim, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    if (!cpumask_test(bpf_task_cpus_allowed(lab.victim), 0)) scx_bpf_dispatch_cancel();
  };
  run_script(
      run,
      [](Task&) {
        wait_for_quiet_rcu();
        lab.victim = task_named("victim");
        start_second(second_changer);
        for (int offset = -300; offset <= 600; offset += 10) {
          const unsigned runs = lab.runs;
          if (!wait_for(victim_is_the_policys)) ++lab.stuck;
          lab.meeting.open(offset);
          lab.armed[2] = true;
          ++lab.round;
          set_user_nice(*lab.victim, static_cast<int>(lab.round % 2));
          sys_nanosleep(100 * kUs);
          set_cpus_allowed(*lab.victim, 0b0011);
          kick_until_it_ran(runs);
        }
        end_of_races();
      },
      0b0100);
  run.run_us(500'000);
  expect_nothing_lost(run);
  EXPECT_EQ(lab.met, 2u * 91u);
  EXPECT_GT(kernel().coverage.of(Cover::deferred_moved), 0u);
  EXPECT_GT(kernel().coverage.of(Cover::deferred_dequeued), 0u);
  EXPECT_TRUE(run.log.named("scx_error").empty());
}

TEST_F(DeferredRaceTest, MovedOrDequeued) {
  change = [](Task& victim, unsigned round) { set_user_nice(victim, static_cast<int>(10 + round % 2)); };
  race();
}

// The verdict ends with the enqueue it was given for: a mask that has changed since would make it wrong.
TEST_F(DeferredRaceTest, NewMaskNewVerdict) {
  change = [](Task& victim, unsigned) { set_cpus_allowed(victim, 0b0010); };
  race();
}

namespace {

void fail_at_once(Task&) {
  const bool were_on = arch::local_irq_save();
  meet(1);
  scx_error(SCX_EXIT_ERROR, "second");
  arch::local_irq_restore(were_on);
}

}  // namespace

// Whichever comes first is the exit, whole: kind, message and all of one report.
TEST(TwoErrorsTest, TheFirstWins) {
  unsigned firsts = 0;
  unsigned seconds = 0;
  for (int offset = -40; offset <= 40; offset += 4) {
    KernelRun run(4);
    set_up(run, 0b0011);
    lab.offset = offset;
    run_script(
        run,
        [](Task&) {
          lab.meeting.open(lab.offset);
          start_second(fail_at_once);
          const bool were_on = arch::local_irq_save();
          meet(0);
          scx_error(SCX_EXIT_ERROR_BPF, "first");
          arch::local_irq_restore(were_on);
        },
        0b0100);
    run.run_us(20'000);
    ASSERT_EQ(lab.met, 2u);
    EXPECT_EQ(kernel().coverage.of(Cover::second_exit_ignored), 1u);
    ASSERT_EQ(run.log.named("scx_error").size(), 1u);
    const Events ignored = run.log.named("scx_exit_ignored");
    ASSERT_EQ(ignored.size(), 1u);
    const Events disabled = run.log.named("scx_disable");
    ASSERT_EQ(disabled.size(), 1u);
    const bool first = disabled[0].text("msg") == "first";
    EXPECT_EQ(disabled[0].number("kind"), first ? 1025u : 1024u);
    EXPECT_EQ(ignored[0].number("kind"), first ? 1024u : 1025u);
    EXPECT_EQ(run.log.named("scx_error")[0].text("msg"), disabled[0].text("msg"));
    ++(first ? firsts : seconds);
  }
  EXPECT_GT(firsts, 0u);
  EXPECT_GT(seconds, 0u);
}

// A slice that a policy has taken away is filled again when the task gets its CPU.
TEST(RefillTest, NoSliceLeftAtThePick) {
  KernelRun run(1);
  test_ops = {};
  test_ops.enqueue = [](void*, Task* p, std::uint64_t) {
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    bpf_task_set_slice(p, 0);
  };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(2'000);
  EXPECT_GT(kernel().coverage.of(Cover::zero_slice_refilled), 5u);
  EXPECT_NE(run.log.console().find("has zero slice in pick_task_scx()"), std::string::npos);
}

}  // namespace kernel
