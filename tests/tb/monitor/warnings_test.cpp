// SPDX-License-Identifier: Apache-2.0
// Goal: each warning comes with its cycle, hart and text where its threshold is passed, and not one step below.
#include "tb/monitor/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tb/monitor/streams.h"

namespace tb::monitor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "kind @cycle hart: text", of a machine with two harts at 1 MHz and a tick each 100 cycles.
std::vector<std::string> warnings_in(const std::vector<Played>& script, sim::Cycle end) {
  Metrics metrics(2, kTickCycles, 1);
  test::for_each_event(script, [&](const event_log::EventView& event) { metrics.on_event(event); });
  metrics.finish(end);
  std::vector<std::string> lines;
  for (const Warning& warning : metrics.warnings())
    lines.push_back(std::string(name_of(warning.kind)) + " @" + std::to_string(warning.cycle) +
                    (warning.hart ? " hart " + std::to_string(*warning.hart) : "") + ": " + warning.text);
  return lines;
}

std::function<void()> made(unsigned pid, const char* comm, std::uint64_t cpus) {
  return [=] { trace::task_new(pid, comm, trace::Class::kExt, cpus); };
}
std::function<void()> woken(unsigned pid, const char* comm) {
  return [=] { trace::sched_wakeup(pid, comm, 0); };
}
std::function<void()> switched(unsigned prev, const char* prev_comm, trace::TaskState state, unsigned next,
                               const char* next_comm) {
  return [=] { trace::sched_switch(prev, prev_comm, state, next, next_comm, trace::Class::kExt, trace::Class::kExt); };
}
const auto wfi = [] { trace::wfi_enter(0); };
const auto ipi = [] { trace::ipi_raise(1, trace::IpiReason::kKick, false); };

TEST(WarningsTest, AQuietRunHasNone) { EXPECT_THAT(warnings_in({{5, 0, wfi}, {6, 1, wfi}}, 100'000), IsEmpty()); }

TEST(WarningsTest, ATaskThatWaitsTwentyTicksStarves) {
  const std::vector<Played> script = {{0, 0, made(5, "a", 1)}, {100, 0, woken(5, "a")}};
  EXPECT_THAT(warnings_in(script, 2099), IsEmpty());
  EXPECT_THAT(warnings_in(script, 2100),
              ElementsAre("task_starved @100: a was runnable for 2000.0 us without a CPU, from cycle 100"));
}

TEST(WarningsTest, ATaskThatLostItsCpuStarvesToo) {
  const std::vector<Played> script = {{0, 0, made(5, "a", 1)},  {0, 0, made(6, "hog", 1)},
                                      {10, 0, woken(5, "a")},   {10, 0, switched(0, "swapper/0", kR, 5, "a")},
                                      {20, 0, woken(6, "hog")}, {20, 0, switched(5, "a", kR, 6, "hog")}};
  EXPECT_THAT(warnings_in(script, 2020),
              ElementsAre("task_starved @20: a was runnable for 2000.0 us without a CPU, from cycle 20"));
}

TEST(WarningsTest, OfSeveralStarvedTasksTheFirstIsNamed) {
  const std::vector<Played> script = {
      {0, 0, made(5, "late", 1)}, {0, 0, made(6, "early", 1)}, {90, 0, woken(6, "early")}, {100, 0, woken(5, "late")}};
  EXPECT_THAT(warnings_in(script, 3000), ElementsAre("task_starved @90: early was runnable for 2910.0 us without a CPU, from "
                                                     "cycle 90; 1 more task waited for 2000.0 us or more"));
}

// Not the longest one.
TEST(WarningsTest, TheFirstWaitOfATaskThatStarvesTwiceIsNamed) {
  EXPECT_THAT(warnings_in({{0, 0, made(5, "a", 1)},
                           {0, 0, made(6, "hog", 1)},
                           {100, 0, woken(5, "a")},
                           {2200, 0, switched(0, "swapper/0", kR, 5, "a")},
                           {2210, 0, switched(5, "a", kR, 6, "hog")}},
                          9000),
              testing::Contains("task_starved @100: a was runnable for 2100.0 us without a CPU, from cycle 100"));
}

// Two copies that may run on the same CPU, both runnable from 0 to 4000: the second one runs for `turn` of each 1000 cycles.
std::vector<Played> two_hogs(sim::Cycle turn, std::uint64_t cpus_of_second) {
  std::vector<Played> script = {{0, 0, made(5, "hog0", 1)},
                                {0, 0, made(6, "hog1", cpus_of_second)},
                                {0, 0, woken(5, "hog0")},
                                {0, 0, woken(6, "hog1")},
                                {0, 0, switched(0, "swapper/0", kR, 5, "hog0")}};
  for (sim::Cycle begin = 0; begin < 4000; begin += 1000) {
    script.push_back({begin + 500, 0, switched(5, "hog0", kR, 6, "hog1")});
    script.push_back({begin + 500 + turn, 0, switched(6, "hog1", kR, 5, "hog0")});
  }
  return script;
}

TEST(WarningsTest, LessThanAQuarterOfAnothersShareIsUnfair) {
  EXPECT_THAT(warnings_in(two_hogs(200, 1), 4000), IsEmpty());  // 20 % and 80 %
  EXPECT_THAT(warnings_in(two_hogs(199, 1), 4000),
              ElementsAre("unfair_share @0: hog1 had a CPU for 19.9 % of the time in which it was runnable, hog0 for 80.1 %"));
}

TEST(WarningsTest, TasksOnDifferentCpusAreNotCompared) { EXPECT_THAT(warnings_in(two_hogs(100, 3), 4000), IsEmpty()); }

TEST(WarningsTest, AHartThatSleepsBesideAWaitingTask) {
  const auto script = [](std::uint64_t cpus) {
    return std::vector<Played>{{0, 0, made(5, "a", cpus)}, {0, 1, wfi}, {50, 0, woken(5, "a")}, {250, 1, balance_enter}};
  };
  EXPECT_THAT(
      warnings_in(script(2), 260),
      ElementsAre("idle_beside_waiting @50 hart 1: hart 1 slept for 200.0 us, from cycle 50, while a runnable task that may "
                  "run there waited"));
  EXPECT_THAT(warnings_in(script(1), 260), IsEmpty());  // it may not run there
  EXPECT_THAT(warnings_in({{0, 0, made(5, "a", 2)}, {0, 1, wfi}, {51, 0, woken(5, "a")}, {250, 1, balance_enter}}, 260),
              IsEmpty());
}

TEST(WarningsTest, InterruptsOffLongerThanATick) {
  EXPECT_THAT(warnings_in({{10, 1, off}, {110, 1, on}}, 200), IsEmpty());
  EXPECT_THAT(warnings_in({{10, 1, off}, {111, 1, on}}, 200),
              ElementsAre("irqs_off @10 hart 1: hart 1 had interrupts off for 101.0 us, from cycle 10"));
}

TEST(WarningsTest, OfSeveralHartsTheWorstIsNamed) {
  EXPECT_THAT(
      warnings_in({{10, 1, off}, {20, 0, off}, {300, 1, on}, {900, 0, on}}, 1000),
      ElementsAre("irqs_off @20 hart 0: hart 0 had interrupts off for 880.0 us, from cycle 20; so did 1 other, for less"));
}

// `per_tick` of them in each of `ticks` tick periods.
std::vector<Played> repeated(const std::function<void()>& event, unsigned per_tick, unsigned ticks) {
  std::vector<Played> script;
  for (unsigned tick = 0; tick < ticks; ++tick)
    for (unsigned i = 0; i < per_tick; ++i) script.push_back({tick * kTickCycles + i, 0, event});
  script.push_back({ticks * kTickCycles, 0, event});  // the period after them has begun
  return script;
}

TEST(WarningsTest, FiftyOneIpisInEachOfFiveTicksAreAStorm) {
  EXPECT_THAT(warnings_in(repeated(ipi, 51, 5), 600),
              ElementsAre("ipi_storm @0 hart 1: hart 1 got 255 IPIs in 5 tick periods in a row, from cycle 0"));
  EXPECT_THAT(warnings_in(repeated(ipi, 50, 9), 1000), IsEmpty());
  EXPECT_THAT(warnings_in(repeated(ipi, 99, 4), 1000), IsEmpty());
}

TEST(WarningsTest, AQuietTickEndsAStorm) {
  std::vector<Played> script = repeated(ipi, 60, 4);
  for (const Played& later : repeated(ipi, 60, 4)) script.push_back({later.cycle + 600, later.hart, later.emit});
  EXPECT_THAT(warnings_in(script, 2000), IsEmpty());
}

TEST(WarningsTest, AStormIsToldOnce) { EXPECT_EQ(warnings_in(repeated(ipi, 60, 30), 4000).size(), 1U); }

// Hart 0 switches 60 times per tick between two tasks, beside a third that waits, or does not.
std::vector<Played> ping_pong(unsigned per_tick, std::optional<sim::Cycle> third_waits_from) {
  std::vector<Played> script = {{0, 0, made(5, "ping", 1)}, {0, 0, made(6, "pong", 1)}, {0, 0, made(7, "third", 1)}};
  bool ping = false;
  for (unsigned tick = 0; tick < 6; ++tick)
    for (unsigned i = 0; i < per_tick; ++i) {
      const sim::Cycle cycle = tick * kTickCycles + i;
      if (third_waits_from == cycle) script.push_back({cycle, 0, woken(7, "third")});
      script.push_back({cycle, 0, ping ? switched(5, "ping", kS, 6, "pong") : switched(6, "pong", kS, 5, "ping")});
      ping = !ping;
    }
  return script;
}

TEST(WarningsTest, SwitchesThatLeaveATaskBehindAreALivelock) {
  EXPECT_THAT(
      warnings_in(ping_pong(60, 0), 650),
      ElementsAre("livelock @0 hart 0: hart 0 switched between tasks 300 times in 5 tick periods in a row, from cycle 0, while "
                  "PID 7, which may run there, waited all the time"));
  EXPECT_THAT(warnings_in(ping_pong(50, 0), 650), IsEmpty());
  EXPECT_THAT(warnings_in(ping_pong(60, 110), 650), IsEmpty());  // not all of the five
  EXPECT_THAT(warnings_in(ping_pong(60, {}), 650), IsEmpty());
}

// The switches before the five tick periods do not count for them.
TEST(WarningsTest, ALivelockCountsItsOwnTicks) {
  std::vector<Played> script = {{0, 0, made(7, "third", 1)}};
  for (unsigned tick = 0; tick < 7; ++tick) {
    if (tick == 1) script.push_back({100, 0, woken(7, "third")});
    for (unsigned i = 0; i < 60 + tick; ++i)
      script.push_back(
          {tick * kTickCycles + i, 0, i % 2 == 0 ? switched(5, "ping", kS, 6, "pong") : switched(6, "pong", kS, 5, "ping")});
  }
  EXPECT_THAT(
      warnings_in(script, 720),
      ElementsAre(
          "livelock @100 hart 0: hart 0 switched between tasks 315 times in 5 tick periods in a row, from cycle 100, while "
          "PID 7, which may run there, waited all the time"));
}

TEST(WarningsTest, AStormAtTheEndOfTheRunIsToldToo) {
  std::vector<Played> script = repeated(ipi, 60, 5);
  script.pop_back();  // nothing after them
  EXPECT_EQ(warnings_in(script, 500).size(), 1U);
  EXPECT_THAT(warnings_in(script, 499), IsEmpty());  // the last period is not over
}

// Waits for a lock of hart 0: from and to.
std::vector<Played> lock_waits(const std::vector<std::pair<sim::Cycle, sim::Cycle>>& waits) {
  std::vector<Played> script;
  for (const auto& [from, to] : waits) {
    script.push_back({from, 0, [] { trace::contention_begin(64, trace::LockKind::kRq, 1, 1); }});
    if (to != 0) script.push_back({to, 0, [] { trace::contention_end(64); }});
  }
  return script;
}

TEST(WarningsTest, OneLongWaitForALockIsAConvoy) {
  EXPECT_THAT(warnings_in(lock_waits({{149, 650}}), 700),
              ElementsAre("lock_convoy @149 hart 0: hart 0 waited 501.0 us for a spinlock, from cycle 149"));
  EXPECT_THAT(warnings_in(lock_waits({{150, 650}}), 700), IsEmpty());
  EXPECT_EQ(warnings_in(lock_waits({{149, 0}}), 700).size(), 1U) << "one that does not end ends with the run";
}

TEST(WarningsTest, MoreThanAQuarterOfFiveTicksAtLocksIsAConvoy) {
  std::vector<std::pair<sim::Cycle, sim::Cycle>> often, seldom;
  for (sim::Cycle tick = 0; tick < 1000; tick += 100) {
    if (tick < 500) often.insert(often.end(), {{tick + 10, tick + 23}, {tick + 50, tick + 63}});
    seldom.push_back({tick + 10, tick + 35});
  }
  EXPECT_THAT(
      warnings_in(lock_waits(often), 600),
      ElementsAre("lock_convoy @0 hart 0: hart 0 waited 130.0 us for spinlocks in 5 tick periods in a row, from cycle 0"));
  EXPECT_THAT(warnings_in(lock_waits(seldom), 1000), IsEmpty());
}

TEST(WarningsTest, TheyComeInTheOrderOfTheirCycles) {
  const auto found = warnings_in({{0, 0, made(5, "a", 1)}, {20, 1, off}, {50, 0, woken(5, "a")}, {400, 1, on}}, 3000);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0], testing::StartsWith("irqs_off @20"));
  EXPECT_THAT(found[1], testing::StartsWith("task_starved @50"));
}

TEST(WarningsTest, TheirNumbersAreMetrics) {
  const json::Value m = metrics_of({{10, 1, off}, {400, 1, on}});
  EXPECT_EQ(metric(m, "warnings.total"), 1);
  EXPECT_EQ(metric(m, "warnings.irqs_off"), 1);
  EXPECT_EQ(metric(m, "warnings.ipi_storm"), 0);
}

}  // namespace
}  // namespace tb::monitor
