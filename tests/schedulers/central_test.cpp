// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "tests/kernel/kernel_run.h"
#include "tests/kernel/numbered.h"

namespace kernel {

using namespace test;

namespace {

// The last value of that name in the loader's statistics.
unsigned stat(const EventLog& log, const std::string& name) {
  unsigned value = 0;
  for (const LoggedEvent& event : log.named("user_print")) {
    const std::string& text = event.text("text");
    const std::size_t at = text.find(name);
    if (at != std::string::npos) value = static_cast<unsigned>(std::stoul(text.substr(text.find(':', at) + 1)));
  }
  return value;
}

unsigned runs_of(const EventLog& log, const std::string& comm) {
  unsigned count = 0;
  for (const LoggedEvent& event : log.named("sched_switch")) count += event.text("next_comm") == comm ? 1 : 0;
  return count;
}

}  // namespace

// Tasks without slices take turns all the same: the timer sees to it.
TEST(CentralTest, HogsShareTheOtherCpus) {
  KernelRun run(4);
  run.policy("central", {{"slice_us", 2'000}, {"timer_us", 500}}).stats_period_ns = 10 * kMs;
  for (int i = 0; i < 6; ++i) run.task(numbered("hog", i), {run_for(500 * kMs)});
  run.run_us(200'000);
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
  for (int i = 0; i < 6; ++i) EXPECT_GT(runs_of(run.log, numbered("hog", i)), 10u) << i;
  EXPECT_GT(stat(run.log, "timer"), 300u);
  EXPECT_GT(stat(run.log, "dispatch"), 50u);
}

// Only the central CPU looks at the queue: a task that starts on another CPU was dispatched there, with a kick, by it.
TEST(CentralTest, OneCpuDecides) {
  for (const int central : {0, 2}) {
    KernelRun run(4);
    run.policy("central", {{"central_cpu", central}}).stats_period_ns = 10 * kMs;
    for (int i = 0; i < 4; ++i) run.task("s", {run_for(50 * kUs), sleep_for(200 * kUs)});
    run.run_us(50'000);
    EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
    std::set<sim::HartId> claimers;
    for (const LoggedEvent& event : run.log.named("ops_state")) {
      if (event.text("to") == "dispatching") claimers.insert(event.hart);
    }
    EXPECT_EQ(claimers, std::set<sim::HartId>{static_cast<sim::HartId>(central)});
    EXPECT_GT(runs_of(run.log, "s"), 300u);
  }
}

// Four places for twelve tasks that wake together: the rest goes to the fallback queue, and nobody starves as long as that
// queue, which is looked at first, runs empty now and then.
TEST(CentralTest, AFullQueueFallsBack) {
  KernelRun run(2);
  run.policy("central", {{"slice_us", 500}, {"timer_us", 200}, {"queue_capacity", 4}}).stats_period_ns = 10 * kMs;
  for (int i = 0; i < 12; ++i) {
    run.task(numbered("t", i), {run_for(100 * kUs), sleep_for(2 * kMs)});
  }
  run.run_us(200'000);
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
  EXPECT_GT(stat(run.log, "overflow"), 5u);
  for (int i = 0; i < 12; ++i) EXPECT_GT(runs_of(run.log, numbered("t", i)), 10u) << i;
}

// A task at the head that may not run where one is wanted goes to the fallback queue.
TEST(CentralTest, MismatchesFallBack) {
  KernelRun run(4);
  run.policy("central", {{"slice_us", 500}, {"timer_us", 200}}).stats_period_ns = 10 * kMs;
  for (unsigned i = 0; i < 8; ++i) {
    run.task(numbered("p", i), {run_for(100 * kUs), sleep_for(50 * kUs)}).cpus_allowed = std::uint64_t{1} << (i % 4);
  }
  run.run_us(100'000);
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
  EXPECT_GT(stat(run.log, "mismatch"), 20u);
  for (int i = 0; i < 8; ++i) EXPECT_GT(runs_of(run.log, numbered("p", i)), 50u) << i;
}

TEST(CentralTest, StatisticsLines) {
  KernelRun run(2);
  run.policy("central").stats_period_ns = 10 * kMs;
  run.task("s", {run_for(50 * kUs), sleep_for(200 * kUs)});
  run.run_us(25'000);
  std::vector<std::string> lines;
  for (const LoggedEvent& event : run.log.named("user_print")) lines.push_back(event.text("text"));
  ASSERT_GE(lines.size(), 8u);
  EXPECT_EQ(lines[0], "[SEQ 0]");
  EXPECT_EQ(lines[1], "total   :         1    local:         0   queued:         0  lost:         0");
  EXPECT_TRUE(lines[2].starts_with("timer   :         ")) << lines[2];
  EXPECT_EQ(lines[3], "overflow:         0");
  EXPECT_EQ(lines[4], "[SEQ 1]");
}

}  // namespace kernel
