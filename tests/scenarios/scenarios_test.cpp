// SPDX-License-Identifier: Apache-2.0
// Goal: on the real machine, runs repeat bit for bit whoever watches, and the shipped expectations fail when what they
// guard is broken on purpose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  test::TempDir dir_;
};

const std::string kShort = "--set run.until_ms=12 --set 'expect=[{ending: running}]' ";  // armed after some 5 ms

TEST_F(ScenarioRunTest, TheSameRunWhoeverWatches) {
  const CosimResult plain = run("looping_stall", "kick", kShort + "--set waves=none");
  ASSERT_EQ(plain.code, 0);
  EXPECT_GT(plain.result["metrics"]["breakouts"], 100) << "the run reaches the stall";
  EXPECT_EQ(run("looping_stall", "kick", kShort + "--set waves=none").hash(), plain.hash()) << "again";
  EXPECT_EQ(run("looping_stall", "kick", kShort).hash(), plain.hash()) << "with a window of waves";
  EXPECT_EQ(run("looping_stall", "kick", kShort + "--set waves=none --no-skip").hash(), plain.hash())
      << "without skipping";
  EXPECT_EQ(run("looping_stall", "kick", kShort + "--set waves=none --verbose-events").hash(), plain.hash())
      << "with verbose events";
}

TEST_F(ScenarioRunTest, AnotherSeedIsAnotherRun) {
  EXPECT_NE(run("looping_stall", "kick", kShort + "--set waves=none --seed 2").hash(),
            run("looping_stall", "kick", kShort + "--set waves=none").hash());
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
        run("looping_stall", "kick",
            std::string("--set run.until_ms=12 --set waves=none --set kernel.breakout.retry=") + retry);
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

TEST_F(ScenarioRunTest, ACorrectPolicyThatWaitsForLuckIsNoticed) {
  const CosimResult waiting = run("stale_pops", "kick", "--set waves=none --set kernel.breakout.retry=resched_curr");
  EXPECT_EQ(waiting.code, 10);
  EXPECT_THAT(waiting.failed(), Contains(HasSubstr("wfi_while_held")));
}

}  // namespace
}  // namespace tb
