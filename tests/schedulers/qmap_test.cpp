// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

std::map<std::string, unsigned> switches(const EventLog& log) {
  std::map<std::string, unsigned> count;
  for (const LoggedEvent& event : log.named("sched_switch")) ++count[event.text("next_comm")];
  return count;
}

}  // namespace

// Hogs of different weight: queue i gives up to 2^i tasks in a row, so the heavy ones run more often.
TEST(QmapTest, HeavierQueuesAreServedMore) {
  KernelRun run(1);
  run.policy("qmap", {{"slice_us", 1'000}, {"direct_dispatch", 0}});
  for (int i = 0; i < 2; ++i) {
    run.task("light", {run_for(500 * kMs)}).nice = 19;
    run.task("heavy", {run_for(500 * kMs)}).nice = -20;
  }
  run.run_us(300'000);
  auto count = switches(run.log);
  EXPECT_GT(count["light"], 4u) << "nobody starves";
  EXPECT_GT(count["heavy"], 2 * count["light"]);
}

// v6.12 sends a waking task to any idle CPU at once; v7 only to its previous one, any other gets it through the FIFO.
TEST(QmapTest, EnqueueVariantsDifferInTheDispatchesTheyNeed) {
  std::map<std::string, std::size_t> dispatches;
  for (const auto& [name, variant] : {std::pair{"v7", 0}, std::pair{"v6.12", 1}}) {
    KernelRun run(4);
    run.policy("qmap", {{"enqueue", variant}});
    for (int i = 0; i < 6; ++i) {
      run.task("s", {{ProgramOpKind::kRun, 20 * kUs, 150 * kUs}, {ProgramOpKind::kSleep, 20 * kUs, 200 * kUs}});
    }
    run.run_us(20'000);
    EXPECT_GT(switches(run.log)["s"], 300u) << name;
    dispatches[name] = std::count_if(run.log.events().begin(), run.log.events().end(), [](const LoggedEvent& event) {
      return event.name == "ops_state" && event.text("to") == "dispatching";
    });
  }
  EXPECT_GT(dispatches["v7"], dispatches["v6.12"]);
}

// With direct dispatch on, one CPU never puts a task into a FIFO; with it off, or with v7's enqueue, it does.
TEST(QmapTest, OneCpuUsesTheFifosOnlyWithoutDirectDispatch) {
  const auto queued = [](std::vector<std::pair<std::string, std::int64_t>> options) {
    KernelRun run(1);
    run.policy("qmap", options);
    run.task("s", {run_for(50 * kUs), sleep_for(50 * kUs)});
    run.run_us(5'000);
    unsigned count = 0;
    for (const LoggedEvent& event : run.log.named("ops_state")) count += event.text("to") == "queued" ? 1 : 0;
    return count;
  };
  EXPECT_EQ(queued({}), 0u);
  EXPECT_GT(queued({{"direct_dispatch", 0}}), 20u);
  EXPECT_GT(queued({{"enqueue", 0}}), 20u);
}

// The fixture arms after more than N pops, counted over all CPUs, and not before.
TEST(QmapTest, FixtureArmsAfterMoreThanNDispatches) {
  KernelRun run(1);
  run.policy("qmap", {{"dsp_inf_loop_after", 12}, {"direct_dispatch", 0}});
  run.task("s", {run_for(50 * kUs), sleep_for(50 * kUs)});
  run.run_us(10'000);
  unsigned pops = 0;
  bool armed = false;
  for (const LoggedEvent& event : run.log.events()) {
    armed |= event.name == "dispatch_refused" && event.number("pid") == 2;
    if (armed) break;
    pops += event.name == "ops_state" && event.text("to") == "dispatching" ? 1 : 0;
  }
  EXPECT_TRUE(armed);
  EXPECT_EQ(pops, 13u);
}

// On several CPUs a task whose wakeup finds an idle CPU runs although the fixture is armed; what sits in FIFOs is stuck.
TEST(QmapTest, ArmedFixtureStillLetsIdleCpusServeWakeups) {
  KernelRun run(2);
  run.policy("qmap", {{"dsp_inf_loop_after", 10}, {"slice_us", 500}});
  for (int i = 0; i < 3; ++i) run.task("hog", {run_for(500 * kMs)});
  run.task("s", {run_for(20 * kUs), sleep_for(400 * kUs)});
  run.run_us(60'000);
  EXPECT_FALSE(run.log.named("breakout").empty());
  std::set<std::uint64_t> late;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    if (event.cycle > 4'000'000 && event.text("next_comm") == "hog") late.insert(event.number("next_pid"));
  }
  EXPECT_LT(late.size(), 3u) << "at least one hog is stuck";
}

TEST(QmapTest, ErrorAfterReportsThePolicysError) {
  KernelRun run(1);
  run.policy("qmap", {{"error_after", 5}});
  run.task("s", {run_for(50 * kUs), sleep_for(50 * kUs)});
  run.run_us(5'000);
  ASSERT_EQ(run.log.named("scx_error").size(), 1u);
  EXPECT_EQ(run.log.named("scx_error")[0].number("kind"), 1025u);
  EXPECT_EQ(run.log.named("scx_error")[0].text("msg"), "test triggering error");
}

// A batch is that many tasks taken from the FIFOs in one call of ops.dispatch.
TEST(QmapTest, BatchTakesSeveralTasksPerCall) {
  for (const std::int64_t batch : {1, 4}) {
    KernelRun run(1);
    run.policy("qmap", {{"dsp_batch", batch}, {"direct_dispatch", 0}, {"slice_us", 1'000}});
    for (int i = 0; i < 12; ++i) run.task("t", {run_for(20 * kUs), sleep_for(20 * kUs)});
    run.run_us(20'000);
    std::int64_t taken = 0;
    std::int64_t most = 0;
    for (const LoggedEvent& event : run.log.events()) {
      if (event.name == "dispatch_call") taken = 0;
      if (event.name == "ops_state" && event.text("to") == "dispatching") most = std::max(most, ++taken);
    }
    EXPECT_EQ(most, batch);
  }
}

}  // namespace kernel
