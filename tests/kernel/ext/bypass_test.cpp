// SPDX-License-Identifier: Apache-2.0
// Bypass: turns by the tick whatever the slices, no word to the policy, and as often left as entered.
#include <gtest/gtest.h>

#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// What the policy heard, by the stage the script is at.
enum Stage : unsigned { kBefore, kBypassed, kStillBypassed, kAfter, kNrStages };

struct Heard {
  unsigned dispatch = 0;
  unsigned enqueue = 0;
  unsigned tick = 0;
  unsigned update_idle = 0;
  unsigned running = 0;  // hogs that got a CPU: told in bypass too
};

Stage stage;
Heard heard[kNrStages];

constexpr uint64_t kStageMs = 10;

// Enters twice, and leaves step by step.
void nested(Task&) {
  heard[kBefore] = {};  // the load
  sys_nanosleep(kStageMs * kMs);
  scx_ops_bypass(true);
  stage = kBypassed;
  scx_ops_bypass(true);
  sys_nanosleep(kStageMs * kMs);
  stage = kStillBypassed;
  scx_ops_bypass(false);
  sys_nanosleep(kStageMs * kMs);
  stage = kAfter;
  scx_ops_bypass(false);
  sys_nanosleep(kStageMs * kMs);
}

class BypassTest : public testing::Test {
 protected:
  BypassTest() : run(2) {
    for (Heard& h : heard) h = {};
    stage = kBefore;
    test_ops = {};
    test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
    test_ops.select_cpu = [](void*, Task*, int32_t prev_cpu, uint64_t) { return prev_cpu; };
    test_ops.enqueue = [](void*, Task* p, uint64_t) {
      ++heard[stage].enqueue;
      scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_INF, 0);
    };
    test_ops.dispatch = [](void*, int32_t, Task*) { ++heard[stage].dispatch; };
    test_ops.tick = [](void*, Task*) { ++heard[stage].tick; };
    test_ops.running = [](void*, Task* p) { heard[stage].running += bpf_task_comm(p)[0] == 'h' ? 1 : 0; };
    for (int i = 0; i < 2; ++i) ext_task("hog", {run_for(500 * kMs)}, 0b10);
    ext_task("nap", {run_for(50 * kUs), sleep_for(300 * kUs)}, 0b01);
  }
  void ext_task(const char* comm, std::vector<ProgramOp> program, uint64_t cpus_allowed) {
    TaskSpec& spec = run.task(comm, std::move(program));
    spec.sched_class = TaskClass::kExt;
    spec.cpus_allowed = cpus_allowed;
  }
  void run_nested() {
    run_script(run, nested, 0b01);
    run.run_us((kNrStages * kStageMs + 5) * 1'000);
    ASSERT_EQ(stage, kAfter);
  }

  KernelRun run;
};

constexpr Stage kIn[] = {kBypassed, kStillBypassed};

}  // namespace

// Endless slices: the first hog keeps the CPU, but for the bypass, in which each tick is the other one's turn.
TEST_F(BypassTest, EveryTickEndsTheSlice) {
  run_nested();
  for (const Stage in : kIn) {
    EXPECT_GE(heard[in].running, kStageMs - 2) << in;
    EXPECT_LE(heard[in].running, kStageMs + 2) << in;
  }
  EXPECT_LE(heard[kBefore].running, 1u);
  EXPECT_LE(heard[kAfter].running, 1u);
}

// Left once, it is still on: only as many leaves as entries end it.
TEST_F(BypassTest, NestedBypassEndsWithTheLastLeave) {
  run_nested();
  for (const Stage in : kIn) {
    EXPECT_EQ(heard[in].enqueue, 0u) << in;
    EXPECT_EQ(heard[in].dispatch, 0u) << in;
    EXPECT_EQ(heard[in].tick, 0u) << in;
  }
  for (const Stage out : {kBefore, kAfter}) {
    EXPECT_GT(heard[out].enqueue, kStageMs) << out;
    EXPECT_GT(heard[out].dispatch, kStageMs) << out;
    EXPECT_GE(heard[out].tick, kStageMs - 1) << out;
  }
  // Of the script's: one walk in and one out over each CPU, however deep it was. Before it, the load's own.
  unsigned on = 0;
  unsigned off = 0;
  for (const LoggedEvent& event : run.log.named("bypass")) ++(event.number("on") != 0 ? on : off);
  EXPECT_EQ(on, 2u * run.config.nr_cpus);
  EXPECT_EQ(off, 2u * run.config.nr_cpus);
}

// Nor does the policy hear how the CPUs go idle.
TEST_F(BypassTest, NoUpdateIdle) {
  test_ops.update_idle = [](void*, int32_t cpu, bool) { heard[stage].update_idle += cpu == 0 ? 1 : 0; };
  run_nested();
  for (const Stage in : kIn) EXPECT_EQ(heard[in].update_idle, 0u) << in;
  for (const Stage out : {kBefore, kAfter}) EXPECT_GT(heard[out].update_idle, 2 * kStageMs) << out;
}

}  // namespace kernel
