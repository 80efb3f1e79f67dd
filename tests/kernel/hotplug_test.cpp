// SPDX-License-Identifier: Apache-2.0
// CPUs leave and come back: what runs on them goes on elsewhere, and the policy hears of it or leaves.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/kernel/ext/hotplug.h"
#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/ext/loader_calls.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/user.h"
#include "platform.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/numbered.h"
#include "tests/kernel/power.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr sim::Cycle kCyclesPerMs = 100'000;
// As the log has signed numbers: zigzag.
constexpr std::uint64_t kHotplugCode = 2 * static_cast<std::uint64_t>(SCX_ECODE_ACT_RESTART | SCX_ECODE_RSN_HOTPLUG);

std::string console_has(const KernelRun& run, const std::string& text) {
  return run.log.console().find(text) != std::string::npos ? "" : run.log.console();
}

sim::Cycle cycle_of(const KernelRun& run, const std::string& name, std::size_t index = 0) {
  const Events events = run.log.named(name);
  if (events.size() <= index) throw std::runtime_error("no " + name + " in the log:\n" + run.log.console());
  return events[index].cycle;
}

// Events of the hart while it was off.
std::size_t events_while_off(const KernelRun& run, unsigned hart) {
  const sim::Cycle off = cycle_of(run, "cpu_offline");
  const sim::Cycle on = cycle_of(run, "power_switch", 1);
  const Events events = run.log.of_hart(hart);
  return static_cast<std::size_t>(std::count_if(
      events.begin(), events.end(), [off, on](const LoggedEvent& event) { return event.cycle > off && event.cycle < on; }));
}

unsigned switches_to(const KernelRun& run, const std::string& comm, unsigned hart, sim::Cycle from, sim::Cycle to) {
  unsigned count = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.hart == hart && event.cycle >= from && event.cycle < to && event.text("next_comm") == comm) ++count;
  }
  return count;
}

unsigned switches_anywhere(const KernelRun& run, const std::string& comm, sim::Cycle from, sim::Cycle to) {
  unsigned count = 0;
  for (unsigned hart = 0; hart < run.config.nr_cpus; ++hart) count += switches_to(run, comm, hart, from, to);
  return count;
}

// Busy enough that each CPU has tasks of its own.
void populate(KernelRun& run) {
  for (unsigned i = 0; i < 8; ++i) {
    run.task(numbered("t", i), {run_for((40 + 10 * i) * kUs), sleep_for((100 + 20 * i) * kUs)});
  }
  run.task("hog", {run_for(5 * kMs)});
  run.rt_task("rt", 50, {run_for(5 * kUs), sleep_for(400 * kUs)});
}

void expect_all_run(const KernelRun& run, sim::Cycle from, sim::Cycle to) {
  for (unsigned i = 0; i < 8; ++i) EXPECT_GE(switches_anywhere(run, numbered("t", i), from, to), 3u) << i;
  EXPECT_GE(switches_anywhere(run, "rt", from, to), 3u);
}

}  // namespace

TEST(HotplugTest, OffAndOnAgain) {
  KernelRun run(4);
  allow_hotplug(run);
  populate(run);
  switch_at(run, 10'000, 2, false);
  switch_at(run, 30'000, 2, true);
  run.run_us(60'000);
  const sim::Cycle off = cycle_of(run, "cpu_offline");
  const sim::Cycle on = cycle_of(run, "cpu_online");
  EXPECT_EQ(run.log.named("cpu_offline")[0].hart, 2u);
  EXPECT_LT(off, 20 * kCyclesPerMs);
  EXPECT_EQ(events_while_off(run, 2), 0u);
  EXPECT_GT(on, 30 * kCyclesPerMs);
  EXPECT_LT(on, 32 * kCyclesPerMs);
  expect_all_run(run, off, on);
  expect_all_run(run, on, 60 * kCyclesPerMs);
  EXPECT_GT(cpu_time(run.log, on + kCyclesPerMs, 60 * kCyclesPerMs)["hog"], 20 * kCyclesPerMs);
  unsigned users_on_2 = 0;
  for (unsigned i = 0; i < 8; ++i) users_on_2 += switches_to(run, numbered("t", i), 2, on, 60 * kCyclesPerMs);
  EXPECT_GT(users_on_2, 10u) << "the CPU is used again";
  EXPECT_EQ(console_has(run, "smpboot: CPU 2 is now offline"), "");
  EXPECT_EQ(console_has(run, "smpboot: CPU 2 is now online"), "");
}

TEST(HotplugTest, HartZeroStays) {
  KernelRun run(2);
  allow_hotplug(run);
  populate(run);
  switch_at(run, 10'000, 0, false);
  run.run_us(20'000);
  EXPECT_EQ(run.log.named("power_switch").size(), 1u);
  EXPECT_TRUE(run.log.named("cpu_offline").empty());
  EXPECT_EQ(console_has(run, "cpu: CPU 0 cannot be taken down (-1)"), "");
}

// What was there for the CPU alone may run anywhere afterwards, and stays so.
TEST(HotplugTest, PinnedTasksLoseTheirCpu) {
  KernelRun run(3);
  allow_hotplug(run);
  populate(run);
  run.task("pinned", {run_for(50 * kUs), sleep_for(200 * kUs)}).cpus_allowed = 1u << 1;
  run.task("busy", {run_for(1 * kMs)}).cpus_allowed = 1u << 1;
  switch_at(run, 10'000, 1, false);
  run.run_us(40'000);
  const sim::Cycle off = cycle_of(run, "cpu_offline");
  EXPECT_GE(switches_anywhere(run, "pinned", off, 40 * kCyclesPerMs), 5u);
  EXPECT_GT(cpu_time(run.log, off, 40 * kCyclesPerMs)["busy"], 1 * kCyclesPerMs);
  for (const char* comm : {"pinned", "busy"}) {
    std::string line = numbered("process ", static_cast<unsigned>(pid_of(run.log, comm)));
    line.append(" (").append(comm).append(") no longer affine to cpu1");
    EXPECT_EQ(console_has(run, line), "");
  }
}

// Sleeps that began on the CPU end on time elsewhere.
TEST(HotplugTest, TimersMove) {
  KernelRun run(2);
  allow_hotplug(run);
  run.task("sleeper", {run_for(10 * kUs), sleep_for(12 * kMs)}).cpus_allowed = 1u << 1;
  switch_at(run, 5'000, 1, false);
  run.run_us(40'000);
  ASSERT_LT(cycle_of(run, "cpu_offline"), 12 * kCyclesPerMs);
  const Events wakeups = run.log.named("sched_wakeup");
  std::vector<sim::Cycle> wakes;
  for (const LoggedEvent& event : wakeups) {
    if (event.text("comm") == "sleeper") wakes.push_back(event.cycle);
  }
  ASSERT_GE(wakes.size(), 3u);
  for (std::size_t i = 2; i < wakes.size(); ++i) {
    EXPECT_GT(wakes[i] - wakes[i - 1], 12 * kCyclesPerMs);
    EXPECT_LT(wakes[i] - wakes[i - 1], 13 * kCyclesPerMs);
  }
}

// The CPU that serves the devices: another one does from then on, and the operator is heard as well.
TEST(HotplugTest, InterruptsMove) {
  KernelRun run(4);
  allow_hotplug(run);
  run.config.irq_cpu = 3;
  populate(run);
  run.task("waiter", {wait_irq(2), run_for(10 * kUs)});
  switch_at(run, 10'000, 3, false);
  switch_at(run, 30'000, 3, true);
  switch_at(run, 40'000, 2, false);
  for (std::uint64_t us = 5'000; us < 50'000; us += 1'000) {
    run.machine().at(us * 100, [&run] { run.machine().set_irq_source(2, true); });
    run.machine().at(us * 100 + 1'500, [&run] { run.machine().set_irq_source(2, false); });
  }
  run.run_us(60'000);
  EXPECT_EQ(run.log.named("cpu_offline").size(), 2u);
  EXPECT_EQ(run.log.named("cpu_online").size(), 1u);
  EXPECT_GE(switches_anywhere(run, "waiter", 5 * kCyclesPerMs, 51 * kCyclesPerMs), 43u) << "each but one or two that met";
}

// A CPU that has the do_timer duty takes it to nobody's grave.
TEST(HotplugTest, JiffiesGoOn) {
  KernelRun run(4);
  allow_hotplug(run);
  run.config.nohz = Nohz::kIdle;
  run.task("a", {run_for(300 * kUs), sleep_for(2 * kMs)}).cpus_allowed = 1u << 1;
  run.task("b", {run_for(900 * kUs), sleep_for(1 * kMs)}).cpus_allowed = 1u << 2;
  for (unsigned i = 0; i < 10; ++i) {
    switch_at(run, 10'000 + 20'000 * i, 1 + i % 3, false);
    switch_at(run, 20'000 + 20'000 * i, 1 + i % 3, true);
  }
  run.run_us(230'000);
  EXPECT_GE(run.log.named("cpu_offline").size(), 8u);
  std::uint64_t last = 0;
  for (const LoggedEvent& tick : run.log.named("tick")) {
    EXPECT_GE(tick.number("jiffies"), last);
    EXPECT_LE(tick.number("jiffies"), tick.cycle / kCyclesPerMs);
    last = std::max(last, tick.number("jiffies"));
  }
  EXPECT_GE(last, 225u);
}

TEST(HotplugTest, AllButOneThenAllAgain) {
  KernelRun run(8);
  allow_hotplug(run);
  populate(run);
  // A CPU's own thread, and RCU's, have their turn like everybody else, behind a hog's slice.
  run.policy("qmap", {{"slice_us", 1'000}}).stats_period_ns = 5 * kMs;
  for (unsigned cpu = 1; cpu < 8; ++cpu) switch_at(run, 10'000, cpu, false);
  for (unsigned cpu = 1; cpu < 8; ++cpu) switch_at(run, 200'000, cpu, true);
  run.run_us(260'000);
  ASSERT_EQ(run.log.named("cpu_offline").size(), 7u);
  ASSERT_EQ(run.log.named("cpu_online").size(), 7u) << run.log.console();
  expect_all_run(run, cycle_of(run, "cpu_offline", 6), 200 * kCyclesPerMs);
  expect_all_run(run, cycle_of(run, "cpu_online", 6), 260 * kCyclesPerMs);
  EXPECT_TRUE(run.log.named("scx_disable").empty());
}

TEST(HotplugTest, APolicyWithoutCallbacksIsLoadedAgain) {
  KernelRun run(4);
  allow_hotplug(run);
  populate(run);
  run.policy("simple", {{"slice_us", 2'000}}).stats_period_ns = 1 * kMs;
  switch_at(run, 20'000, 2, false);
  switch_at(run, 40'000, 2, true);
  run.run_us(80'000);
  const Events disabled = run.log.named("scx_disable");
  ASSERT_EQ(disabled.size(), 2u) << run.log.console();
  for (const LoggedEvent& event : disabled) {
    EXPECT_EQ(event.number("kind"), 66u);
    EXPECT_EQ(event.number("code"), kHotplugCode);
    EXPECT_EQ(event.text("reason"), "unregistered from the main kernel");
  }
  EXPECT_EQ(disabled[0].text("msg"), "cpu 2 going offline, exiting scheduler");
  EXPECT_EQ(disabled[1].text("msg"), "cpu 2 going online, exiting scheduler");
  EXPECT_EQ(run.log.named("scx_enable").size(), 3u);
  EXPECT_TRUE(run.log.named("scx_error").empty());
  for (const LoggedEvent& audit : run.log.named("task_audit")) EXPECT_EQ(audit.number("lost"), 0u);
  expect_all_run(run, disabled[1].cycle, 80 * kCyclesPerMs);
}

namespace {

constexpr std::uint64_t kSliceNs = 1 * kMs;  // cpuhp/<cpu> is the policy's task like any other: it waits its turn

std::vector<std::string> calls;
std::uint64_t enqueues_on_2;
bool cpu_2_is_there;

void note_enqueue(void*, Task* p, uint64_t flags) {
  if (scx_bpf_task_cpu(p) == 2) {
    ++enqueues_on_2;
    EXPECT_TRUE(cpu_2_is_there) << "the policy got a task for a CPU that is not there";
  }
  scx_bpf_dispatch(p, SCX_DSQ_GLOBAL, kSliceNs, flags);
}

void note_dispatch(void*, int32_t cpu, Task*) { EXPECT_TRUE(cpu != 2 || cpu_2_is_there); }

void use_both_callbacks() {
  calls.clear();
  enqueues_on_2 = 0;
  cpu_2_is_there = true;
  test_ops = {};
  test_ops.enqueue = note_enqueue;
  test_ops.dispatch = note_dispatch;
  test_ops.cpu_offline = [](void*, int32_t cpu) {
    calls.push_back(numbered("offline ", static_cast<unsigned>(cpu)));
    EXPECT_NE(scx_bpf_get_online_cpumask() & 4u, 0u) << "still online at this point";
    cpu_2_is_there = false;
    sys_nanosleep(2 * kMs);  // it may sleep, and the machine goes on
  };
  test_ops.cpu_online = [](void*, int32_t cpu) {
    calls.push_back(numbered("online ", static_cast<unsigned>(cpu)));
    EXPECT_NE(scx_bpf_get_online_cpumask() & 4u, 0u);
    sys_nanosleep(2 * kMs);
    cpu_2_is_there = true;
  };
}

// The policy in test_ops, with CPU 2 off after 20 ms and on again after 40.
void take_2_off_and_on(KernelRun& run) {
  allow_hotplug(run);
  populate(run);
  run.config.scx_slice_dfl_ns = kSliceNs;
  run.policy("test").stats_period_ns = 5 * kMs;
  switch_at(run, 20'000, 2, false);
  switch_at(run, 40'000, 2, true);
}

}  // namespace

TEST(HotplugTest, APolicyWithCallbacksHearsOfIt) {
  use_both_callbacks();
  KernelRun run(4);
  take_2_off_and_on(run);
  run.run_us(80'000);
  EXPECT_EQ(calls, (std::vector<std::string>{"offline 2", "online 2"}));
  EXPECT_GT(enqueues_on_2, 0u);
  EXPECT_TRUE(run.log.named("scx_disable").empty()) << run.log.console();
  expect_all_run(run, cycle_of(run, "cpu_online"), 80 * kCyclesPerMs);
}

TEST(HotplugTest, OneCallbackIsNotEnough) {
  use_both_callbacks();
  test_ops.cpu_online = nullptr;
  test_ops.enqueue = nullptr;
  test_ops.dispatch = nullptr;
  KernelRun run(4);
  take_2_off_and_on(run);
  run.run_us(60'000);
  EXPECT_EQ(calls, (std::vector<std::string>{"offline 2"}));
  const Events disabled = run.log.named("scx_disable");
  ASSERT_EQ(disabled.size(), 1u);
  EXPECT_EQ(disabled[0].text("msg"), "cpu 2 going online, exiting scheduler");
}

namespace {

SchedulerSpec stale_spec;

// Opens the policy, and loads it when another CPU has gone: the first that did since the boot.
void open_and_load_late(Task&) {
  while (kernel().scx.sysfs.state != trace::ScxEnableState::kDisabled) sys_nanosleep(1 * kMs);
  test_ops.init = nullptr;
  const uint32_t seen = sys_scx_hotplug_seq();
  EXPECT_EQ(seen, 3u) << "each CPU but the first has come at boot";
  EXPECT_EQ(cpu_down(2), 0);
  EXPECT_EQ(sys_scx_attach(stale_spec, seen), 0);
  sys_scx_detach();
  EXPECT_EQ(sys_scx_attach(stale_spec, sys_scx_hotplug_seq()), 0) << "and once it has looked again";
}

}  // namespace

// A loader that looked at the machine before the very first CPU left.
TEST(HotplugTest, TheFirstOneBetweenOpenAndLoadIsNoticed) {
  test_ops = {};
  KernelRun run(4);
  allow_hotplug(run);
  populate(run);
  SchedulerSpec& spec = run_script(run, open_and_load_late, 1);
  spec.unload_after_ns = 1 * kMs;
  stale_spec = spec;
  run.run_us(60'000);
  const Events disabled = run.log.named("scx_disable");
  ASSERT_EQ(disabled.size(), 3u) << run.log.console();
  EXPECT_EQ(disabled[0].number("kind"), 64u) << "the one that started the script";
  EXPECT_EQ(disabled[1].number("kind"), 66u);
  EXPECT_EQ(disabled[1].number("code"), kHotplugCode);
  EXPECT_EQ(disabled[1].text("msg"), "expected hotplug seq 3 did not match actual 4");
  EXPECT_EQ(disabled[2].number("kind"), 64u) << "with the end of the script";
  EXPECT_EQ(run.log.named("scx_enable").size(), 2u) << "the first, and the last";
}

// No policy: only the count moves, and the next loader reads it.
TEST(HotplugTest, TheCountMovesWithoutAPolicy) {
  KernelRun run(4);
  allow_hotplug(run);
  populate(run);
  switch_at(run, 10'000, 1, false);
  switch_at(run, 20'000, 1, true);
  run.run_us(30'000);
  EXPECT_EQ(run.machine().peek(kernel().scx.hotplug_seq.address()), 5u) << "three have come at boot";
  EXPECT_TRUE(run.log.named("scx_exit_ignored").empty());
}

// Who hears of whom: the next CPU that is there.
TEST(HotplugTest, TheWatchdogsChainCloses) {
  namespace swdt = platform::swdt;
  KernelRun run(4);
  allow_hotplug(run);
  run.config.hw_watchdog = {.enable = true, .bark_ns = 10 * kMs, .bite_ns = 20 * kMs, .route = BarkRoute::kNmi};
  populate(run);
  const auto targets = [&run] {
    std::vector<std::uint32_t> list;
    for (unsigned cpu = 0; cpu < 4; ++cpu) list.push_back(run.machine().peek(swdt::channel_target(cpu)));
    return list;
  };
  const auto enabled = [&run](unsigned cpu) {
    return (run.machine().peek(swdt::channel_ctrl(cpu)) & swdt::kChannelCtrlEnable) != 0;
  };
  run.run_us(10'000);
  EXPECT_EQ(targets(), (std::vector<std::uint32_t>{1, 2, 3, 0}));
  run.machine().set_power_switch(2, false);
  run.run_us(30'000);
  EXPECT_FALSE(enabled(2)) << "nobody pets it any more";
  EXPECT_EQ(targets()[1], 3u);
  run.machine().set_power_switch(3, false);
  run.run_us(50'000);
  EXPECT_EQ(targets()[1], 0u);
  run.machine().set_power_switch(3, true);
  run.machine().set_power_switch(2, true);
  run.run_us(80'000);
  for (unsigned cpu = 0; cpu < 4; ++cpu) EXPECT_TRUE(enabled(cpu)) << cpu;
  EXPECT_EQ(targets(), (std::vector<std::uint32_t>{1, 2, 3, 0}));
}

// The switch is moved and moved back: whatever was begun is finished, and the CPU is as the switch says.
TEST(HotplugTest, AnImpatientOperator) {
  KernelRun run(4);
  allow_hotplug(run);
  populate(run);
  run.policy("qmap").stats_period_ns = 5 * kMs;
  for (unsigned i = 0; i < 60; ++i) switch_at(run, 10'000 + 137 * i, 1 + i % 3, i % 2 == 0);
  for (unsigned cpu = 1; cpu < 4; ++cpu) switch_at(run, 100'000, cpu, true);
  run.run_us(160'000);
  EXPECT_EQ(run.log.named("cpu_offline").size(), run.log.named("cpu_online").size());
  EXPECT_EQ(kernel().rqs[1].online && kernel().rqs[2].online && kernel().rqs[3].online, true);
  expect_all_run(run, 130 * kCyclesPerMs, 160 * kCyclesPerMs);
}

}  // namespace kernel
