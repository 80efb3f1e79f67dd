// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

class StalePerLiveTest : public testing::TestWithParam<std::int64_t> {};

// Before each live task exactly K names are refused, one per call; the live task then runs: nothing is lost.
TEST_P(StalePerLiveTest, NamesBeforeEachLiveTask) {
  KernelRun run(1);
  run.policy("stale_pops", {{"stale_per_live", GetParam()}});
  run.task("worker", {run_for(20 * kUs), sleep_for(400 * kUs)});
  run.run_us(20'000);
  std::int64_t refused = 0;
  unsigned lives = 0;
  for (const LoggedEvent& event : run.log.events()) {
    if (event.name == "dispatch_refused") {
      EXPECT_EQ(event.number("pid"), 2u);
      ++refused;
    }
    if (event.name != "ops_state" || event.text("to") != "dispatching") continue;
    EXPECT_EQ(refused, GetParam());
    refused = 0;
    ++lives;
  }
  EXPECT_GT(lives, 20u);
}

INSTANTIATE_TEST_SUITE_P(Counts, StalePerLiveTest, testing::Values(0, 1, 31, 32, 40, 100));

// Tasks that may not run on the CPU that names them go to their own.
TEST(StalePopsTest, RespectsAffinity) {
  KernelRun run(2);
  run.policy("stale_pops", {{"stale_per_live", 3}});
  run.task("even", {run_for(20 * kUs), sleep_for(50 * kUs)}).cpus_allowed = 1;
  run.task("odd", {run_for(20 * kUs), sleep_for(70 * kUs)}).cpus_allowed = 2;
  run.run_us(10'000);
  unsigned runs = 0;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    const std::string& next = event.text("next_comm");
    if (next != "even" && next != "odd") continue;
    EXPECT_EQ(event.hart, next == "even" ? 0u : 1u);
    ++runs;
  }
  EXPECT_GT(runs, 150u);
  EXPECT_EQ(run.log.console().find("runtime error"), std::string::npos) << run.log.console();
}

}  // namespace kernel
