// SPDX-License-Identifier: Apache-2.0
// Everything at once: a policy that puts tasks on every kind of queue and takes its time over it, threads that change the
// tasks' priorities, classes and CPUs meanwhile, tasks that are born and die, hold each other up, are stopped and killed, policies that come
// and go. No invariant breaks, nobody is lost, nobody starves, and a policy that asks only for what is allowed at that moment is never blamed.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/thread_names.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/race_lab.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr unsigned kNrTasks = 10;
constexpr std::uint64_t kQueues = 3;
constexpr unsigned kRcuPriority = 40;

std::mt19937 randomness;
std::set<Task*> waiting;  // with the policy
bool changers_started;

unsigned draw(unsigned below) { return static_cast<unsigned>(randomness() % below); }

std::int32_t allowed_cpu(const Task* p) {
  const Cpumask allowed = bpf_task_cpus_allowed(p);
  return static_cast<std::int32_t>(cpumask_next_wrap(allowed, draw(64)));
}

std::uint64_t any_queue(const Task* p) {
  switch (draw(4)) {
    case 0: return SCX_DSQ_LOCAL;
    case 1: return SCX_DSQ_LOCAL_ON | static_cast<std::uint64_t>(allowed_cpu(p));
    case 2: return SCX_DSQ_GLOBAL;
    default: return draw(kQueues);
  }
}

bool may_go_to(const Task* p, std::uint64_t queue, std::int32_t here) {
  const bool on = (queue & SCX_DSQ_LOCAL_ON) == SCX_DSQ_LOCAL_ON;
  if (!on && queue != SCX_DSQ_LOCAL) return true;
  const std::uint64_t cpu = on ? queue & SCX_DSQ_LOCAL_CPU_MASK : static_cast<std::uint64_t>(here);
  return cpumask_test(bpf_task_cpus_allowed(p), static_cast<unsigned>(cpu));
}

void maybe_linger() {
  if (draw(3) == 0) burn(draw(1'500));
}

std::int32_t select_cpu(void*, Task* p, std::int32_t, std::uint64_t) {
  const std::int32_t cpu = allowed_cpu(p);
  if (draw(4) == 0) scx_bpf_dispatch(p, any_queue(p), 1 * kMs, 0);
  maybe_linger();
  return cpu;
}

void enqueue(void*, Task* p, std::uint64_t) {
  if (draw(2) == 0) {
    scx_bpf_dispatch(p, any_queue(p), (1 + draw(4)) * kMs, draw(4) == 0 ? SCX_ENQ_PREEMPT : 0);
  } else {
    waiting.insert(p);
    scx_bpf_kick_cpu(allowed_cpu(p), SCX_KICK_IDLE);
  }
  maybe_linger();
}

// Up to three tasks of the policy's, some twice, where they may go; then what the user queues have.
void dispatch(void*, std::int32_t cpu, Task*) {
  // Not on the stack: a run may end in the middle of a callback, and stacks are abandoned then.
  static std::map<std::int32_t, std::set<Task*>> candidates_of;
  const std::set<Task*>& candidates = candidates_of[cpu] = waiting;
  unsigned left = 3;
  for (Task* p : candidates) {
    if (left == 0) break;
    if (draw(2) == 0) continue;
    --left;
    const std::uint64_t queue = any_queue(p);
    scx_bpf_dispatch(p, queue, 2 * kMs, 0);
    // The look comes after the request, whose brand tells of all changes since.
    if (!may_go_to(p, queue, cpu)) scx_bpf_dispatch_cancel();
    maybe_linger();
  }
  maybe_linger();
  for (std::uint64_t queue = 0; queue < kQueues; ++queue) {
    if (scx_bpf_consume(queue)) break;
  }
}

void change_something(Task& p, unsigned nr_cpus) {
  static constexpr unsigned kPolicies[] = {SCHED_NORMAL, SCHED_EXT, SCHED_NORMAL, SCHED_FIFO, SCHED_EXT, SCHED_BATCH};
  switch (draw(4)) {
    case 0: set_user_nice(p, static_cast<int>(draw(40)) - 20); break;
    case 1: set_cpus_allowed(p, 1 + draw((1u << nr_cpus) - 1)); break;
    case 2: {
      const unsigned policy = kPolicies[draw(6)];
      sched_setscheduler(p, policy, policy == SCHED_FIFO ? 1 + draw(20) : 0);
      break;
    }
    default: scx_bpf_kick_cpu(static_cast<std::int32_t>(draw(nr_cpus)), draw(2) == 0 ? SCX_KICK_PREEMPT : 0); break;
  }
}

void change_for_ever(Task&) {
  const unsigned nr_cpus = kernel_config->nr_cpus;
  for (;;) {
    Task* const p = task_named(numbered("t", static_cast<long>(draw(kNrTasks))));
    if (p != nullptr) change_something(*p, nr_cpus);
    sys_nanosleep((5 + draw(60)) * kUs);
  }
}

int init(void*, const std::int64_t*) {
  waiting.clear();
  for (std::uint64_t queue = 0; queue < kQueues; ++queue) {
    if (scx_bpf_create_dsq(queue) != 0) return -1;
  }
  if (changers_started) return 0;
  changers_started = true;
  // As rcutree.kthread_prio does it. While a policy is disabled a changed task is fair and those that wait for the switch are
  // ext, below it: where fair tasks fill the CPUs, a normal rcu_sched would never end the grace period that the switch waits for.
  sched_setscheduler(*task_named(thread_names::rcu_sched), SCHED_FIFO, kRcuPriority);
  for (unsigned i = 0; i < 2; ++i) {
    wake_up_new_task(kthread_create({.comm = i == 0 ? "changer0" : "changer1",
                                     .policy = SCHED_FIFO,
                                     .rt_priority = kScriptPriority,
                                     .kthread = true,
                                     .function = change_for_ever}));
  }
  return 0;
}

constexpr const char* kLocks[] = {"m"};
constexpr SignalSpec kSignals[] = {
    {1, Signal::kKill, kNrTasks + 1, 1}, {2, Signal::kStop, kNrTasks + 2, 3}, {3, Signal::kCont, kNrTasks + 2, 3}};

// After the tasks that are counted and the child: who is killed in whatever it does, lockers that are stopped, a pair that
// wakes each other.
void add_tasks_that_hold_each_other_up(KernelRun& run) {
  const ProgramOp lock{ProgramOpKind::kLock, 0, 0, 0}, unlock{ProgramOpKind::kUnlock, 0, 0, 0}, wait{ProgramOpKind::kWait, 0, 0};
  const auto wake = [](unsigned task) { return ProgramOp{ProgramOpKind::kWake, 0, 0, 0, task, 1}; };
  run.config.user.locks = kLocks;
  run.config.user.nr_locks = 1;
  run.config.user.signals = kSignals;
  run.config.user.nr_signals = 3;
  run.task("victim", {run_for(20 * kUs), lock, sleep_for(30 * kUs), unlock, run_for(40 * kUs), wait}).template_only = true;
  for (const char* name : {"locker0", "locker1", "locker2"}) {
    run.task(name, {lock, run_for(25 * kUs), unlock, sleep_for(60 * kUs)});
  }
  run.task("ping", {wake(kNrTasks + 6), wait, run_for(15 * kUs), sleep_for(50 * kUs)});
  run.task("pong", {wait, run_for(10 * kUs), wake(kNrTasks + 5)});
  run.task("spawner", {fork_task(kNrTasks + 1), run_for(20 * kUs), sleep_for(400 * kUs)});
}

void send_signals_for_ever(KernelRun& run) {
  host::HostMachine& machine = run.machine();
  const auto pulse = [&machine](unsigned source, sim::Cycle at) {
    machine.at(at, [&machine, source] { machine.set_irq_source(source, true); });
    machine.at(at + 1'000, [&machine, source] { machine.set_irq_source(source, false); });
  };
  for (sim::Cycle at = 500'000; at < 25'000'000; at += 190'000) pulse(1, at + draw(100'000));
  for (sim::Cycle at = 600'000; at < 24'000'000; at += 900'000) {
    pulse(2, at);
    pulse(3, at + 100'000 + draw(300'000));
  }
}

struct ChaosParam {
  unsigned cpus;
  unsigned seed;
  bool partial;
  Preempt preempt;
  Nohz nohz;
};

void PrintTo(const ChaosParam& param, std::ostream* out) { *out << param.cpus << " cpus, seed " << param.seed; }

}  // namespace

class ChaosTest : public testing::TestWithParam<ChaosParam> {};

TEST_P(ChaosTest, NothingIsLost) {
  KernelRun run(GetParam().cpus);
  run.config.preempt = GetParam().preempt;
  run.config.nohz = GetParam().nohz;
  randomness.seed(GetParam().seed);
  changers_started = false;
  test_ops = {};
  test_ops.flags = GetParam().partial ? SCX_OPS_SWITCH_PARTIAL : 0;
  test_ops.init = init;
  test_ops.select_cpu = select_cpu;
  test_ops.enqueue = enqueue;
  test_ops.dequeue = [](void*, Task* p, std::uint64_t) {
    waiting.erase(p);
    maybe_linger();
  };
  test_ops.dispatch = dispatch;
  test_ops.running = [](void*, Task* p) { waiting.erase(p); };
  test_ops.exit_task = [](void*, Task* p, bool) { waiting.erase(p); };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 1'000;
  spec.unload_after_ns = 20 * kMs;
  spec.stats_period_ns = 5 * kMs;
  for (unsigned i = 0; i < kNrTasks; ++i) {
    run.task(numbered("t", i), {run_for((10 + 37 * i) * kUs), sleep_for((20 + 53 * (i % 4)) * kUs)});
  }
  TaskSpec& child = run.task("child", {run_for(20 * kUs), sleep_for(30 * kUs), run_for(10 * kUs)});
  child.template_only = child.once = true;
  add_tasks_that_hold_each_other_up(run);
  for (unsigned i = 0; i < 2; ++i) run.task("forker", {fork_task(kNrTasks), run_for(30 * kUs), sleep_for(200 * kUs)});
  std::map<std::string, std::set<std::uint64_t>> ran;  // comm -> 50 ms spans in which it ran
  run.log.only = {"sched_switch", "scx_error", "task_audit", "task_exit", "user_lock"};
  run.log.keep = [&](const LoggedEvent& event) {
    if (event.name == "sched_switch") ran[event.text("next_comm")].insert(event.cycle / 5'000'000);
    return event.name != "sched_switch";
  };
  send_signals_for_ever(run);
  run.run_us(250'000);
  EXPECT_GE(run.log.named("task_audit").size(), 4u);
  for (const LoggedEvent& audit : run.log.named("task_audit")) EXPECT_EQ(audit.number("lost"), 0u);
  for (const LoggedEvent& error : run.log.named("scx_error")) ADD_FAILURE() << error.describe();
  for (unsigned i = 0; i < kNrTasks; ++i) {
    EXPECT_GE(ran[numbered("t", i)].size(), 4u) << "t" << i << " was away for long";
  }
  for (const char* name : {"locker0", "locker1", "locker2", "ping", "pong"}) EXPECT_GE(ran[name].size(), 4u) << name;
  unsigned killed = 0;
  for (const LoggedEvent& end : run.log.named("task_exit")) killed += end.text("comm") == "victim" ? 1 : 0;
  EXPECT_GE(killed, 50u);
  std::string owner;
  for (const LoggedEvent& step : run.log.named("user_lock")) {
    const std::string& op = step.text("op");
    const std::string who = std::to_string(step.number("pid"));
    if (op == "acquired") {
      EXPECT_EQ(owner, "") << step.describe();
      owner = who;
    } else if (op == "released" || op == "owner_died") {
      EXPECT_EQ(owner, who) << step.describe();
      owner.clear();
    }
    EXPECT_NE(op, "not_owner") << step.describe();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ChaosTest,
                         testing::Values(ChaosParam{2, 1, false, Preempt::kVoluntary, Nohz::kOff},
                                         ChaosParam{2, 212, false, Preempt::kNone, Nohz::kOff},
                                         ChaosParam{3, 217, true, Preempt::kFull, Nohz::kOff},
                                         ChaosParam{4, 202, false, Preempt::kVoluntary, Nohz::kIdle},
                                         ChaosParam{4, 5, true, Preempt::kVoluntary, Nohz::kOff},
                                         ChaosParam{8, 6, false, Preempt::kFull, Nohz::kIdle}));

}  // namespace kernel
