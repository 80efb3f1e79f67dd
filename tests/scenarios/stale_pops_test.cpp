// SPDX-License-Identifier: Apache-2.0
// Goal: a correct policy that names K sleeping tasks, one a call, before each live one, on a machine with one worker and so
// no other wakeups. With the kick every live task runs after ceil((K + 1) / 32) bursts; with resched_curr it is stuck as
// soon as one burst is not enough; without a breakout it runs. The boundary is exact: K = 31 needs one burst, K = 32 two.
#include <gtest/gtest.h>

#include <utility>

#include "tests/scenarios/cosim_run.h"

namespace tb {
namespace {

class StalePopsTest : public testing::TestWithParam<unsigned> {
 protected:
  struct Run {
    std::vector<test::Logged> events;
    json::Value metrics;
    // From the worker's birth or wakeup to its switch: breakouts on the way. Index: wakeup.
    std::vector<unsigned> breakouts_before_run;
    unsigned breakouts = 0;
    unsigned unprovoked = 0;  // of them, without a wakeup since the one before
    bool stuck = true;        // the last wakeup led to no switch, in far longer than it takes; or it never ran at all
  };

  [[nodiscard]] Run run(const std::string& kernel) const {
    const auto done = test::run_cosim(
        dir_, "stale_pops", "kick",
        "--set waves=none --set run.until_ms=30 --set scheduler.options.stale_per_live=" + std::to_string(GetParam()) +
            " --set 'tasks=[{name: worker, program: [{run_us: 50}, {sleep_us: 2100}]}]'"
            " --set 'expect=[{ending: running}]' " +
            kernel);
    EXPECT_EQ(done.code, 0);
    Run seen{.events = test::events_of(done.dir), .metrics = done.result["metrics"], .breakouts_before_run = {}};
    unsigned breakouts = 0;
    bool provoked = false;
    sim::Cycle woken = 0;
    for (const test::Logged& event : seen.events) {
      if (event.is("sched_wakeup")) provoked = true;
      if (event.is("breakout")) {
        ++breakouts;
        ++seen.breakouts;
        if (!std::exchange(provoked, false)) ++seen.unprovoked;
      }
      if ((event.is("sched_wakeup") || event.is("task_new")) && event.has("comm=worker")) {
        breakouts = 0;
        woken = event.cycle;
        seen.stuck = true;
      }
      if (event.is("sched_switch") && event.has("next_comm=worker") && seen.stuck) {
        seen.breakouts_before_run.push_back(breakouts);
        seen.stuck = false;
      }
    }
    seen.stuck = seen.stuck && seen.events.back().cycle - woken > kLongWait;
    return seen;
  }

  static constexpr sim::Cycle kLongWait = 150'000;  // cycles; the slowest way to the CPU here takes some 20,000

  // Bursts a live task needs; the last one ends by finding it, all others by the breakout.
  [[nodiscard]] unsigned bursts() const { return (GetParam() + 1 + 31) / 32; }
  test::TempDir dir_;
};

TEST_P(StalePopsTest, KickRunsEveryLiveTask) {
  const Run seen = run("");
  EXPECT_FALSE(seen.stuck);
  EXPECT_GE(seen.breakouts_before_run.size(), 10u);
  for (const unsigned breakouts : seen.breakouts_before_run) EXPECT_EQ(breakouts, bursts() - 1);
  EXPECT_EQ(seen.metrics["wfi_while_held"], 0);
  EXPECT_EQ(seen.metrics["self_kicks"], seen.metrics["breakouts"]);
  EXPECT_EQ(seen.unprovoked > 0, bursts() > 2) << "the kick is what brings the second burst and the next ones";
}

TEST_P(StalePopsTest, ReschedCurrIsStuckBeyondOneBurst) {
  const Run seen = run("--set kernel.breakout.retry=resched_curr");
  if (bursts() == 1) {
    EXPECT_FALSE(seen.stuck);
    EXPECT_GE(seen.breakouts_before_run.size(), 10u);
    return;
  }
  EXPECT_TRUE(seen.stuck) << "ticks go on, but nothing reschedules the idle hart";
  EXPECT_GE(seen.breakouts, 1u);
  EXPECT_EQ(seen.unprovoked, 0u) << "a burst per outside event, and no other";
  EXPECT_GE(seen.metrics["wfi_while_held"], 10);
}

TEST_P(StalePopsTest, WithoutBreakoutItRuns) {
  const Run seen = run("--set kernel.breakout.limit=0");
  EXPECT_FALSE(seen.stuck);
  EXPECT_GE(seen.breakouts_before_run.size(), 10u);
  EXPECT_EQ(seen.metrics["breakouts"], 0);
  EXPECT_EQ(seen.metrics["dispatch_per_balance"]["max"], GetParam() + 1);
}

INSTANTIATE_TEST_SUITE_P(StalePerLive, StalePopsTest, testing::Values(31u, 32u, 33u, 100u));

}  // namespace
}  // namespace tb
