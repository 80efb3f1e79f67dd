// SPDX-License-Identifier: Apache-2.0
// The life of a loader: statistics, the end of its policy in every way, and the next one.
#include <gtest/gtest.h>

#include "firmware/kernel/user.h"
#include "tests/kernel/kernel_run.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

std::vector<std::string> printed(const EventLog& log, const std::string& stream) {
  std::vector<std::string> lines;
  for (const LoggedEvent& event : log.named("user_print")) {
    if (event.text("stream") == stream) lines.push_back(event.text("text"));
  }
  return lines;
}

std::vector<std::string> enabled(const EventLog& log) {
  std::vector<std::string> names;
  for (const LoggedEvent& event : log.named("scx_enable")) names.push_back(event.text("name"));
  return names;
}

// -1: it lives.
std::int64_t status_of(const EventLog& log, const std::string& comm) {
  for (const LoggedEvent& event : log.named("task_exit")) {
    if (event.text("comm") == comm) return static_cast<std::int64_t>(event.number("status")) / 2;  // zigzag
  }
  return -1;
}

sim::Cycle cycle_of_exit(const EventLog& log, const std::string& comm) {
  for (const LoggedEvent& event : log.named("task_exit")) {
    if (event.text("comm") == comm) return event.cycle;
  }
  return 0;
}

void pulse(KernelRun& run, unsigned source, std::uint64_t at_us) {
  host::HostMachine& machine = run.machine();
  machine.at(at_us * run.config.clock_mhz, [&machine, source] { machine.set_irq_source(source, true); });
  machine.at((at_us + 10) * run.config.clock_mhz, [&machine, source] { machine.set_irq_source(source, false); });
}

template <std::size_t N>
void signals(KernelRun& run, const SignalSpec (&specs)[N]) {
  run.config.user.signals = specs;
  run.config.user.nr_signals = N;
}

void worker(KernelRun& run) { run.task("worker", {run_for(50 * kUs), sleep_for(100 * kUs)}); }

}  // namespace

TEST(LoaderTest, PrintsStatisticsEachPeriod) {
  KernelRun run(2);
  run.policy("simple").stats_period_ns = 10 * kMs;
  worker(run);
  run.run_us(95'000);
  const auto lines = printed(run.log, "stdout");
  ASSERT_EQ(lines.size(), 10u);
  EXPECT_EQ(lines[0], "local=1 global=0") << "init, when the load was done";
  EXPECT_NE(lines[9], lines[8]);
  EXPECT_NE(run.log.console().find("\nlocal=1 global=0\n"), std::string::npos) << "without a time stamp";
}

// Unloaded at its time, then the next one, as often as each is to be loaded.
TEST(LoaderTest, PoliciesOneAfterTheOther) {
  KernelRun run(2);
  SchedulerSpec& first = run.policy("simple");
  first.unload_after_ns = 15 * kMs;
  first.times = 2;
  run.policy("qmap").unload_after_ns = 20 * kMs;
  worker(run);
  run.run_us(400'000);
  EXPECT_EQ(enabled(run.log), (std::vector<std::string>{"simple", "simple", "qmap"}));
  EXPECT_EQ(printed(run.log, "stderr"), std::vector<std::string>(3, "EXIT: unregistered from user space"));
  for (const LoggedEvent& event : run.log.named("scx_disable")) EXPECT_EQ(event.number("kind"), 64u);
  std::vector<std::string> ended;
  for (const LoggedEvent& event : run.log.named("task_exit")) ended.push_back(event.text("comm"));
  EXPECT_EQ(ended, (std::vector<std::string>{"scx_simple", "scx_qmap"})) << "each policy has a loader of its own";
  for (const LoggedEvent& event : run.log.named("task_exit")) EXPECT_EQ(event.number("status"), 0u);
}

// It sees the exit at the end of its statistics sleep, reports, and a second policy is loaded.
TEST(LoaderTest, ReportsAnErrorAndLoadsTheNext) {
  KernelRun run(2);
  run.policy("qmap", {{"error_after", 40}}).stats_period_ns = 10 * kMs;
  run.policy("simple").stats_period_ns = 10 * kMs;
  worker(run);
  run.run_us(200'000);
  EXPECT_EQ(enabled(run.log), (std::vector<std::string>{"qmap", "simple"}));
  const auto lines = printed(run.log, "stderr");
  ASSERT_GT(lines.size(), 10u);
  EXPECT_EQ(lines[0], "");
  EXPECT_EQ(lines[1], "DEBUG DUMP");
  EXPECT_EQ(lines[2], std::string(80, '='));
  EXPECT_EQ(lines[3], "");
  EXPECT_NE(lines[4].find(" triggered exit kind 1025:"), std::string::npos) << lines[4];
  const std::size_t end = lines.size();
  EXPECT_EQ(lines[end - 1], "EXIT: scx_bpf_error (test triggering error)");
  EXPECT_EQ(lines[end - 2], "");
  EXPECT_EQ(lines[end - 3], std::string(80, '='));
  EXPECT_EQ(lines[end - 4], "");
}

// A wish of the policy's own is no error: no dump. With ACT_RESTART in its code the loader loads it again.
TEST(LoaderTest, RestartsWhenTheExitCodeAsksForIt) {
  static unsigned loads;
  loads = 0;
  KernelRun run(2);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    ++loads;
    return 0;
  };
  test_ops.tick = [](void*, Task*) { scx_bpf_exit(loads == 1 ? int64_t{1} << 48 : 5, "load %u", loads); };
  run.policy("test").stats_period_ns = 5 * kMs;
  run.task("hog", {run_for(500 * kMs)});
  run.run_us(300'000);
  EXPECT_EQ(loads, 2u);
  EXPECT_EQ(printed(run.log, "stderr"),
            (std::vector<std::string>{"EXIT: unregistered from BPF (load 1)", "EXIT: unregistered from BPF (load 2)"}));
  const Events ends = run.log.named("scx_disable");
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[1].number("kind"), 65u);
}

// Refused at the first checks: nothing was loaded, nothing is unloaded, and the loader fails at once, whatever it was still
// to do.
TEST(LoaderTest, SaysThatALoadWasRefused) {
  KernelRun run(2);
  test_ops = {};
  test_ops.flags = 1u << 20;
  run.policy("test").times = 3;
  run.policy("simple");
  worker(run);
  run.run_us(50'000);
  EXPECT_EQ(printed(run.log, "stderr"), std::vector<std::string>{"scx_test: cannot load the policy (-22)"});
  EXPECT_EQ(enabled(run.log), std::vector<std::string>{"simple"});
  EXPECT_EQ(status_of(run.log, "scx_test"), 1);
}

// ops.init fails: the load call succeeds, and the exit record says what happened.
TEST(LoaderTest, ReportsAFailedInit) {
  KernelRun run(2);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) { return -12; };
  run.policy("test");
  worker(run);
  run.run_us(80'000);
  const auto lines = printed(run.log, "stderr");
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back(), "EXIT: runtime error (ops.init() failed (-12))");
  EXPECT_TRUE(printed(run.log, "stdout").empty()) << "no statistics of a policy that never ran";
}

// Killed in its sleep: its policy leaves with it, as with a descriptor that is closed, nobody reports, and the next comes.
TEST(LoaderTest, AKilledOneTakesItsPolicyWithIt) {
  static constexpr SignalSpec kKill[] = {{1, Signal::kKill, 0, 0, "qmap"}};
  KernelRun run(2);
  run.policy("qmap").stats_period_ns = 10 * kMs;
  run.policy("simple").stats_period_ns = 10 * kMs;
  worker(run);
  signals(run, kKill);
  pulse(run, 1, 40'000);
  run.run_us(120'000);
  ASSERT_EQ(run.log.named("signal").size(), 1u);
  EXPECT_EQ(run.log.named("signal")[0].text("comm"), "scx_qmap");
  const Events ends = run.log.named("scx_disable");
  ASSERT_EQ(ends.size(), 1u) << run.log.console();
  EXPECT_EQ(ends[0].text("name"), "qmap");
  EXPECT_EQ(ends[0].number("kind"), 64u);
  EXPECT_EQ(ends[0].text("reason"), "unregistered from user space");
  EXPECT_NE(run.log.console().find("sched_ext: BPF scheduler \"qmap\" disabled (unregistered from user space)"),
            std::string::npos);
  EXPECT_EQ(status_of(run.log, "scx_qmap"), 137);
  EXPECT_GT(cycle_of_exit(run.log, "scx_qmap"), ends[0].cycle) << "it waits for that on its way out";
  EXPECT_TRUE(printed(run.log, "stderr").empty());
  EXPECT_EQ(run.log.named("task_audit")[0].number("lost"), 0u);
  EXPECT_EQ(enabled(run.log), (std::vector<std::string>{"qmap", "simple"}));
  EXPECT_GT(cpu_time(run.log, ends[0].cycle, 120'000 * run.config.clock_mhz)["worker"], 1'000'000u);
}

// In the middle of its load, in a sleep that no signal ends: the load goes through, and with the way back to user mode all
// that is undone. The tasks of the scenario do not wait for a policy for ever.
TEST(LoaderTest, KilledWhileItLoads) {
  static constexpr SignalSpec kKill[] = {{1, Signal::kKill, 0, 0, "test"}};
  KernelRun run(2);
  test_ops = {};
  test_ops.init = [](void*, const int64_t*) {
    sys_nanosleep(10 * kMs);
    return 0;
  };
  run.policy("test");
  worker(run);
  signals(run, kKill);
  pulse(run, 1, 6'000);
  run.run_us(60'000);
  ASSERT_EQ(run.log.named("signal").size(), 1u);
  EXPECT_EQ(enabled(run.log), std::vector<std::string>{"test"});
  ASSERT_EQ(run.log.named("scx_disable").size(), 1u);
  EXPECT_EQ(run.log.named("scx_disable")[0].number("kind"), 64u);
  EXPECT_EQ(status_of(run.log, "scx_test"), 137);
  EXPECT_TRUE(printed(run.log, "stdout").empty());
  EXPECT_GT(cpu_time(run.log, 0, 60'000 * run.config.clock_mhz)["worker"], 500'000u);
}

// A policy does not need its loader: stopped, it only prints nothing.
TEST(LoaderTest, AStoppedOneLeavesItsPolicyAlone) {
  static constexpr SignalSpec kSignals[] = {{1, Signal::kStop, 0, 0, "simple"}, {2, Signal::kCont, 0, 0, "simple"}};
  KernelRun run(2);
  run.policy("simple").stats_period_ns = 5 * kMs;
  worker(run);
  signals(run, kSignals);
  pulse(run, 1, 30'000);
  pulse(run, 2, 70'000);
  run.run_us(100'000);
  unsigned before = 0, stopped = 0, after = 0;
  for (const LoggedEvent& event : run.log.named("user_print")) {
    const auto ms = event.cycle / 100'000;
    ++(ms < 36 ? before : ms < 70 ? stopped : after);
  }
  EXPECT_GE(before, 4u);
  EXPECT_EQ(stopped, 0u);
  EXPECT_GE(after, 4u);
  EXPECT_TRUE(run.log.named("scx_disable").empty());
  EXPECT_EQ(enabled(run.log), std::vector<std::string>{"simple"});
}

}  // namespace kernel
