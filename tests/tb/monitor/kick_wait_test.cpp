// SPDX-License-Identifier: Apache-2.0
// Goal: how long a hart stands in an interrupt for CPUs it has kicked, from streams made by hand.
#include <gtest/gtest.h>

#include "json/value.h"
#include "tb/monitor/metrics.h"
#include "tests/tb/support.h"

namespace tb::monitor {
namespace {

using test::Played;

json::Value waits_of(const std::vector<Played>& script, sim::Cycle end = 10'000) {
  Metrics metrics(2, 100, 1);
  test::for_each_event(script, [&](const event_log::EventView& event) { metrics.on_event(event); });
  metrics.finish(end);
  return metrics.to_json()["kick_wait_cycles"];
}

constexpr unsigned kPreempt = 2;
constexpr unsigned kWait = 4;

std::function<void()> kick(unsigned cpu, unsigned flags, bool self = false) {
  return [=] { trace::kick(cpu, flags, self); };
}
const auto kick_work = [] { trace::irq_work_run(trace::IrqWork::kKickCpus); };
const auto other_work = [] { trace::irq_work_run(trace::IrqWork::kDeferred); };
const auto enter = [] { trace::irq_entry(trace::Cause::kSoftware); };
const auto leave = [] { trace::irq_exit(trace::Cause::kSoftware); };

TEST(KickWaitTest, FromTheWorkToTheEndOfItsInterrupt) {
  const auto waits =
      waits_of({{10, 0, kick(1, kPreempt | kWait)}, {20, 0, enter}, {30, 0, kick_work}, {90, 0, leave}, {500, 0, leave}});
  EXPECT_EQ(waits.dump(), R"({"max":60,"hart":0,"from":30,"never_ended":0,"per_hart":[60,0]})");
}

TEST(KickWaitTest, TheLongestOfAllHarts) {
  const auto waits = waits_of({{10, 0, kick(1, kWait)},
                               {10, 1, kick(0, kWait)},
                               {20, 0, kick_work},
                               {30, 1, kick_work},
                               {50, 0, leave},
                               {95, 1, leave},
                               {200, 1, kick(0, kWait)},
                               {210, 1, kick_work},
                               {220, 1, leave}});
  EXPECT_EQ(waits.dump(), R"({"max":65,"hart":1,"from":30,"never_ended":0,"per_hart":[30,65]})");
}

TEST(KickWaitTest, KicksWithoutTheFlagAreNotWaitedFor) {
  EXPECT_EQ(waits_of({{10, 0, kick(1, kPreempt)}, {30, 0, kick_work}, {90, 0, leave}})["max"], 0);
  EXPECT_EQ(waits_of({{10, 0, kick(1, kPreempt)}, {30, 0, kick_work}}, 9'000)["never_ended"], 0);
}

TEST(KickWaitTest, NobodyWaitsForTheOwnCpu) {
  EXPECT_EQ(waits_of({{10, 0, kick(0, kWait, true)}, {30, 0, kick_work}, {90, 0, leave}})["max"], 0);
}

// The kicks of one work are waited for once: the next work, of a kick without the flag, is no wait.
TEST(KickWaitTest, OneWaitPerRequest) {
  EXPECT_EQ(waits_of({{10, 0, kick(1, kWait)},
                      {20, 0, kick_work},
                      {25, 0, leave},
                      {30, 0, kick(1, 0)},
                      {40, 0, kick_work},
                      {900, 0, leave}})["max"],
            5);
}

TEST(KickWaitTest, AnotherWorkBeforeItIsNotTheWait) {
  EXPECT_EQ(waits_of({{10, 0, kick(1, kWait)}, {20, 0, other_work}, {60, 0, kick_work}, {65, 0, leave}})["max"], 5);
}

TEST(KickWaitTest, TheNextWorkOfTheInterruptIsNoPartOfIt) {
  EXPECT_EQ(waits_of({{10, 0, kick(1, kWait)}, {20, 0, kick_work}, {60, 0, other_work}, {900, 0, leave}})["max"], 40);
}

TEST(KickWaitTest, AnNmiDoesNotEndIt) {
  const auto nmi_in = [] { trace::irq_entry(trace::Cause::kNmi); };
  const auto nmi_out = [] { trace::irq_exit(trace::Cause::kNmi); };
  EXPECT_EQ(waits_of({{10, 0, kick(1, kWait)}, {20, 0, kick_work}, {50, 0, nmi_in}, {55, 0, nmi_out}, {120, 0, leave}})["max"],
            100);
}

TEST(KickWaitTest, AWaitOfAStoppedCpuEndsWithItsInterruptsOn) {
  EXPECT_EQ(waits_of({{10, 0, kick(1, kWait)},
                      {20, 0, kick_work},
                      {70, 0, [] { trace::irq_on(trace::Site::kSchedule); }},
                      {500, 0, leave}})["max"],
            50);
}

TEST(KickWaitTest, AWaitStillOpenCountsToTheEndOrTheReset) {
  const auto at_end = waits_of({{10, 1, kick(0, kWait)}, {20, 1, kick_work}, {300, 0, leave}}, 1'020);
  EXPECT_EQ(at_end.dump(), R"({"max":1000,"hart":1,"from":20,"never_ended":1,"per_hart":[0,1000]})");
  const auto at_reset =
      waits_of({{10, 1, kick(0, kWait)}, {20, 1, kick_work}, {120, 0, [] { trace::reset(1, true); }}, {900, 1, leave}});
  EXPECT_EQ(at_reset.dump(), R"({"max":100,"hart":1,"from":20,"never_ended":1,"per_hart":[0,100]})");
}

// A kick that the reset came before is forgotten with the kernel that gave it.
TEST(KickWaitTest, TheNextKernelKnowsNothingOfIt) {
  EXPECT_EQ(
      waits_of({{10, 1, kick(0, kWait)}, {120, 0, [] { trace::reset(1, true); }}, {200, 1, kick_work}, {900, 1, leave}})["max"],
      0);
}

}  // namespace
}  // namespace tb::monitor
