// SPDX-License-Identifier: Apache-2.0
// Goal: a correct policy that names K sleeping tasks, one a call, before each live one. With the kick every live task runs
// after ceil((K + 1) / 32) bursts; with resched_curr it is stuck as soon as one burst is not enough; without a breakout it
// runs. The boundary is exact: K = 31 needs one burst, K = 32 two.
#include <gtest/gtest.h>

#include "tests/scenarios/cosim_run.h"

namespace tb {
namespace {

class StalePopsTest : public testing::TestWithParam<unsigned> {
 protected:
  [[nodiscard]] nlohmann::json metrics(const std::string& kernel) const {
    const auto run = test::run_cosim(dir_, "stale_pops", "kick",
                                     "--set waves=none --set run.until_ms=30 --set scheduler.options.stale_per_live=" + std::to_string(GetParam()) +
                                         " --set 'expect=[{count: sched_switch, where: {next_comm: worker0}, at_least: 0}]' " + kernel);
    EXPECT_EQ(run.code, 0);
    return run.result["metrics"];
  }
  // Bursts a live task needs, and the breakouts among them: the last burst ends by finding it.
  [[nodiscard]] unsigned bursts() const { return (GetParam() + 1 + 31) / 32; }
  test::TempDir dir_;
};

TEST_P(StalePopsTest, KickRunsEveryLiveTask) {
  const auto m = metrics("");
  EXPECT_EQ(m["wfi_while_held"], 0) << "no hart sleeps on a live task";
  EXPECT_EQ(m["self_kicks"], m["breakouts"]);
  if (bursts() == 1) {
    EXPECT_EQ(m["breakouts"], 0);
  } else {
    EXPECT_GE(m["breakouts"], 5 * (bursts() - 1));
    EXPECT_EQ(m["breakouts"].get<unsigned>() % (bursts() - 1), 0u) << "each live task costs the same number";
  }
}

TEST_P(StalePopsTest, ReschedCurrIsStuckBeyondOneBurst) {
  const auto m = metrics("--set kernel.breakout.retry=resched_curr");
  if (bursts() == 1) {
    EXPECT_EQ(m["wfi_while_held"], 0);
  } else {
    EXPECT_GE(m["wfi_while_held"], 5);
  }
}

TEST_P(StalePopsTest, WithoutBreakoutItRuns) {
  const auto m = metrics("--set kernel.breakout.limit=0");
  EXPECT_EQ(m["breakouts"], 0);
  EXPECT_EQ(m["wfi_while_held"], 0);
  EXPECT_EQ(m["dispatch_per_balance"]["max"], GetParam() + 1);
}

INSTANTIATE_TEST_SUITE_P(StalePerLive, StalePopsTest, testing::Values(31u, 32u, 33u, 100u));

}  // namespace
}  // namespace tb
