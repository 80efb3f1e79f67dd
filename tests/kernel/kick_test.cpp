// SPDX-License-Identifier: Apache-2.0
// scx_bpf_kick_cpu: what each kind of kick does to the CPU it is aimed at; and how a policy hears that it loses a CPU.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/race_lab.h"
#include "tests/kernel/test_policies.h"

using namespace testing_kernel;

namespace {

constexpr std::uint64_t kLongSlice = 50 * kMs;

// CPU 1 is an ext task's, or idle; the script on CPU 2 kicks it. All other tasks stay in fair, away from it.
class KickTest : public testing::Test {
 protected:
  KickTest() : run(3) {
    test_ops = {};
    test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
    test_ops.select_cpu = [](void*, Task*, std::int32_t, std::uint64_t) { return std::int32_t{1}; };
    test_ops.enqueue = [](void*, Task* p, std::uint64_t) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, kLongSlice, 0); };
  }

  void ext_task(const char* comm, std::vector<ProgramOp> program) {
    TaskSpec& spec = run.task(comm, std::move(program));
    spec.sched_class = TaskClass::kExt;
    spec.cpus_allowed = 0b010;
  }
  void kicked_by(void (*script)(Task&)) {
    run_script(run, script, 0b100);
    run.run_us(8'000);
  }
  [[nodiscard]] const Events& events() const { return run.log.events(); }
  // First event of that name on a hart after an index.
  [[nodiscard]] std::size_t on_hart(sim::HartId hart, const char* name, std::size_t from) const {
    for (std::size_t i = find(events(), name, from); i < events().size(); i = find(events(), name, i + 1)) {
      if (events()[i].hart == hart) return i;
    }
    return events().size();
  }

  KernelRun run;
};

// The script's kick, some time after the tasks have settled.
template <std::uint64_t flags>
void kick_1(Task&) {
  sys_nanosleep(2 * kMs);
  scx_bpf_kick_cpu(1, flags);
}

bool is_hog(const Task* p) { return p->comm[0] == 'h'; }

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

TEST_F(KickTest, IdleKickOfABusyCpuIsNoKick) {
  ext_task("hog", {run_for(100 * kMs)});
  kicked_by(kick_1<SCX_KICK_IDLE>);
  EXPECT_TRUE(run.log.named("kick").empty());
}

// Idle when kicked, busy when the kick is carried out: it needs no push any more.
TEST_F(KickTest, IdleKickThatCameTooLate) {
  static host::HostMachine* the_machine;
  ext_task("hog", {wait_irq(1), run_for(100 * kMs)});
  run_script(run, [](Task&) {
    sys_nanosleep(1 * kMs);
    const bool were_on = arch::local_irq_save();
    scx_bpf_kick_cpu(1, SCX_KICK_IDLE);  // carried out when interrupts are on
    the_machine->set_irq_source(1, true);  // CPU 0 takes it, and wakes the task
    burn(20'000);
    the_machine->set_irq_source(1, false);
    arch::local_irq_restore(were_on);
  }, 0b100);
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

TEST_F(KickTest, NoneWhileBypassing) {
  kicked_by([](Task&) {
    scx_ops_bypass(true);
    scx_bpf_kick_cpu(1, SCX_KICK_PREEMPT);
    scx_bpf_kick_cpu(1, SCX_KICK_IDLE);
    scx_ops_bypass(false);
  });
  EXPECT_TRUE(run.log.named("kick").empty());
}

// A CPU that is off line gets no interrupt and keeps nobody waiting.
TEST_F(KickTest, OfflineCpuIsNotReached) {
  kicked_by([](Task&) {
    cpu_rq(1).scx.flags &= ~SCX_RQ_ONLINE;
    scx_bpf_kick_cpu(1, SCX_KICK_PREEMPT | SCX_KICK_WAIT);
    burn(1'000);
    scx_bpf_kick_cpu(1, SCX_KICK_IDLE);
    burn(1'000);
    cpu_rq(1).scx.flags |= SCX_RQ_ONLINE;
  });
  const std::size_t kick = find(events(), "kick");
  ASSERT_EQ(run.log.named("kick").size(), 2u);
  for (std::size_t i = kick; i < events().size() && events()[i].cycle < events()[kick].cycle + 2'000; ++i) {
    if (events()[i].name != "ipi_raise") continue;
    EXPECT_NE(events()[i].number("target_cpu"), 1u);
  }
  EXPECT_EQ(kernel().coverage.of(Cover::kick_waited), 0u);
}

namespace {

std::vector<std::string> told;  // what the policy heard of CPU 1, and did
std::uint32_t reenqueued;

void release(void*, std::int32_t cpu, const ScxCpuReleaseArgs* args) {
  if (cpu == 1) told.push_back("release " + std::to_string(args->reason) + " " + bpf_task_comm(args->task));
}

void acquire(void*, std::int32_t cpu) {
  if (cpu == 1) told.emplace_back("acquire");
}

}  // namespace

// In turn, once each, whatever the higher class does in between.
TEST_F(KickTest, PolicyHearsOfEachLossOnce) {
  told.clear();
  test_ops.cpu_release = release;
  test_ops.cpu_acquire = acquire;
  ext_task("hog", {run_for(100 * kMs)});
  for (const char* comm : {"rt_a", "rt_b"}) {
    run.rt_task(comm, 10, {sleep_for(900 * kUs), run_for(100 * kUs)}).cpus_allowed = 0b010;
  }
  kicked_by([](Task&) {});
  ASSERT_GE(told.size(), 6u);
  for (std::size_t i = 0; i < told.size(); ++i) {
    const std::string expected = i % 2 == 0 ? "release 0 rt_" : "acquire";
    EXPECT_EQ(told[i].substr(0, expected.size()), expected) << i;
  }
  EXPECT_EQ(run.log.named("cpu_release").size(), (told.size() + 1) / 2);
  EXPECT_EQ(run.log.named("cpu_acquire").size(), told.size() / 2);
}

// A fair task is no class the policy was told to expect.
TEST_F(KickTest, FairTaskIsALossForUnknownReason) {
  told.clear();
  test_ops.cpu_release = release;
  test_ops.cpu_acquire = acquire;
  ext_task("hog", {run_for(100 * kMs)});
  run.task("fair", {sleep_for(900 * kUs), run_for(100 * kUs)}).cpus_allowed = 0b010;
  kicked_by([](Task&) {});
  ASSERT_GE(told.size(), 2u);
  EXPECT_EQ(told[0], "release " + std::to_string(SCX_CPU_PREEMPT_UNKNOWN) + " fair");
  EXPECT_EQ(told[1], "acquire");
}

// What waits for a CPU that is lost, the task just displaced included, goes where the policy says: each one once.
TEST_F(KickTest, ReenqueueLocalBringsTheTasksElsewhere) {
  static std::vector<std::string> again;
  again.clear();
  reenqueued = 0;
  test_ops.enqueue = [](void*, Task* p, std::uint64_t flags) {
    if ((flags & SCX_ENQ_REENQ) != 0) again.emplace_back(bpf_task_comm(p));
    scx_bpf_dispatch(p, (flags & SCX_ENQ_REENQ) != 0 ? SCX_DSQ_GLOBAL : SCX_DSQ_LOCAL, kLongSlice, 0);
  };
  test_ops.cpu_release = [](void*, std::int32_t cpu, const ScxCpuReleaseArgs*) {
    if (cpu != 1 || reenqueued != 0) return;
    reenqueued = scx_bpf_reenqueue_local();
    scx_bpf_kick_cpu(0, SCX_KICK_IDLE);
  };
  ext_task("hog_a", {run_for(100 * kMs)});
  ext_task("hog_b", {run_for(100 * kMs)});
  run.spec("hog_a").cpus_allowed = run.spec("hog_b").cpus_allowed = 0b011;
  run.rt_task("rt", 10, {sleep_for(3 * kMs), run_for(20 * kMs)}).cpus_allowed = 0b010;
  kicked_by([](Task&) {});
  EXPECT_EQ(reenqueued, 2u);
  ASSERT_EQ(again.size(), 2u);
  EXPECT_NE(again[0], again[1]);
  const std::size_t released = find(events(), "cpu_release");
  ASSERT_LT(released, events().size());
  bool ran_elsewhere = false;
  for (std::size_t i = released; i < events().size(); ++i) {
    if (events()[i].name == "sched_switch" && events()[i].hart == 0 && events()[i].text("next_comm").rfind("hog", 0) == 0) {
      ran_elsewhere = true;
    }
  }
  EXPECT_TRUE(ran_elsewhere);
}

TEST_F(KickTest, ReenqueueLocalOutsideCpuReleaseIsAnError) {
  test_ops.tick = [](void*, Task*) { scx_bpf_reenqueue_local(); };
  ext_task("hog", {run_for(100 * kMs)});
  kicked_by([](Task&) {});
  ASSERT_EQ(run.log.named("scx_error").size(), 1u);
}
