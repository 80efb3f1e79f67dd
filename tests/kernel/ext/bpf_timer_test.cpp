// SPDX-License-Identifier: Apache-2.0
// A policy's timers: when and where they expire, and that none does after the policy's end.
#include <gtest/gtest.h>

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/kernel.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

struct State {
  BpfTimer timer;
};

struct Firing {
  uint64_t at_ns;
  int32_t cpu;
  uint64_t task_sets;  // kfunc sets open meanwhile
};
std::vector<Firing> firings;
uint64_t armed_at;
unsigned loads;
int answer;

State& of(void* state) { return *static_cast<State*>(state); }

void periodic(void*, BpfTimer& timer) {
  firings.push_back({bpf_ktime_get_ns(), bpf_get_smp_processor_id(), current()->scx.kf_mask});
  timer.start(1 * kMs);
}

SchedulerSpec& load_with_timer(KernelRun& run) {
  firings.clear();
  loads = 0;
  test_ops = {};
  test_ops.state_size = sizeof(State);
  test_ops.init = [](void* state, const int64_t*) {
    ++loads;
    armed_at = bpf_ktime_get_ns();
    of(state).timer = BpfTimer{};
    const int error = of(state).timer.init(periodic);
    return error != 0 ? error : of(state).timer.start(1 * kMs);
  };
  return run.policy("test");
}

}  // namespace

TEST(BpfTimerTest, PeriodicOnTheCpuThatArmsIt) {
  KernelRun run(2);
  load_with_timer(run);
  run.task("hog", {run_for(100 * kMs)});
  run.run_us(50'000);
  ASSERT_GT(firings.size(), 40u);
  uint64_t last = armed_at;
  for (const Firing& firing : firings) {
    EXPECT_GE(firing.at_ns - last, 1 * kMs);
    EXPECT_LT(firing.at_ns - last, 1 * kMs + 50 * kUs);
    EXPECT_EQ(firing.cpu, firings[0].cpu);
    EXPECT_EQ(firing.task_sets, 0u) << "no callback's rights";
    last = firing.at_ns;
  }
}

TEST(BpfTimerTest, ArmedAnewTheLastOneCounts) {
  KernelRun run(1);
  load_with_timer(run);
  test_ops.running = [](void* state, Task* p) {
    if (bpf_task_comm(p)[0] == 'z') of(state).timer.start(3 * kMs);  // put off each millisecond
  };
  run.task("z", {run_for(10 * kUs), sleep_for(1 * kMs)}).start_ns = 500 * kUs;
  run.run_us(40'000);
  EXPECT_TRUE(firings.empty());
}

// Armed on one CPU, then on another: the member left behind expires unheard.
TEST(BpfTimerTest, MovesToTheCpuThatArmsItLast) {
  KernelRun run(2);
  load_with_timer(run);
  test_ops.running = [](void* state, Task* p) {
    if (bpf_task_comm(p)[0] == 'z' && bpf_get_smp_processor_id() == 1) of(state).timer.start(500 * kUs);
  };
  TaskSpec& spec = run.task("z", {run_for(10 * kUs)});
  spec.cpus_allowed = 2;
  spec.once = true;
  spec.start_ns = 5 * kMs;
  run.run_us(40'000);
  ASSERT_GT(firings.size(), 30u);
  EXPECT_EQ(firings.back().cpu, 1);
  for (std::size_t i = 1; i < firings.size(); ++i) {
    EXPECT_GE(firings[i].at_ns - firings[i - 1].at_ns, 450 * kUs) << "never two at a time";
  }
}

TEST(BpfTimerTest, Cancel) {
  KernelRun run(1);
  load_with_timer(run);
  answer = 0;
  test_ops.running = [](void* state, Task* p) {
    if (bpf_task_comm(p)[0] == 'z' && bpf_ktime_get_ns() > 10 * kMs)
      answer = of(state).timer.cancel() * 10 + of(state).timer.cancel();
  };
  TaskSpec& spec = run.task("z", {run_for(10 * kUs)});
  spec.once = true;
  spec.start_ns = 10 * kMs;
  run.run_us(40'000);
  EXPECT_EQ(answer, 10) << "armed, then no more";
  ASSERT_FALSE(firings.empty());
  EXPECT_LT(firings.back().at_ns, 12 * kMs);
}

// One that ops.init has not made is refused, as in the field.
TEST(BpfTimerTest, OneThatWasNeverInitialisedDoesNotStart) {
  KernelRun run(1);
  load_with_timer(run);
  answer = 0;
  test_ops.init = [](void* state, const int64_t*) {
    answer = of(state).timer.start(1 * kMs);
    EXPECT_FALSE(of(state).timer.cancel());
    return 0;
  };
  run.run_us(10'000);
  EXPECT_EQ(answer, -EINVAL);
  EXPECT_TRUE(firings.empty());
}

namespace {

bool in_callback;
unsigned stops_during_one;

void long_callback(void*, BpfTimer& timer) {
  in_callback = true;
  arch::charge(100'000);
  arch::flush();
  in_callback = false;
  timer.start(100 * kUs);
}

}  // namespace

// One that runs on another CPU meanwhile is over when stop returns.
TEST(BpfTimerTest, StopWaitsForACallback) {
  in_callback = false;
  stops_during_one = 0;
  KernelRun run(2);
  load_with_timer(run);
  test_ops.init = [](void* state, const int64_t*) { return of(state).timer.init(long_callback); };
  test_ops.running = [](void* state, Task* p) {
    const bool starter = bpf_task_comm(p)[0] == 'z' && bpf_get_smp_processor_id() == 1;
    if (starter && !in_callback) of(state).timer.start(100 * kUs);
    if (bpf_task_comm(p)[0] != 's' || !in_callback || stops_during_one != 0) return;
    ++stops_during_one;
    bpf_timers_stop();
    EXPECT_FALSE(in_callback);
  };
  TaskSpec& starter = run.task("z", {run_for(10 * kUs)});
  starter.cpus_allowed = 2;
  starter.once = true;
  starter.start_ns = 2 * kMs;
  run.task("s", {run_for(10 * kUs), sleep_for(37 * kUs)}).cpus_allowed = 1;
  run.run_us(20'000);
  EXPECT_EQ(stops_during_one, 1u);
}

// Armed by a load that is over: nothing to the next, which has the timer, but has not armed it.
TEST(BpfTimerTest, AnArmingOfTheLastLoadIsNotHeard) {
  KernelRun run(1);
  SchedulerSpec& spec = load_with_timer(run);
  test_ops.init = [](void* state, const int64_t*) {
    const int error = of(state).timer.init(periodic);
    return error != 0 || ++loads > 1 ? error : of(state).timer.start(30 * kMs);
  };
  spec.times = 2;
  spec.unload_after_ns = 20 * kMs;
  run.run_us(100'000);
  EXPECT_EQ(loads, 2u);
  EXPECT_TRUE(firings.empty());
}

// Silent from ops.exit on, and alive again at the next load.
TEST(BpfTimerTest, StopsWithThePolicy) {
  KernelRun run(2);
  SchedulerSpec& spec = load_with_timer(run);
  static std::vector<uint64_t> exits;
  static int late;
  exits.clear();
  late = 0;
  test_ops.exit = [](void* state, const ScxExitInfo* info) {
    exits.push_back(bpf_ktime_get_ns());
    late = of(state).timer.start(1);
    user_exit_record(state, info);
  };
  static std::vector<uint64_t> inits;
  inits.clear();
  test_ops.enable = [](void*, Task*) {
    if (inits.size() < loads) inits.push_back(armed_at);
  };
  spec.times = 5;
  spec.unload_after_ns = 5 * kMs;
  run.run_us(400'000);
  ASSERT_GE(exits.size(), 5u);
  EXPECT_EQ(late, -EINVAL);
  for (const Firing& firing : firings) {
    std::size_t load = 0;
    while (load < exits.size() && exits[load] < firing.at_ns) ++load;
    if (load < inits.size()) {
      EXPECT_GE(firing.at_ns, inits[load]) << "between two loads";
    }
  }
  EXPECT_GT(firings.size(), 10u);
}

}  // namespace kernel
