// SPDX-License-Identifier: Apache-2.0
// The long haul of load_cycle_test.
#include <gtest/gtest.h>

#include "tests/kernel/ext/load_cycle.h"

namespace kernel {

using namespace test;

// Grace periods are counted in ticks: short ones let the loads follow each other closely.
TEST(LoadCycleSlowTest, FiveThousandTimes) {
  KernelRun run(4);
  run.config.hz = 10'000;
  SchedulerSpec& spec = run.policy("qmap", {{"slice_us", 500}});
  load_of_all_kinds(run);
  load_and_unload(run, spec, 5'000);
}

}  // namespace kernel
