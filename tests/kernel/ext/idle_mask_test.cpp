// SPDX-License-Identifier: Apache-2.0
// Built-in idle tracking and CPU selection.
#include <gtest/gtest.h>

#include <algorithm>

#include <map>
#include <set>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::vector<int> picks;
std::vector<std::pair<int, bool>> updates;

std::uint32_t idle_word(KernelRun& run) { return run.machine().peek(kernel().scx.idle_cpus.word_address(0)); }

}  // namespace

// CPUs that run their idle task are in the mask, a busy one is not.
TEST(IdleTest, MaskFollowsTheCpus) {
  KernelRun run(4);
  run.task("hog", {run_for(50 * kMs)}).cpus_allowed = 1u << 2;
  run.run_us(3'000);
  EXPECT_EQ(idle_word(run), 0b1011u);
}

// Each claim takes one of the idle CPUs; the picks rotate; with none left they fail.
TEST(IdleTest, PicksRotateUntilNoneIsLeft) {
  static Cpumask idle;
  idle = 0;
  KernelRun run(4);
  picks.clear();
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t prev_cpu, uint64_t) {
    const bool enabled = kernel().scx.enable_state.load() == SCX_OPS_ENABLED;
    if (picks.empty() && enabled && std::string(bpf_task_comm(p)) == "worker") {
      idle = kernel().scx.idle_cpus.load();
      for (int i = 0; i < 5; ++i) picks.push_back(scx_bpf_pick_idle_cpu(bpf_task_cpus_allowed(p)));
      for (int cpu = 0; cpu < 4; ++cpu) picks.push_back(scx_bpf_test_and_clear_cpu_idle(cpu) ? 1 : 0);
    }
    return prev_cpu;
  };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(10'000);
  ASSERT_EQ(picks.size(), 9u);
  std::size_t nr_idle = 0;
  while (nr_idle < 5 && picks[nr_idle] >= 0) ++nr_idle;
  ASSERT_GE(nr_idle, 3u) << "one worker leaves three CPUs idle";
  Cpumask picked = 0;
  for (std::size_t i = 0; i < nr_idle; ++i) {
    picked |= Cpumask{1} << picks[i];
    if (i + 1 == nr_idle) break;
    int next = (picks[i] + 1) % 4;
    while (!cpumask_test(idle, static_cast<unsigned>(next))) next = (next + 1) % 4;
    EXPECT_EQ(picks[i + 1], next) << "they rotate";
  }
  EXPECT_EQ(picked, idle) << "each of them once";
  for (std::size_t i = nr_idle; i < 5; ++i) EXPECT_EQ(picks[i], -EBUSY);
  for (std::size_t i = 5; i < 9; ++i) EXPECT_EQ(picks[i], 0);
}

// A CPU that was claimed but got nothing is idle again at its next pick of the idle task.
TEST(IdleTest, ClaimedCpuThatGotNothingBecomesIdleAgain) {
  KernelRun run(2);
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t, uint64_t) {
    scx_bpf_test_and_clear_cpu_idle(1);
    scx_bpf_kick_cpu(1, 0);
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    return int32_t{0};
  };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(400 * kUs)});
  run.run_us(3'000);
  EXPECT_EQ(idle_word(run), 0b11u);
}

// The default selection sends a waking task to its idle previous CPU, and straight to its LOCAL.
TEST(IdleTest, DefaultSelectionPrefersAnIdlePreviousCpu) {
  KernelRun run(4);
  test_ops = {};
  test_ops.enqueue = [](void*, Task*, uint64_t) { scx_bpf_error("enqueue must be skipped"); };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(3'000);
  EXPECT_EQ(run.log.console().find("scx_bpf_error"), std::string::npos) << run.log.console();
  std::set<unsigned> cpus;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") == "worker") cpus.insert(event.hart);
  }
  EXPECT_EQ(cpus.size(), 1u);
}

// A second waking task finds another idle CPU while the first one's is busy.
TEST(IdleTest, DefaultSelectionFindsAnotherIdleCpu) {
  KernelRun run(2);
  run.policy("simple");
  run.task("hog", {run_for(50 * kMs)});
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(5'000);
  std::map<std::string, std::set<unsigned>> cpus;
  for (const LoggedEvent& event : run.log.named("sched_switch")) cpus[event.text("next_comm")].insert(event.hart);
  ASSERT_EQ(cpus["hog"].size(), 1u);
  EXPECT_FALSE(cpus["worker"].contains(*cpus["hog"].begin()) && cpus["worker"].size() == 1);
}

// A CPU number the machine does not have is the policy's error, and the previous CPU is used.
TEST(IdleTest, InvalidCpuFromSelectCpu) {
  KernelRun run(2);
  test_ops = {};
  test_ops.select_cpu = [](void*, Task*, int32_t, uint64_t) { return int32_t{17}; };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(8'000);
  EXPECT_NE(run.log.console().find("invalid CPU 17 from ops.select_cpu()"), std::string::npos) << run.log.console();
}

// With ops.update_idle the policy hears of every change.
TEST(IdleTest, UpdateIdleReplacesTheBuiltIn) {
  KernelRun run(1);
  updates.clear();
  test_ops = {};
  test_ops.update_idle = [](void*, int32_t cpu, bool idle) { updates.emplace_back(cpu, idle); };
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags); };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(2'000);
  ASSERT_GT(updates.size(), 10u);
  for (std::size_t i = 1; i < updates.size(); ++i) EXPECT_NE(updates[i].second, updates[i - 1].second) << "changes only";
}

namespace {

// A policy that keeps track of idle CPUs itself, and chooses no CPU at a wakeup.
void tracks_itself(KernelRun& run) {
  test_ops = {};
  test_ops.update_idle = [](void*, int32_t, bool) {};
  test_ops.enqueue = [](void*, Task* p, uint64_t flags) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, flags); };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
}

}  // namespace

// The kernel's own choice is the previous CPU then, and no mistake of the policy's.
TEST(IdleTest, DefaultSelectionIsThePreviousCpuThen) {
  KernelRun run(4);
  tracks_itself(run);
  run.run_us(10'000);
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.named("scx_error")[0].describe();
  std::set<std::uint64_t> cpus;
  unsigned wakeups = 0;
  for (const LoggedEvent& event : run.log.named("sched_wakeup")) {
    if (event.text("comm") != "worker") continue;
    cpus.insert(event.number("target_cpu"));
    ++wakeups;
  }
  EXPECT_GT(wakeups, 50u);
  EXPECT_EQ(cpus.size(), 1u);
  std::string last_class;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") == "worker") last_class = event.text("next_class");
  }
  EXPECT_EQ(last_class, "ext");
}

// The other classes choose by the mask all the while.
TEST(IdleTest, MaskFollowsTheCpusThenToo) {
  KernelRun run(4);
  tracks_itself(run);
  run.spec("worker").cpus_allowed = 1u << 1;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 1u << 2;
  run.run_us(10'000);
  EXPECT_EQ(idle_word(run) & 0b1101u, 0b1001u);
}

// The built-in picks are its error.
TEST(IdleTest, BuiltInPicksAreOffThen) {
  KernelRun run(4);
  tracks_itself(run);
  test_ops.tick = [](void*, Task*) { scx_bpf_pick_idle_cpu(1); };
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(10'000);
  const Events errors = run.log.named("scx_error");
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].text("msg"), "built-in idle tracking is disabled");
}

// Tracking is ready when ops.init is called: all CPUs count as idle, whatever they are at.
TEST(IdleTest, InitFindsAllCpusIdle) {
  static std::uint64_t seen;
  seen = 0;
  KernelRun run(4);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    seen = scx_bpf_get_idle_cpumask();
    return 0;
  };
  for (int i = 0; i < 3; ++i) run.task("hog", {run_for(500 * kMs)});
  run.policy("test");
  run.run_us(3'000);
  EXPECT_EQ(seen, 0b1111u);
}

// And it is this policy's: that the one before it kept track itself does not matter any more.
TEST(IdleTest, InitAfterAPolicyThatTrackedItself) {
  static unsigned loads;
  static std::uint64_t seen;
  loads = 0;
  seen = 0;
  KernelRun run(2);
  test_ops = {};
  test_ops.update_idle = [](void*, int32_t, bool) {};
  test_ops.init = [](void*, const int64_t*) {
    test_ops.update_idle = nullptr;  // of the next load
    if (++loads == 2) seen = scx_bpf_get_idle_cpumask();
    return 0;
  };
  SchedulerSpec& spec = run.policy("test");
  spec.times = 2;
  spec.unload_after_ns = 3 * kMs;
  spec.stats_period_ns = 1 * kMs;
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(60'000);
  EXPECT_EQ(loads, 2u);
  EXPECT_EQ(seen, 0b11u);
  EXPECT_EQ(run.log.named("scx_enable").size(), 2u);
  EXPECT_TRUE(run.log.named("scx_error").empty());
}

// A pinned task is never shown to ops.select_cpu.
TEST(IdleTest, PinnedTasksAreNotSelectedFor) {
  KernelRun run(2);
  picks.clear();
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t prev_cpu, uint64_t) {
    picks.push_back(static_cast<int>(bpf_task_pid(p)));
    return prev_cpu;
  };
  run.policy("test");
  run.task("pinned", {run_for(10 * kUs), sleep_for(100 * kUs)}).cpus_allowed = 2;
  run.task("free", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(2'000);
  ASSERT_FALSE(picks.empty());
  const auto count = [&](const char* comm) {
    return std::count(picks.begin(), picks.end(), static_cast<int>(pid_of(run.log, comm)));
  };
  EXPECT_GT(count("free"), 5);
  EXPECT_EQ(count("pinned"), 0);
}

namespace {

struct Choice {
  int cpu = -1;
  bool found = false;
};

uint64_t extra_wake_flags;
Choice choice;

// The default choice for the sleeper, whose previous CPU is 1, when the script on CPU 2 wakes it.
Choice choice_at_wakeup(uint64_t wake_flags) {
  extra_wake_flags = wake_flags;
  sys_nanosleep(500 * kUs);  // all is quiet again
  choice = {};
  wake_up_process(*task_named("sleeper"));
  return choice;
}

std::map<std::string, Choice> choices;

void wake_in_all_situations(Task& self) {
  sys_nanosleep(2 * kMs);
  choice_at_wakeup(0);  // onto CPU 1
  Task& sleeper = *task_named("sleeper");
  choices["plain"] = choice_at_wakeup(0);
  choices["sync"] = choice_at_wakeup(SCX_WAKE_SYNC);
  set_cpus_allowed(sleeper, 0b1011);
  choices["not allowed there"] = choice_at_wakeup(SCX_WAKE_SYNC);
  set_cpus_allowed(sleeper, 0b1111);
  self.exiting = true;
  choices["waker on its way out"] = choice_at_wakeup(SCX_WAKE_SYNC);
  self.exiting = false;
  while (cpu_rq(2).scx.local_dsq.list.empty()) sys_nanosleep(500 * kUs);
  choices["waker's LOCAL occupied"] = choice_at_wakeup(SCX_WAKE_SYNC);
  sys_nanosleep(500 * kUs);
  extra_wake_flags = SCX_WAKE_SYNC;
  while (scx_bpf_pick_idle_cpu(0b1111) >= 0) {
  }
  choice = {};
  wake_up_process(sleeper);
  choices["none idle"] = choice;
}

}  // namespace

// A wakeup that says the waker is about to sleep stays on the waker's CPU, if nothing waits there, the task may run there,
// and some CPU is idle: else all is busy and any is as good. Not so that of a task on its way out.
TEST(IdleTest, SyncWakeupStaysWithItsWaker) {
  KernelRun run(4);
  choices.clear();
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  test_ops.select_cpu = [](void*, Task* p, int32_t prev_cpu, uint64_t wake_flags) {
    if (bpf_task_comm(p)[0] != 's') return prev_cpu;
    choice.cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags | extra_wake_flags, &choice.found);
    return int32_t{1};
  };
  test_ops.enqueue = [](void*, Task* p, uint64_t) { scx_bpf_dispatch(p, SCX_DSQ_LOCAL, 50 * kMs, 0); };
  run.task("sleeper", {sleep_for(500 * kMs)}).sched_class = TaskClass::kExt;
  TaskSpec& filler = run.task("filler", {run_for(500 * kMs)});
  filler.sched_class = TaskClass::kExt;
  filler.cpus_allowed = 0b0100;
  filler.start_ns = 10 * kMs;
  run_script(run, wake_in_all_situations, 0b0100);
  run.run_us(20'000);
  ASSERT_EQ(choices.size(), 6u);
  EXPECT_EQ(choices["sync"].cpu, 2);
  for (const char* situation : {"plain", "not allowed there", "waker on its way out", "waker's LOCAL occupied"}) {
    EXPECT_EQ(choices[situation].cpu, 1) << situation;
  }
  for (const auto& [situation, chosen] : choices) EXPECT_EQ(chosen.found, situation != "none idle") << situation;
  EXPECT_EQ(choices["none idle"].cpu, 1);
}

// One CPU after the other, whether the ones before are free again or not.
TEST(IdleTest, PicksGoOnWhereTheLastOneEnded) {
  KernelRun run(4);
  static std::vector<int> idle_picks;
  static std::vector<int> any_picks;
  idle_picks.clear();
  any_picks.clear();
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  run_script(
      run,
      [](Task&) {
        for (int i = 0; i < 6; ++i) {
          idle_picks.push_back(scx_bpf_pick_idle_cpu(0b1111));
          kernel().scx.idle_cpus.test_and_set(static_cast<unsigned>(idle_picks.back()));
        }
        kernel().scx.idle_cpus.store(0b1000);
        EXPECT_EQ(scx_bpf_pick_any_cpu(0b1111), 3) << "the idle one first";
        EXPECT_EQ(kernel().scx.idle_cpus.load(), 0u) << "and it is claimed";
        for (int i = 0; i < 12; ++i) any_picks.push_back(scx_bpf_pick_any_cpu(i < 6 ? 0b1111 : 0b1101));
      },
      0b0001);
  run.run_us(5'000);
  ASSERT_EQ(idle_picks.size(), 6u);
  for (std::size_t i = 1; i < idle_picks.size(); ++i) EXPECT_NE(idle_picks[i], idle_picks[i - 1]) << i;
  EXPECT_EQ(std::set<int>(idle_picks.begin(), idle_picks.end()), (std::set<int>{1, 2, 3})) << "CPU 0 is the script's";
  EXPECT_EQ(any_picks, (std::vector<int>{1, 2, 3, 0, 1, 2, 3, 0, 2, 3, 0, 2}));
}

}  // namespace kernel
