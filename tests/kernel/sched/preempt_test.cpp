// SPDX-License-Identifier: Apache-2.0
// When a running task gives way: in user mode always, in the kernel by the configured preemption; and the life of
// need_resched.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

// Longest time from a wakeup of `comm` until it has the CPU.
std::uint64_t worst_latency(const EventLog& log, const std::string& comm, std::uint64_t from_cycle = 0) {
  std::uint64_t woken = 0;
  std::uint64_t worst = 0;
  for (const LoggedEvent& event : log.events()) {
    if (event.cycle < from_cycle) continue;
    if (event.name == "sched_wakeup" && event.text("comm") == comm) woken = event.cycle;
    if (event.name != "sched_switch" || event.text("next_comm") != comm || woken == 0) continue;
    worst = std::max(worst, event.cycle - woken);
    woken = 0;
  }
  return worst;
}

// The init task is in the kernel for long, starting tasks, while an RT task wants the CPU again and again.
std::uint64_t latency_while_forking(Preempt preempt) {
  KernelRun run(1);
  run.config.preempt = preempt;
  run.config.cost[static_cast<unsigned>(Cost::fork)] = 20'000;
  run.rt_task("rt", 50, {run_for(1 * kUs), sleep_for(90 * kUs)});
  for (int i = 0; i < 30; ++i) run.task("t", {run_for(1 * kUs)}).once = true;
  run.run_us(12'000);
  return worst_latency(run.log, "rt");
}

}  // namespace

class PreemptModeTest : public testing::TestWithParam<Preempt> {};

// A task in user mode gives way at the end of the interrupt that wants it to, whatever the kernel's preemption.
TEST_P(PreemptModeTest, UserModeIsAlwaysPreemptible) {
  KernelRun run(1);
  run.config.preempt = GetParam();
  run.policy("simple");
  run.task("hog", {run_for(500 * kMs)});
  run.rt_task("rt", 50, {run_for(10 * kUs), sleep_for(170 * kUs)});
  run.run_us(20'000);
  EXPECT_GT(worst_latency(run.log, "rt"), 0u);
  EXPECT_LT(worst_latency(run.log, "rt"), 1'000u);
}

INSTANTIATE_TEST_SUITE_P(Modes, PreemptModeTest, testing::Values(Preempt::kNone, Preempt::kVoluntary, Preempt::kFull));

TEST(PreemptTest, KernelModeByConfiguration) {
  const std::uint64_t none = latency_while_forking(Preempt::kNone);
  const std::uint64_t voluntary = latency_while_forking(Preempt::kVoluntary);
  const std::uint64_t full = latency_while_forking(Preempt::kFull);
  EXPECT_GT(none, 400'000u) << "not before the init task is through";
  EXPECT_LT(voluntary, 25'000u) << "between two forks";
  EXPECT_GT(voluntary, 5'000u);
  EXPECT_LT(full, 2'000u) << "at once";
}

// Who becomes runnable during the switch to a newborn is seen by it before its first step, not by the next tick.
TEST(PreemptTest, NewbornHonoursAPendingResched) {
  KernelRun run(1);
  run.config.preempt = Preempt::kFull;
  run.config.cost[static_cast<unsigned>(Cost::context_switch)] = 20'000;              // so long that the timer fires in it
  run.rt_task("rt", 50, {run_for(1 * kUs), sleep_for(90 * kUs)}).start_ns = 1 * kMs;  // all are forked by then
  for (int i = 0; i < 10; ++i) run.task("t", {run_for(5 * kMs)}).once = true;
  run.run_us(20'000);
  EXPECT_GT(worst_latency(run.log, "rt"), 0u);
  EXPECT_LT(worst_latency(run.log, "rt"), 5'000u) << "a tick is 100'000 cycles";
}

// need_resched of a CPU alternates between set and clear, and is clear whenever that CPU sleeps.
TEST(PreemptTest, NeedReschedIsSetAndClearedInTurn) {
  KernelRun run(2);
  run.policy("qmap", {{"slice_us", 300}});
  for (int i = 0; i < 5; ++i) run.task("t", {run_for(100 * kUs), sleep_for(130 * kUs)});
  run.rt_task("rt", 50, {run_for(10 * kUs), sleep_for(170 * kUs)});
  run.run_us(10'000);
  std::map<std::uint64_t, bool> set;
  unsigned changes = 0;
  for (const LoggedEvent& event : run.log.events()) {
    EXPECT_FALSE(event.name == "wfi_enter" && set[event.hart]) << event.describe();
    if (event.name != "need_resched") continue;
    EXPECT_NE(set[event.number("cpu")], event.number("set") != 0) << event.describe();
    set[event.number("cpu")] = event.number("set") != 0;
    ++changes;
  }
  EXPECT_GT(changes, 100u);
}

// A wakeup for an idle CPU on another hart costs one reschedule IPI; on the own hart none.
TEST(PreemptTest, ReschedIpiOnlyToOtherHarts) {
  KernelRun run(2);
  test_ops = {};
  test_ops.select_cpu = [](void*, Task* p, int32_t, uint64_t) {
    scx_bpf_dispatch(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0);
    return int32_t{1};
  };
  run.policy("test");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(5'000);
  std::size_t born = find(run.log.events(), "task_new");
  while (run.log.events()[born].text("comm") != "worker") born = find(run.log.events(), "task_new", born + 1);
  Events ipis;
  for (std::size_t i = find(run.log.events(), "ipi_raise", born); i < run.log.events().size();
       i = find(run.log.events(), "ipi_raise", i + 1)) {
    ipis.push_back(run.log.events()[i]);
  }
  ASSERT_FALSE(ipis.empty());
  for (const LoggedEvent& event : ipis) {
    EXPECT_EQ(event.text("reason"), "reschedule");
    EXPECT_EQ(event.number("target_cpu"), 1u);
    EXPECT_EQ(event.hart, 0u) << "its first wakeup came from the init task; later ones from its own CPU's timer";
  }
  std::size_t wakeups = 0;
  for (std::size_t i = born; i < run.log.events().size(); ++i) {
    const LoggedEvent& event = run.log.events()[i];
    if (event.name == "sched_wakeup" && event.hart == 0 && event.number("target_cpu") == 1) ++wakeups;
  }
  EXPECT_LE(ipis.size(), wakeups) << "the worker's, and what is left of the load";
}

// MIE goes with irq_off and with a trap, and comes back with irq_on: each of the two finds the other's work.
TEST(PreemptTest, InterruptEventsMatchTheHart) {
  KernelRun run(2);
  run.policy("qmap", {{"slice_us", 300}});
  for (int i = 0; i < 5; ++i) run.task("t", {run_for(100 * kUs), sleep_for(130 * kUs)});
  run.run_us(10'000);
  for (unsigned hart = 0; hart < 2; ++hart) {
    bool enabled = false;
    bool begun = false;
    for (const LoggedEvent& event : run.log.of_hart(hart)) {
      // What is left of the load is done in softirqs, behind irq_exit: not what this is about.
      if (!begun && event.cycle > 500'000 && event.name == "irq_entry") begun = enabled = true;
      if (!begun) continue;
      if (event.name == "irq_on") {
        EXPECT_FALSE(enabled) << event.describe();
        enabled = true;
      } else if (event.name == "irq_off") {
        EXPECT_TRUE(enabled) << event.describe();
        enabled = false;
      } else if (event.name == "irq_entry") {
        EXPECT_TRUE(enabled) << event.describe();
        enabled = false;
      }
    }
  }
}

}  // namespace kernel
