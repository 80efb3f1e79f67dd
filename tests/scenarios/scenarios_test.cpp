// SPDX-License-Identifier: Apache-2.0
// Goal: on the real machine, runs repeat bit for bit whoever watches, and the shipped expectations fail when what they
// guard is broken on purpose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/scenarios/cosim_run.h"

namespace tb {
namespace {

using testing::Contains;
using testing::HasSubstr;

using test::CosimResult;

class ScenarioRunTest : public testing::Test {
 protected:
  CosimResult run(const std::string& scenario, const std::string& variant, const std::string& options) const {
    return test::run_cosim(dir_, scenario, variant, options);
  }
  // Of a run of looping_stall that ended well.
  std::string hash_of(const std::string& options) const {
    const CosimResult done = run("looping_stall", "kick", options);
    EXPECT_EQ(done.code, 0) << options;
    return done.hash();
  }
  test::TempDir dir_;
};

const std::string kShort = "--set run.until_ms=12 --set 'expect=[{ending: running}]' ";  // armed after some 5 ms

TEST_F(ScenarioRunTest, TheSameRunWhoeverWatches) {
  const CosimResult plain = run("looping_stall", "kick", kShort + "--set waves=none");
  ASSERT_EQ(plain.code, 0);
  EXPECT_GT(plain.result["metrics"]["breakouts"], 100) << "the run reaches the stall";
  EXPECT_EQ(hash_of(kShort + "--set waves=none"), plain.hash()) << "again";
  EXPECT_EQ(hash_of(kShort), plain.hash()) << "with a window of waves";
  EXPECT_EQ(hash_of(kShort + "--set waves=none --no-skip"), plain.hash()) << "without skipping";
  EXPECT_EQ(hash_of(kShort + "--set waves=none --verbose-events"), plain.hash()) << "with verbose events";
  EXPECT_EQ(hash_of(kShort + "--set waves=none --profile"), plain.hash()) << "with a profile";
}

TEST_F(ScenarioRunTest, AProfileNamesWhereTheTimeGoes) {
  const CosimResult measured = run("looping_stall", "kick", kShort + "--set waves=none --profile");
  ASSERT_EQ(measured.code, 0);
  const auto& shares = measured.result["speed"]["profile"];
  double sum = 0;
  for (const auto& [part, share] : shares.items()) sum += share.get<double>();
  EXPECT_NEAR(sum, 1, 1e-6);
  EXPECT_GT(shares["rtl"], 0.1);
  EXPECT_GT(shares["firmware"], 0);
  EXPECT_GT(shares["event_log"], 0);
  EXPECT_EQ(shares["tracing"], 0) << "no waves are open";
  EXPECT_TRUE(run("looping_stall", "kick", kShort + "--set waves=none").result["speed"]["profile"].is_null());
}

TEST_F(ScenarioRunTest, AnotherSeedIsAnotherRun) {
  EXPECT_NE(hash_of(kShort + "--set waves=none --seed 2"), hash_of(kShort + "--set waves=none"));
}

TEST_F(ScenarioRunTest, AnotherBurstLengthIsNoticed) {
  const CosimResult longer =
      run("looping_stall", "kick", "--set run.until_ms=12 --set waves=none --set kernel.breakout.limit=33");
  EXPECT_EQ(longer.code, 10);
  EXPECT_THAT(longer.failed(), Contains(HasSubstr("dispatch_calls: 32")));
}

TEST_F(ScenarioRunTest, ABurstWithoutItsKickIsNoticed) {
  for (const char* retry : {"resched_curr", "none"}) {
    const CosimResult broken =
        run("looping_stall", "kick", std::string("--set run.until_ms=12 --set waves=none --set kernel.breakout.retry=") + retry);
    EXPECT_EQ(broken.code, 10) << retry;
    EXPECT_THAT(broken.failed(), Contains(HasSubstr("never: wfi_enter"))) << retry;
    EXPECT_THAT(broken.failed(), Contains(HasSubstr("sequence: [breakout"))) << retry;
  }
}

TEST_F(ScenarioRunTest, AStallWithoutBreakoutIsNoticed) {
  const CosimResult stalled =
      run("looping_stall", "kick", "--set run.until_ms=25 --set waves=none --set kernel.breakout.limit=0");
  EXPECT_EQ(stalled.code, 10);
  EXPECT_THAT(stalled.failed(), Contains(HasSubstr("never: hw_watchdog_bark")));
  EXPECT_THAT(stalled.failed(), Contains(HasSubstr("ending: running")));
  EXPECT_THAT(stalled.failed(), Contains(HasSubstr("irq_off_cycles.max")));
}

TEST_F(ScenarioRunTest, ASavedMachineDoesNotPassForAHungOne) {
  const CosimResult saved =
      run("looping_stall", "no_breakout", "--set run.until_ms=25 --set waves=none --set kernel.breakout.limit=32");
  EXPECT_EQ(saved.code, 10);
  EXPECT_THAT(saved.failed(), Contains(HasSubstr("ending: hw_watchdog_reset")));
}

class VariantTest : public ScenarioRunTest, public testing::WithParamInterface<const char*> {};

// Without a breakout: the bark names a hart that is really trapped and the function it loops in, no RT task runs on it and
// no hart sleeps on held tasks, until the bite.
TEST_P(VariantTest, WithoutBreakoutTheBarkNamesTheTrappedHart) {
  const CosimResult stalled = run(GetParam(), "no_breakout", "--set waves=none --set run.until_ms=30");
  ASSERT_EQ(stalled.code, 0);
  std::map<sim::HartId, sim::Cycle> trapped;  // since when
  unsigned barks = 0;
  for (const test::Logged& event : test::events_of(stalled.dir)) {
    if (event.is("dispatch_call iteration=33")) trapped[event.hart] = event.cycle;
    if (event.is("hw_watchdog_bite")) break;
    if (event.is("hw_watchdog_bark")) {
      ++barks;
      bool known = false;
      for (const auto& [hart, since] : trapped) known = known || event.has("guarded_cpu=" + std::to_string(hart));
      EXPECT_TRUE(known) << event.text;
      EXPECT_FALSE(event.has("site=idle") || event.has("site=user") || event.has("site=none")) << event.text;
    }
    if (trapped.count(event.hart) == 0) continue;
    EXPECT_FALSE(event.is("sched_switch")) << "cycle " << event.cycle << ": " << event.text;
    EXPECT_FALSE(event.is("wfi_enter")) << "cycle " << event.cycle;
    EXPECT_FALSE(event.is("tick")) << "cycle " << event.cycle;
    EXPECT_FALSE(event.is("ipi_raise") && event.has("reason=kick")) << "cycle " << event.cycle;
  }
  EXPECT_GE(barks, 1u);
  EXPECT_GE(trapped.size(), 1u);
}

// resched_curr: no self-IPI, ticks and RT tasks served, but at most one burst between one wake-up from WFI and the next.
TEST_P(VariantTest, ReschedCurrGivesOneBurstPerOutsideEvent) {
  const CosimResult asleep = run(GetParam(), "resched_curr", "--set waves=none");
  ASSERT_EQ(asleep.code, 0);
  struct Hart {
    unsigned bursts = 0;  // since it last left WFI
    unsigned sleeps = 0;  // on held tasks, once armed
    unsigned ticks = 0;
    bool armed = false;
  };
  std::map<sim::HartId, Hart> harts;
  unsigned rt_runs = 0;
  for (const test::Logged& event : test::events_of(asleep.dir)) {
    Hart& hart = harts[event.hart];
    // The policy's own kicks have flags.
    EXPECT_FALSE(event.is("kick") && event.has("self=true") && event.has("flags=0")) << "cycle " << event.cycle;
    if (event.is("breakout")) {
      hart.armed = true;
      ++hart.bursts;
    }
    if (!hart.armed) continue;
    if (event.is("sched_switch") && event.has("next_class=rt")) ++rt_runs;
    if (event.is("tick")) ++hart.ticks;
    if (event.is("irq_entry") || event.is("sched_switch")) hart.bursts = 0;
    if (event.is("wfi_enter")) {
      hart.sleeps += event.has("held=0") ? 0 : 1;
      EXPECT_LE(hart.bursts, 1u) << "hart " << event.hart << " before its sleep at cycle " << event.cycle;
      hart.bursts = 0;
    }
  }
  EXPECT_GE(rt_runs, 8u);
  for (const auto& [id, hart] : harts) {
    EXPECT_GE(hart.ticks, 40u) << "hart " << id;
    EXPECT_GE(hart.sleeps, 10u) << "hart " << id;
  }
}

INSTANTIATE_TEST_SUITE_P(Harts, VariantTest, testing::Values("looping_stall_mc1", "looping_stall"));

TEST_F(ScenarioRunTest, WithoutWeightsNobodyWaitsLongForTheLock) {
  const CosimResult fair = run("lock_inversion", "vtime", "--set waves=none --set scheduler.options.fifo=on");
  EXPECT_EQ(fair.code, 10);
  EXPECT_THAT(fair.failed(), Contains(HasSubstr("op: contended")));
}

TEST_F(ScenarioRunTest, AConsumerThatIsNeverContinuedIsNoticed) {
  const CosimResult stopped = run("signals", "base", "--set waves=none --set stimuli.1.signal=stop");
  EXPECT_EQ(stopped.code, 10);
  EXPECT_THAT(stopped.failed(), Contains(HasSubstr("status: 7")));
}

TEST_F(ScenarioRunTest, ACorrectPolicyThatWaitsForLuckIsNoticed) {
  const CosimResult waiting = run("stale_pops", "kick", "--set waves=none --set kernel.breakout.retry=resched_curr");
  EXPECT_EQ(waiting.code, 10);
  EXPECT_THAT(waiting.failed(), Contains(HasSubstr("wfi_while_held")));
}

}  // namespace
}  // namespace tb
