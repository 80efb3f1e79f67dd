// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

// Cycles that tasks of each name had a CPU from `since` on.
std::map<std::string, double> cpu_time(const EventLog& log, sim::Cycle since) {
  std::map<std::string, double> time;
  std::map<sim::HartId, std::pair<std::string, sim::Cycle>> running;
  for (const LoggedEvent& event : log.named("sched_switch")) {
    if (event.cycle < since) continue;
    auto& [comm, from] = running[event.hart];
    if (!comm.empty()) time[comm] += static_cast<double>(event.cycle - from);
    comm = event.text("next_comm");
    from = event.cycle;
  }
  return time;
}

std::map<std::string, double> share_of_hogs(unsigned nr_cpus, bool fifo) {
  KernelRun run(nr_cpus);
  run.config.hz = 10'000;  // a slice ends at a tick: ticks much shorter than slices
  run.config.scx_slice_dfl_ns = 2 * kMs;
  run.policy("simple", {{"slice_us", 2'000}, {"fifo", fifo ? 1 : 0}});
  // Who was running is never the next one, so there must be enough others.
  for (unsigned i = 0; i < 2 * nr_cpus; ++i) {
    run.task("heavy", {run_for(100 * kMs)}).nice = -3;  // weight 194
    run.task("middle", {run_for(100 * kMs)});           // weight 100
    run.task("light", {run_for(100 * kMs)}).nice = 3;   // weight 51
  }
  run.run_us(600'000);
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
  return cpu_time(run.log, 5'000'000);
}

}  // namespace

class SimpleTest : public testing::TestWithParam<unsigned> {};

TEST_P(SimpleTest, VtimeGivesSharesByWeight) {
  auto time = share_of_hogs(GetParam(), false);
  EXPECT_NEAR(time["heavy"] / time["middle"], 1.94, 0.15);
  EXPECT_NEAR(time["light"] / time["middle"], 0.51, 0.08);
}

TEST_P(SimpleTest, FifoGivesEqualShares) {
  auto time = share_of_hogs(GetParam(), true);
  EXPECT_NEAR(time["heavy"] / time["middle"], 1.0, 0.06);
  EXPECT_NEAR(time["light"] / time["middle"], 1.0, 0.06);
}

INSTANTIATE_TEST_SUITE_P(Cpus, SimpleTest, testing::Values(1u, 2u, 4u));

// What a sleeper saves up is one slice: after a long sleep it does not keep the hogs away for longer.
TEST(SimpleVtimeTest, SleepersSaveUpOneSlice) {
  KernelRun run(1);
  run.config.scx_slice_dfl_ns = 1 * kMs;
  run.policy("simple", {{"slice_us", 1'000}});
  run.task("hog", {run_for(100 * kMs)});
  run.task("riser", {sleep_for(200 * kMs), run_for(40 * kMs)});
  run.run_us(240'000);
  const auto time = cpu_time(run.log, 20'500'000);
  EXPECT_GT(time.at("hog"), 0.4 * time.at("riser"));
}

}  // namespace kernel
