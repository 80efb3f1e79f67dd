// SPDX-License-Identifier: Apache-2.0
// nohz: idle. No tick on a CPU that sleeps, and nothing is lost by that.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"
#include "tests/kernel/ext/looping.h"
#include "tests/kernel/in_kernel.h"
#include "tests/kernel/test_policies.h"

namespace kernel {

using namespace test;

namespace {

constexpr std::uint64_t kNsPerCycle = 10;
unsigned finished;
std::vector<std::uint32_t> fired_at;

std::size_t ticks_of(const EventLog& log, sim::HartId hart) {
  const Events ticks = log.named("tick");
  return static_cast<std::size_t>(
      std::count_if(ticks.begin(), ticks.end(), [hart](const LoggedEvent& e) { return e.hart == hart; }));
}

void with_script(KernelRun& run, void (*script)(Task&), std::uint64_t cpus = 0) {
  run.config.nohz = Nohz::kIdle;
  test_ops = {};
  test_ops.flags = SCX_OPS_SWITCH_PARTIAL;
  finished = 0;
  fired_at.clear();
  run_script(run, script, cpus);
}

std::uint32_t jiffies_by_clock() { return static_cast<std::uint32_t>(arch::cycles() / tick_period_cycles()); }

}  // namespace

TEST(NohzTest, IdleCpusDoNotTick) {
  KernelRun run(4);
  run.config.nohz = Nohz::kIdle;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 2;
  run.run_us(100'500);
  EXPECT_GE(ticks_of(run.log, 1), 97u) << "a busy CPU ticks";
  for (const sim::HartId hart : {0u, 2u, 3u}) EXPECT_LE(ticks_of(run.log, hart), 6u) << "hart " << hart;
}

TEST(NohzTest, OffTicksOn) {
  KernelRun run(2);
  run.run_us(50'500);
  EXPECT_GE(ticks_of(run.log, 1), 49u);
  EXPECT_TRUE(run.log.named("tick_stop").empty());
}

// Stop and restart take turns, and no task is switched to while the tick is stopped.
TEST(NohzTest, NoTaskRunsWithoutTicks) {
  KernelRun run(2);
  run.config.nohz = Nohz::kIdle;
  run.task("a", {run_for(300 * kUs), sleep_for(7 * kMs)});
  run.task("b", {run_for(2'500 * kUs), sleep_for(4 * kMs)});
  run.run_us(200'000);
  for (const sim::HartId hart : {0u, 1u}) {
    bool stopped = false;
    unsigned stops = 0;
    for (const LoggedEvent& event : run.log.of_hart(hart)) {
      if (event.name == "tick_stop") {
        EXPECT_FALSE(stopped);
        stopped = true;
        ++stops;
      }
      if (event.name == "tick_restart") {
        EXPECT_TRUE(stopped);
        stopped = false;
      }
      if (event.name == "sched_switch") {
        EXPECT_FALSE(stopped) << event.describe();
      }
    }
    EXPECT_GT(stops, 5u) << "hart " << hart;
  }
}

// After everybody has slept for long, the first to wake finds jiffies up to date.
TEST(NohzTest, JiffiesAreRightAfterALongSleep) {
  KernelRun run(2);
  with_script(run, [](Task&) {
    for (const std::uint64_t sleep_ms : {3u, 40u, 1u, 90u, 7u, 25u}) {
      sys_nanosleep(sleep_ms * kMs);
      EXPECT_EQ(jiffies(), jiffies_by_clock()) << sleep_ms;
      ++finished;
    }
  });
  run.run_us(250'000);
  EXPECT_EQ(finished, 6u);
  EXPECT_LT(run.log.named("tick").size(), 60u) << "it did sleep";
}

// The end of a jiffy falls between the interrupt that ends a sleep and the tick's restart, wherever that is: counted all the same.
TEST(NohzTest, AJiffyEndsOnTheWayOutOfIdle) {
  KernelRun run(1);
  with_script(run, [](Task&) {
    const std::uint64_t period = tick_period_cycles();
    for (std::uint64_t before = 0; before < 3'000; before += 20) {
      const std::uint64_t wake = (arch::cycles() / period + 3) * period - before;
      sys_nanosleep((wake - arch::cycles()) * kNsPerCycle);
      arch::charge(10'000);
      arch::flush();
      EXPECT_EQ(jiffies(), jiffies_by_clock()) << before << " cycles before it ends";
      ++finished;
    }
  });
  run.run_us(800'000);
  EXPECT_EQ(finished, 150u);
}

// The CPU with the duty goes to sleep: the one that goes on ticking takes it, and jiffies do not stand still.
TEST(NohzTest, DutyGoesToWhoeverTicks) {
  KernelRun run(4);
  run.config.nohz = Nohz::kIdle;
  run.task("hog", {run_for(500 * kMs)}).cpus_allowed = 4;
  run.run_us(50'000);
  const Events duty = run.log.named("do_timer_duty");
  ASSERT_FALSE(duty.empty());
  EXPECT_EQ(duty.back().number("cpu"), 2u);
  std::uint64_t last = 0;
  for (const LoggedEvent& event : run.log.named("tick")) {
    if (event.hart != 2 || event.cycle < 600'000) continue;
    if (last != 0) {
      EXPECT_EQ(event.number("jiffies"), last + 1);
    }
    last = event.number("jiffies");
  }
  EXPECT_EQ(last, 49u);
}

// Timers in jiffies and sleeps fire on time on a CPU that has nothing else.
TEST(NohzTest, NoTimerIsLost) {
  KernelRun run(4);
  with_script(
      run,
      [](Task&) {
        static TimerList timers[12];
        const std::uint32_t now = jiffies();
        for (unsigned i = 0; i < 12; ++i) {
          timers[i] = {};
          timers[i].function = [](TimerList& timer) {
            EXPECT_EQ(jiffies(), timer.expires);
            fired_at.push_back(timer.expires);
          };
          timer_add(timers[i], now + 1 + i * i);
        }
        for (int i = 0; i < 20; ++i) {
          const std::uint64_t began = arch::cycles();
          sys_nanosleep(7'300 * kUs);
          EXPECT_GE(arch::cycles() - began, 730'000u);
          EXPECT_LE(arch::cycles() - began, 733'000u);
          ++finished;
        }
      },
      8);
  run.run_us(200'000);
  EXPECT_EQ(finished, 20u);
  ASSERT_EQ(fired_at.size(), 12u);
  EXPECT_TRUE(std::is_sorted(fired_at.begin(), fired_at.end()));
  EXPECT_LT(ticks_of(run.log, 3), 60u);
}

// A wakeup from elsewhere ends the sleep at once, timers or not.
TEST(NohzTest, WakeupFromAnotherCpu) {
  KernelRun run(2);
  static Completion go;
  with_script(
      run,
      [](Task&) {
        go.place();
        wake_up_new_task(kthread_create("sleeper", 2, [](Task&) {
          for (int i = 0; i < 10; ++i) {
            go.wait();
            fired_at.push_back(static_cast<std::uint32_t>(arch::cycles()));
          }
        }));
        for (unsigned i = 0; i < 10; ++i) {
          sys_nanosleep(9 * kMs);
          const auto woken_at = static_cast<std::uint32_t>(arch::cycles());
          go.complete();
          sys_nanosleep(1 * kMs);
          ASSERT_EQ(fired_at.size(), i + 1);
          EXPECT_LT(fired_at[i] - woken_at, 2'000u);
        }
        ++finished;
      },
      1);
  run.run_us(150'000);
  EXPECT_EQ(finished, 1u);
}

// A trapped CPU never gets to its sleep: it keeps its tick, as was seen on a real kernel.
TEST(NohzTest, TrappedCpuKeepsItsTick) {
  KernelRun run(1);
  run.config.nohz = Nohz::kIdle;
  loop_soon(run);
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.run_us(50'000);
  const Events& events = run.log.events();
  const std::size_t trapped = find(events, "breakout");
  ASSERT_LT(trapped, events.size());
  EXPECT_EQ(find(events, "tick_stop", trapped), events.size());
  unsigned ticks = 0;
  for (std::size_t i = trapped; i < events.size(); ++i) ticks += events[i].name == "tick" ? 1 : 0;
  EXPECT_GE(ticks, 45u);
}

// A single tick, for the watchdog's sake say, is no reason to take the duty to sleep: the others would miss it.
TEST(NohzTest, TheDutyIsNotTakenToSleep) {
  KernelRun run(4);
  run.config.nohz = Nohz::kIdle;
  run.config.hw_watchdog = {.enable = true, .bark_ns = 20 * kMs, .bite_ns = 40 * kMs, .route = BarkRoute::kNmi};
  run.task("now and then", {run_for(3 * kMs), sleep_for(37 * kMs)});
  run.run_us(300'000);
  bool stopped[4] = {};
  unsigned ticks_asleep = 0;
  for (const LoggedEvent& event : run.log.events()) {
    if (event.name == "tick_stop") stopped[event.hart] = true;
    if (event.name == "tick_restart") stopped[event.hart] = false;
    if (event.name == "tick" && stopped[event.hart]) ++ticks_asleep;
    if (event.name == "do_timer_duty") {
      EXPECT_FALSE(stopped[event.hart]) << event.describe();
    }
  }
  EXPECT_GT(ticks_asleep, 20u);
}

// The hardware watchdog is petted by the tick: a sleeping CPU still comes back within half its bark time.
TEST(NohzTest, SleepIsCappedByTheHardwareWatchdog) {
  KernelRun run(2);
  run.config.nohz = Nohz::kIdle;
  run.config.hw_watchdog = {.enable = true, .bark_ns = 20 * kMs, .bite_ns = 40 * kMs, .route = BarkRoute::kNmi};
  run.run_us(200'000);
  for (const sim::HartId hart : {0u, 1u}) {
    EXPECT_LT(ticks_of(run.log, hart), 40u);
    sim::Cycle last = 0;
    for (const LoggedEvent& event : run.log.named("tick")) {
      if (event.hart != hart) continue;
      EXPECT_LE(event.cycle - last, 1'002'000u) << "hart " << hart;
      last = event.cycle;
    }
    EXPECT_GT(last, 18'900'000u);
  }
}

}  // namespace kernel
