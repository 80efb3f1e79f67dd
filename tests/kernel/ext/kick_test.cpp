// SPDX-License-Identifier: Apache-2.0
// scx_bpf_kick_cpu: what each kind of kick does to the CPU it is aimed at.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/kick_lab.h"
#include "tests/kernel/ext/race_lab.h"

namespace kernel {

using namespace test;

namespace {

class KickTest : public KickLab {};

// The script's kick, some time after the tasks have settled.
template <std::uint64_t flags>
void kick_1(Task&) {
  sys_nanosleep(2 * kMs);
  scx_bpf_kick_cpu(1, flags);
}

}  // namespace

TEST_F(KickTest, WithoutFlagsTheTaskKeepsItsSlice) {
  static std::uint64_t stopped;
  stopped = 0;
  test_ops.stopping = [](void*, Task* p, bool) { stopped += is_hog(p) ? 1 : 0; };
  ext_task("hog", {run_for(100 * kMs)});
  ext_task("hog", {run_for(100 * kMs)});
  kicked_by(kick_1<0>);
  const std::size_t kick = find(events(), "kick");
  ASSERT_LT(kick, events().size());
  EXPECT_EQ(events()[kick].number("target_cpu"), 1u);
  EXPECT_EQ(events()[kick].number("self"), 0u);
  EXPECT_LT(on_hart(1, "balance_enter", kick), events().size()) << "it looks again";
  EXPECT_EQ(stopped, 0u) << "and goes on with the same task";
}

// But for a slice that is used up by then, though no tick has come since: it is the next one's turn.
TEST_F(KickTest, WithoutFlagsAUsedUpSliceEnds) {
  test_ops.enqueue = [](void*, Task* p, std::uint64_t) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 250 * kUs, 0); };
  ext_task("hog", {run_for(100 * kMs)});
  ext_task("hog", {run_for(100 * kMs)});
  kicked_by([](Task&) {
    for (int i = 0; i < 15; ++i) {
      sys_nanosleep(400 * kUs);
      scx_bpf_kick_cpu(1, 0);
    }
  });
  unsigned used_up = 0;
  sim::Cycle last = 0;
  for (std::size_t i = 0; i < events().size(); ++i) {
    const LoggedEvent& event = events()[i];
    if (event.hart == 1 && event.name == "sched_switch") last = event.cycle;
    if (event.name != "kick" || event.cycle - last < 30'000) continue;
    ++used_up;
    const std::size_t change = on_hart(1, "sched_switch", i);
    ASSERT_LT(change, events().size());
    EXPECT_LT(events()[change].cycle - event.cycle, 2'000u);
  }
  EXPECT_GE(used_up, 5u);
}

TEST_F(KickTest, PreemptEndsTheSlice) {
  ext_task("hog", {run_for(100 * kMs)});
  ext_task("hog", {run_for(100 * kMs)});
  kicked_by(kick_1<SCX_KICK_PREEMPT>);
  const std::size_t kick = find(events(), "kick");
  const std::size_t change = on_hart(1, "sched_switch", kick);
  ASSERT_LT(change, events().size());
  EXPECT_LT(events()[change].cycle - events()[kick].cycle, 2'000u) << "no tick in between";
  EXPECT_EQ(events()[change].text("prev_comm"), "hog");
  EXPECT_EQ(events()[change].text("prev_state"), "R");
  EXPECT_EQ(events()[change].text("next_comm"), "hog");
}

// The slice of a task in another class is not the policy's to end.
TEST_F(KickTest, PreemptTouchesExtTasksOnly) {
  TaskSpec& spec = run.task("fair", {run_for(100 * kMs)});
  spec.cpus_allowed = 0b010;
  ext_task("waiter", {run_for(100 * kMs)});
  kicked_by(kick_1<SCX_KICK_PREEMPT>);
  const std::size_t kick = find(events(), "kick");
  ASSERT_LT(kick, events().size());
  EXPECT_LT(on_hart(1, "irq_entry", kick), events().size());
  EXPECT_EQ(on_hart(1, "sched_switch", kick), events().size());
}

TEST_F(KickTest, IdleKickWakesAnIdleCpu) {
  kicked_by(kick_1<SCX_KICK_IDLE>);
  const std::size_t kick = find(events(), "kick");
  ASSERT_LT(kick, events().size());
  EXPECT_EQ(events()[kick].number("flags"), SCX_KICK_IDLE);
  const std::size_t balance = on_hart(1, "balance_enter", kick);
  ASSERT_LT(balance, events().size());
  EXPECT_LT(events()[balance].cycle - events()[kick].cycle, 2'000u);
}

// The same kick twice: while the CPU has a task, and when that sleeps.
TEST_F(KickTest, IdleKickOfABusyCpuIsNoKick) {
  static std::uint64_t sleeps_at;
  sleeps_at = 0;
  test_ops.quiescent = [](void*, Task* p, std::uint64_t) {
    if (is_hog(p) && cpu_rq(1).curr == p) sleeps_at = arch::cycles();
  };
  ext_task("hog", {run_for(5 * kMs), sleep_for(100 * kMs)});
  kicked_by([](Task&) {
    sys_nanosleep(2 * kMs);
    EXPECT_TRUE(is_hog(cpu_rq(1).curr));
    scx_bpf_kick_cpu(1, SCX_KICK_IDLE);
    while (!cpu_rq(1).curr->is_idle_task()) sys_nanosleep(50 * kUs);
    scx_bpf_kick_cpu(1, SCX_KICK_IDLE);
  });
  const Events kicks = run.log.named("kick");
  ASSERT_EQ(kicks.size(), 1u);
  EXPECT_GT(sleeps_at, 0u);
  EXPECT_GT(kicks[0].cycle, sleeps_at);
}

// Idle when kicked, busy when the kick is carried out: it needs no push any more.
TEST_F(KickTest, IdleKickThatCameTooLate) {
  static host::HostMachine* the_machine;
  ext_task("hog", {wait_irq(1), run_for(100 * kMs)});
  run_script(
      run,
      [](Task&) {
        sys_nanosleep(1 * kMs);
        const bool were_on = arch::local_irq_save();
        scx_bpf_kick_cpu(1, SCX_KICK_IDLE);    // carried out when interrupts are on
        the_machine->set_irq_source(1, true);  // CPU 0 takes it, and wakes the task
        burn(20'000);
        the_machine->set_irq_source(1, false);
        arch::local_irq_restore(were_on);
      },
      0b100);
  the_machine = &run.machine();
  run.run_us(8'000);
  const std::size_t kick = find(events(), "kick");
  ASSERT_LT(kick, events().size());
  const std::size_t work = on_hart(2, "irq_work_run", kick);
  ASSERT_LT(work, events().size());
  const std::size_t change = on_hart(1, "sched_switch", kick);
  ASSERT_LT(change, work) << "the task was there first";
  for (std::size_t i = work; i < events().size(); ++i) {
    if (events()[i].name != "ipi_raise") continue;
    EXPECT_NE(events()[i].number("target_cpu"), 1u);
  }
}

// The kicker stands in its interrupt until the CPU has gone from ext to another class.
TEST_F(KickTest, WaitLastsUntilTheClassChanges) {
  ext_task("sleeper", {run_for(1 * kMs), sleep_for(1 * kMs)});
  kicked_by([](Task&) {
    while (!cpu_rq(1).curr->is_idle_task()) sys_nanosleep(20 * kUs);
    while (cpu_rq(1).curr->is_idle_task()) sys_nanosleep(20 * kUs);
    scx_bpf_kick_cpu(1, SCX_KICK_WAIT);
  });
  const std::size_t work = on_hart(2, "irq_work_run", 0);
  ASSERT_LT(work, events().size());
  const std::size_t left = on_hart(1, "sched_switch", work);
  ASSERT_LT(left, events().size());
  EXPECT_EQ(events()[left].text("prev_comm"), "sleeper");
  EXPECT_EQ(events()[left].text("next_class"), "idle");
  EXPECT_GT(events()[left].cycle - events()[work].cycle, 20'000u) << "it had most of its work to do";
  const std::size_t done = on_hart(2, "irq_exit", work);
  ASSERT_LT(done, events().size());
  EXPECT_LT(events()[done].cycle - events()[left].cycle, 1'000u);
  EXPECT_GT(done, left);
  EXPECT_EQ(kernel().coverage.of(Cover::kick_waited), 1u);
}

// The study knob: such a kick does all the rest.
TEST_F(KickTest, WaitCanBeIgnored) {
  run.config.kick_wait = KickWait::kIgnored;
  ext_task("hog", {run_for(100 * kMs)});
  kicked_by(kick_1<SCX_KICK_WAIT>);
  const std::size_t work = on_hart(2, "irq_work_run", 0);
  const std::size_t done = on_hart(2, "irq_exit", work);
  ASSERT_LT(done, events().size());
  EXPECT_LT(events()[done].cycle - events()[work].cycle, 1'000u);
  EXPECT_LT(on_hart(1, "balance_enter", work), events().size()) << "the CPU looks again";
  EXPECT_EQ(kernel().coverage.of(Cover::kick_waited), 0u);
}

// PREEMPT makes the way for another ext task only: the CPU is still ext's.
TEST_F(KickTest, WaitIsNotEndedByAnotherExtTask) {
  ext_task("one", {run_for(1 * kMs), sleep_for(2 * kMs)});
  ext_task("two", {run_for(1 * kMs), sleep_for(2 * kMs)});
  kicked_by([](Task&) {
    while (cpu_rq(1).scx.nr_running != 2) sys_nanosleep(20 * kUs);
    scx_bpf_kick_cpu(1, SCX_KICK_WAIT | SCX_KICK_PREEMPT);
  });
  const std::size_t work = on_hart(2, "irq_work_run", 0);
  const std::size_t done = on_hart(2, "irq_exit", work);
  ASSERT_LT(done, events().size());
  unsigned among_ext = 0;
  for (std::size_t i = on_hart(1, "sched_switch", work); i < done; i = on_hart(1, "sched_switch", i + 1)) {
    if (events()[i].text("next_class") == "ext") {
      ++among_ext;
    } else {
      EXPECT_LT(events()[done].cycle - events()[i].cycle, 1'000u);
    }
  }
  EXPECT_GE(among_ext, 1u);
}

// An RT task takes the CPU: that is a change of class too, and the wait is short.
TEST_F(KickTest, WaitIsEndedByARtTask) {
  ext_task("hog", {run_for(100 * kMs)});
  run.rt_task("rt", 10, {sleep_for(500 * kUs), run_for(100 * kUs)}).cpus_allowed = 0b010;
  kicked_by(kick_1<SCX_KICK_WAIT>);
  const std::size_t work = on_hart(2, "irq_work_run", 0);
  const std::size_t done = on_hart(2, "irq_exit", work);
  ASSERT_LT(done, events().size());
  EXPECT_LT(events()[done].cycle - events()[work].cycle, 70'000u);
  EXPECT_EQ(kernel().coverage.of(Cover::kick_waited), 1u);
}

TEST_F(KickTest, OwnCpuIsNotWaitedFor) {
  kicked_by([](Task&) { scx_bpf_kick_cpu(2, SCX_KICK_WAIT); });
  const std::size_t kick = find(events(), "kick");
  ASSERT_LT(kick, events().size());
  EXPECT_EQ(events()[kick].number("self"), 1u);
  EXPECT_LT(on_hart(2, "irq_exit", kick), events().size());
  EXPECT_EQ(kernel().coverage.of(Cover::kick_waited), 0u);
}

TEST_F(KickTest, IdleWithPreemptIsAnError) {
  kicked_by(kick_1<SCX_KICK_IDLE | SCX_KICK_PREEMPT>);
  const Events errors = run.log.named("scx_error");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].text("msg"), "PREEMPT/WAIT cannot be used with SCX_KICK_IDLE");
  EXPECT_EQ(run.log.named("kick").size(), 1u) << "and it is still an idle kick";
}

// The same kicks in bypass and after it.
TEST_F(KickTest, NoneWhileBypassing) {
  static std::uint64_t left_at;
  kicked_by([](Task&) {
    const auto kick_both_ways = [] {
      scx_bpf_kick_cpu(1, SCX_KICK_PREEMPT);
      sys_nanosleep(100 * kUs);
      scx_bpf_kick_cpu(1, SCX_KICK_IDLE);
      sys_nanosleep(100 * kUs);
    };
    scx_ops_bypass(true);
    kick_both_ways();
    scx_ops_bypass(false);
    left_at = arch::cycles();
    kick_both_ways();
  });
  const Events kicks = run.log.named("kick");
  ASSERT_EQ(kicks.size(), 2u);
  EXPECT_GE(kicks[0].cycle, left_at);
  EXPECT_EQ(kicks[0].number("flags"), SCX_KICK_PREEMPT);
  EXPECT_EQ(kicks[1].number("flags"), SCX_KICK_IDLE);
}

// On its way down or up a CPU takes no tasks of the class, but kicks: what runs there yet may depend on one.
TEST_F(KickTest, CpuThatIsThereIsReachedWhateverTheClassThinks) {
  ext_task("hog", {run_for(100 * kMs)});
  kicked_by([](Task&) {
    sys_nanosleep(2 * kMs);
    cpu_rq(1).scx.flags &= ~SCX_RQ_ONLINE;
    scx_bpf_kick_cpu(1, 0);
    burn(2'000);
    cpu_rq(1).scx.flags |= SCX_RQ_ONLINE;
  });
  const std::size_t kick = find(events(), "kick");
  ASSERT_LT(kick, events().size());
  const std::size_t balance = on_hart(1, "balance_enter", kick);
  ASSERT_LT(balance, events().size());
  EXPECT_LT(events()[balance].cycle - events()[kick].cycle, 2'000u);
}

// A CPU that is off line gets no interrupt and keeps nobody waiting.
TEST_F(KickTest, OfflineCpuIsNotReached) {
  kicked_by([](Task&) {
    cpu_rq(1).online = false;
    scx_bpf_kick_cpu(1, SCX_KICK_PREEMPT | SCX_KICK_WAIT);
    burn(1'000);
    scx_bpf_kick_cpu(1, SCX_KICK_IDLE);
    burn(1'000);
    cpu_rq(1).online = true;
  });
  const std::size_t kick = find(events(), "kick");
  ASSERT_EQ(run.log.named("kick").size(), 2u);
  for (std::size_t i = kick; i < events().size() && events()[i].cycle < events()[kick].cycle + 2'000; ++i) {
    if (events()[i].name != "ipi_raise") continue;
    EXPECT_NE(events()[i].number("target_cpu"), 1u);
  }
  EXPECT_EQ(kernel().coverage.of(Cover::kick_waited), 0u);
}

}  // namespace kernel
