// SPDX-License-Identifier: Apache-2.0
// Timers, the tick, jiffies and their duty.
#include <gtest/gtest.h>

#include "firmware/kernel/kernel.h"
#include "platform.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::uint64_t mtimecmp(KernelRun& run, unsigned cpu) {
  const std::uint64_t high = run.machine().peek(platform::mtimer::mtimecmp_hi(cpu));
  return high << 32 | run.machine().peek(platform::mtimer::mtimecmp_lo(cpu));
}

std::uint32_t jiffies_of(KernelRun& run) { return run.machine().peek(kernel().time.jiffies.address()); }

}  // namespace

class PrescaleTest : public testing::TestWithParam<std::uint32_t> {};

// A sleeper wakes no earlier than it asked for, and within the coarseness of mtime and the interrupt's own time.
TEST_P(PrescaleTest, SleepsAtLeastAsLongAsAsked) {
  KernelRun run(1);
  run.config.timer_prescale = GetParam();
  const std::uint64_t sleep_cycles = 12'345;
  run.task("sleeper", {run_for(10 * kUs), sleep_for(sleep_cycles * 10)});
  run.run_us(20'000);
  const Events& events = run.log.events();
  std::uint64_t asleep = 0;
  unsigned sleeps = 0;
  for (const LoggedEvent& event : events) {
    if (event.name == "sched_switch" && event.text("prev_comm") == "sleeper" && event.text("prev_state") == "S") {
      asleep = event.cycle;
    }
    if (event.name != "sched_wakeup" || event.text("comm") != "sleeper" || asleep == 0) continue;
    EXPECT_GE(event.cycle - asleep + 600, sleep_cycles) << "armed a little before the switch away";
    EXPECT_LE(event.cycle - asleep, sleep_cycles + GetParam() + 1'000);
    ++sleeps;
  }
  EXPECT_GT(sleeps, 100u);
}

INSTANTIATE_TEST_SUITE_P(Prescales, PrescaleTest, testing::Values(0u, 9u, 99u, 999u));

// MTIMECMP holds the first expiry: the sleeper's while it sleeps, else the tick's.
TEST(TimerTest, ComparatorHoldsTheFirstExpiry) {
  KernelRun run(1);
  run.run_us(1'500);
  EXPECT_EQ(mtimecmp(run, 0), 200'000u);
  const HrTimer* const first = kernel().cpus[0].hrtimers.first();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->expires, 200'000u);
}

// Many sleepers with the same and different times: all wake, in order of their expiry.
TEST(TimerTest, ManyTimersExpireInOrder) {
  KernelRun run(1);
  for (unsigned i = 0; i < 40; ++i) {
    TaskSpec& spec = run.task("s", {run_for(1 * kUs)});
    spec.start_ns = (3'000 + (i * 7 % 40) * 1'000) * kUs;
    spec.once = true;
  }
  run.run_us(50'000);
  std::vector<std::uint64_t> woken;
  std::uint64_t last = 0;
  unsigned count = 0;
  for (const LoggedEvent& event : run.log.named("sched_wakeup")) {
    if (event.cycle < 300'000 || event.text("comm") != "s") continue;
    const std::uint64_t order = (event.number("pid") - pid_of(run.log, "s")) * 7 % 40;
    EXPECT_TRUE(count == 0 || order >= last) << order << " after " << last;
    last = order;
    ++count;
  }
  EXPECT_EQ(count, 40u);
  EXPECT_EQ(run.log.named("task_exit").size(), 40u);
}

// A sleep that is over before the task has left the CPU wakes it all the same.
TEST(TimerTest, ZeroSleepReturns) {
  KernelRun run(1);
  run.task("napper", {sleep_for(0), run_for(5 * kUs)});
  run.run_us(5'000);
  EXPECT_GT(run.log.named("sched_wakeup").size(), 100u);
}

// A program of nothing but empty steps still takes time: ticks go on and others run.
TEST(TimerTest, EmptyProgramDoesNotStopTime) {
  KernelRun run(1);
  run.policy("simple", {{"slice_us", 100}});
  run.task("empty", {run_for(0)});
  run.task("other", {run_for(10 * kUs), sleep_for(10 * kUs)});
  run.run_us(3'000);
  EXPECT_EQ(run.log.named("tick").size(), 2u);
}

TEST(TimerTest, JiffiesFollowTheClock) {
  KernelRun run(2);
  run.config.hz = 4'000;
  run.run_us(10'100);
  EXPECT_EQ(jiffies_of(run), 40u);
}

// Hart 0 holds the duty and hangs with interrupts off: after 5 ticks another hart takes it over and makes up for them.
TEST(TimerTest, DutyMovesAwayFromATrappedHart) {
  KernelRun run(2);
  run.config.breakout.limit = 0;
  run.policy("qmap", {{"dsp_inf_loop_after", 3}, {"direct_dispatch", 0}});
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)}).cpus_allowed = 1;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 2;
  run.run_us(18'000);
  EXPECT_EQ(run.machine().peek(kernel().time.do_timer_cpu.address()), 1u);
  EXPECT_EQ(jiffies_of(run), 17u);
  std::uint64_t stood_still = 0;
  std::uint64_t last = 0;
  for (const LoggedEvent& event : run.log.named("tick")) {
    EXPECT_GE(event.number("jiffies"), last) << "jiffies never go back";
    stood_still += event.number("jiffies") == last ? 1 : 0;
    last = event.number("jiffies");
  }
  EXPECT_GE(stood_still, 4u);
}

}  // namespace kernel
