// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include "firmware/kernel/kernel.h"
#include "platform.h"
#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

// All harts come up and idle; their ticks go on.
TEST(BootTest, AllHartsComeUpAndTick) {
  KernelRun run(4);
  run.run_us(10'000);
  EXPECT_NE(run.log.console().find("Brought up 4 CPUs"), std::string::npos) << run.log.console();
  for (unsigned hart = 0; hart < 4; ++hart) {
    const Events events = run.log.of_hart(hart);
    unsigned ticks = 0;
    for (const LoggedEvent& event : events) ticks += event.name == "tick" ? 1 : 0;
    EXPECT_EQ(ticks, 9u) << "hart " << hart;  // the tenth ends with the run
    EXPECT_NE(find(events, "wfi_enter"), events.size()) << "hart " << hart;
  }
}

TEST(BootTest, SixtyFourHartsComeUp) {
  KernelRun run(64);
  run.run_us(2'000);
  EXPECT_NE(run.log.console().find("Brought up 64 CPUs"), std::string::npos) << run.log.console();
}

// PID 1 and 2 are always there, and the threads of each CPU; kthreadd and all it has forked sleep before the policy is
// loaded, and kthreadd stays asleep.
TEST(BootTest, KernelThreadsSleepBeforeThePolicyIsLoaded) {
  KernelRun run(2);
  run.policy("qmap");
  run.task("worker", {run_for(20 * kUs), sleep_for(20 * kUs)});
  run.run_us(5'000);
  const Events& events = run.log.events();
  const std::size_t loaded = find(events, "scx_enable");
  ASSERT_LT(loaded, events.size());
  std::map<std::string, std::string> state;  // as of the last switch away, up to the load
  std::map<std::string, std::uint64_t> pid;
  for (std::size_t i = 0; i < loaded; ++i) {
    if (events[i].name == "task_new") pid[events[i].text("comm")] = events[i].number("pid");
    if (events[i].name == "sched_switch") state[events[i].text("prev_comm")] = events[i].text("prev_state");
  }
  EXPECT_EQ(pid["init"], 1u);
  EXPECT_EQ(pid["kthreadd"], 2u);
  for (const char* comm : {"kthreadd", "migration/0", "migration/1", "ksoftirqd/0", "ksoftirqd/1"}) {
    EXPECT_EQ(state[comm], "S") << comm;
  }
  for (const char* comm : {"rcu_sched", "kworker/u4:0", "kworker/u4:1"}) EXPECT_EQ(state[comm], "I") << comm;
  for (std::size_t i = loaded; i < events.size(); ++i) {
    if (events[i].name != "sched_switch") continue;
    EXPECT_NE(events[i].text("next_comm"), "kthreadd");
  }
}

// Under full switch every task that asks for normal scheduling is on ext; SCHED_FIFO is not.
TEST(BootTest, FullSwitchTakesNormalTasksOnly) {
  KernelRun run(1);
  run.policy("simple");
  run.task("normal", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.rt_task("fifo", 50, {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.run_us(2'000);
  bool saw_normal = false;
  bool saw_fifo = false;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.text("next_comm") == "normal") saw_normal = event.text("next_class") == "ext";
    if (event.text("next_comm") == "fifo") saw_fifo = event.text("next_class") == "rt";
  }
  EXPECT_TRUE(saw_normal);
  EXPECT_TRUE(saw_fifo);
}

// After a bite the kernel comes up without the policy: tasks run under fair.
TEST(BootTest, WatchdogResetBootsWithoutThePolicy) {
  KernelRun run(1);
  run.policy("simple");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.config.hw_watchdog = {.enable = true, .bark_ns = 5 * kMs, .bite_ns = 20 * kMs, .route = BarkRoute::kNmi};
  run.machine().at(150'000, [&run] { run.machine().poke(platform::swdt::channel_count(0), 2'000'000); });
  run.run_us(3'500);
  EXPECT_NE(run.log.console().find("hardware watchdog reset"), std::string::npos) << run.log.console();
  ASSERT_EQ(run.log.named("reset").size(), 2u);
  const auto loads = run.log.named("scx_enable");
  ASSERT_EQ(loads.size(), 1u);
  EXPECT_LT(loads[0].cycle, run.log.named("reset")[1].cycle);
  const Events switches = run.log.named("sched_switch");
  ASSERT_FALSE(switches.empty());
  EXPECT_TRUE(switches.back().text("prev_class") == "fair" || switches.back().text("next_class") == "fair");
}

// RAM that does not suffice is said, not overrun.
TEST(BootTest, TooLittleRamEndsTheRun) {
  KernelRun run(4);
  run.config.ram_bytes = 64;
  EXPECT_THROW(run.run_us(1'000), host::HostPanic);
}

// Whatever RAM holds at power-on makes no difference.
TEST(BootTest, DirtyRamIsCleaned) {
  KernelRun run(2);
  run.policy("simple");
  run.task("worker", {run_for(10 * kUs), sleep_for(100 * kUs)});
  run.machine().at(0, [&run] {
    for (std::uint32_t word = 0; word < 400; ++word) run.machine().poke(platform::ram::kBase + 4 * word, 0xdeadbeef);
  });
  run.run_us(2'000);
  EXPECT_GT(run.log.named("sched_switch").size(), 20u);
}

// The same configuration gives the same log, event by event.
TEST(BootTest, TwoRunsAreEqual) {
  const auto record = [] {
    KernelRun run(3);
    run.policy("qmap", {{"slice_us", 200}});
    for (int i = 0; i < 6; ++i) {
      run.task("t", {{ProgramOpKind::kRun, 1 * kUs, 90 * kUs}, {ProgramOpKind::kSleep, 1 * kUs, 90 * kUs}});
    }
    run.run_us(3'000);
    std::vector<std::string> lines;
    for (const LoggedEvent& event : run.log.events()) lines.push_back(event.describe());
    return lines;
  };
  const auto first = record();
  EXPECT_GT(first.size(), 500u);
  EXPECT_EQ(first, record());
}

}  // namespace kernel
