// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/kernel/kernel_run.h"

using namespace testing_kernel;

// All harts come up and idle; ticks go on.
TEST(BootTest, AllHartsComeUpAndTick) {
  KernelRun run(4);
  run.run_us(10'000);
  EXPECT_NE(run.log.console().find("Brought up 4 CPUs"), std::string::npos) << run.log.console();
  for (unsigned hart = 0; hart < 4; ++hart) {
    const Events events = run.log.of_hart(hart);
    unsigned ticks = 0;
    for (const LoggedEvent& event : events) ticks += event.name == "tick";
    EXPECT_GE(ticks, 8u) << "hart " << hart;
    EXPECT_NE(find(events, "wfi_enter"), events.size()) << "hart " << hart;
  }
}

TEST(BootTest, QmapRuns) {
  KernelRun run(1);
  run.policy("qmap", {{"enqueue", 0}});
  run.task("sleeper", {run_for(50 * kUs), sleep_for(300 * kUs)});
  run.run_us(5'000);
  if (getenv("SHOW")) for (const auto& e : run.log.events()) puts(e.describe().c_str());
  EXPECT_NE(run.log.console().find("\"qmap\" enabled"), std::string::npos) << run.log.console();
}
