// SPDX-License-Identifier: Apache-2.0
// What each option of qmap does, and what qmap tells about itself.
#include <gtest/gtest.h>

#include <map>

#include "firmware/kernel/costs.h"
#include "tests/kernel/kernel_run.h"

namespace kernel {

using namespace test;

namespace {

using Options = std::vector<std::pair<std::string, std::int64_t>>;

SchedulerSpec& load(KernelRun& run, const Options& options) {
  SchedulerSpec& spec = run.policy("qmap", options);
  spec.stats_period_ns = 5 * kMs;
  return spec;
}

void sleepers(KernelRun& run, int count) {
  for (int i = 0; i < count; ++i) run.task("s", {run_for(50 * kUs), sleep_for(100 * kUs)});
}

unsigned lines_with(const EventLog& log, const std::string& event_name, const std::string& field, const std::string& text) {
  unsigned count = 0;
  for (const LoggedEvent& event : log.named(event_name)) {
    count += event.text(field).find(text) != std::string::npos ? 1 : 0;
  }
  return count;
}

unsigned switches_to(const EventLog& log, const std::string& comm) {
  unsigned count = 0;
  for (const LoggedEvent& event : log.named("sched_switch")) count += event.text("next_comm") == comm ? 1 : 0;
  return count;
}

std::string stall_message(const Options& options) {
  KernelRun run(2);
  load(run, options);
  sleepers(run, 5);
  run.run_us(200'000);
  const Events errors = run.log.named("scx_error");
  if (errors.empty()) return "";
  EXPECT_EQ(errors[0].number("kind"), 1026u);
  EXPECT_EQ(run.log.named("task_audit").at(0).number("lost"), 0u);
  return errors[0].text("msg");
}

}  // namespace

TEST(QmapOptionsTest, StallUserNthLosesAUserTask) {
  const std::string message =
      stall_message({{"stall_user_nth", 30}, {"direct_dispatch", 0}, {"timeout_ms", 20}, {"slice_us", 1'000}});
  // The loader is a user task too, and may be the one; or the watchdog's own check stands behind one.
  EXPECT_NE(message.find("failed to"), std::string::npos) << message;
  EXPECT_EQ(message.find("watchdog"), std::string::npos) << message;
}

TEST(QmapOptionsTest, StallKernelNthLosesAKernelThread) {
  const std::string message =
      stall_message({{"stall_kernel_nth", 3}, {"direct_dispatch", 0}, {"timeout_ms", 20}, {"slice_us", 1'000}});
  EXPECT_NE(message.find("failed to"), std::string::npos) << message;
  EXPECT_EQ(message.find("s["), std::string::npos) << "no user task is stuck: " << message;
}

// SCHED_EXT tasks only; all others stay under fair.
TEST(QmapOptionsTest, PartialTakesExtTasksOnly) {
  KernelRun run(2);
  load(run, {{"partial", 1}});
  run.task("fair", {run_for(50 * kUs), sleep_for(100 * kUs)});
  run.task("ext", {run_for(50 * kUs), sleep_for(100 * kUs)}).sched_class = TaskClass::kExt;
  run.run_us(30'000);
  std::map<std::string, std::map<std::string, unsigned>> classes;
  for (const LoggedEvent& event : run.log.named("sched_switch")) {
    ++classes[event.text("next_comm")][event.text("next_class")];
  }
  EXPECT_GT(classes["ext"]["ext"], 50u);
  EXPECT_EQ(classes["fair"]["ext"], 0u);
  EXPECT_GT(classes["fair"]["fair"], 50u);
  EXPECT_NE(run.log.console().find("enabled (partial)"), std::string::npos) << run.log.console();
}

// At each monitor period, the last one first.
TEST(QmapOptionsTest, PrintSharedNamesWhatWaits) {
  KernelRun run(1);
  load(run, {{"print_shared", 1}, {"direct_dispatch", 0}, {"monitor_ms", 1}, {"dsp_batch", 8}, {"slice_us", 2'000}});
  for (int i = 0; i < 6; ++i) run.task("hog", {run_for(100 * kMs)});
  run.run_us(60'000);
  EXPECT_GT(lines_with(run.log, "policy_print", "text", "tasks in SHARED_DSQ in reverse order"), 5u);
  EXPECT_GT(lines_with(run.log, "policy_print", "text", "hog["), 10u);
}

// A line costs what a line into the log ring costs.
TEST(QmapOptionsTest, PrintingIsPaidFor) {
  constexpr std::uint32_t kLine = 5'000;
  KernelRun run(1);
  run.config.cost[static_cast<unsigned>(Cost::printk)] = kLine;
  load(run, {{"print_shared", 1}, {"direct_dispatch", 0}, {"monitor_ms", 1}, {"dsp_batch", 8}, {"slice_us", 2'000}});
  for (int i = 0; i < 6; ++i) run.task("hog", {run_for(100 * kMs)});
  run.run_us(60'000);
  const Events lines = run.log.named("policy_print");
  ASSERT_GT(lines.size(), 10u);
  for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_GE(lines[i].cycle - lines[i - 1].cycle, kLine) << lines[i].describe();
}

// Nice -20 overtakes the rest, although its FIFO's turn comes once in five.
TEST(QmapOptionsTest, BoostLetsTheHighestOvertake) {
  std::map<bool, unsigned> runs;
  for (const bool boost : {false, true}) {
    KernelRun run(2);
    load(run, {{"boost_highpri", boost ? 1 : 0}, {"direct_dispatch", 0}, {"slice_us", 2'000}, {"dsp_batch", 8}});
    for (int i = 0; i < 12; ++i) run.task("hog", {run_for(500 * kMs)});
    run.task("high", {run_for(100 * kUs), sleep_for(100 * kUs)}).nice = -20;
    run.run_us(150'000);
    EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
    runs[boost] = switches_to(run.log, "high");
    const unsigned expedited = lines_with(run.log, "user_print", "text", "exp_local=0 exp_remote=0");
    EXPECT_EQ(expedited < lines_with(run.log, "user_print", "text", "exp_local="), boost);
  }
  EXPECT_GT(runs[true], 2 * runs[false]);
}

TEST(QmapOptionsTest, SuppressDumpKeepsQmapsLinesOut) {
  for (const bool suppress : {false, true}) {
    KernelRun run(2);
    load(run, {{"error_after", 20}, {"suppress_dump", suppress ? 1 : 0}});
    sleepers(run, 3);
    run.run_us(40'000);
    EXPECT_EQ(lines_with(run.log, "sched_ext_dump", "line", "QMAP FIFO["), suppress ? 0u : 5u);
    EXPECT_GT(lines_with(run.log, "sched_ext_dump", "line", "CPU states"), 0u);
  }
}

// What the loader prints is cut at that length; the log gets the dump whole.
TEST(QmapOptionsTest, ExitDumpLenCutsTheDump) {
  KernelRun run(2);
  load(run, {{"error_after", 20}, {"exit_dump_len", 200}});
  sleepers(run, 3);
  run.run_us(40'000);
  EXPECT_EQ(lines_with(run.log, "user_print", "text", "~~~~ TRUNCATED ~~~~"), 1u) << run.log.console();
  EXPECT_EQ(lines_with(run.log, "user_print", "text", "EXIT: scx_bpf_error (test triggering error)"), 1u);
}

TEST(QmapOptionsTest, StatisticsLines) {
  KernelRun run(2);
  load(run, {{"direct_dispatch", 0}, {"slice_us", 1'000}, {"monitor_ms", 5}});
  for (int i = 0; i < 3; ++i) run.task("hog", {run_for(100 * kMs)});
  run.run_us(60'000);
  std::vector<std::string> lines;
  for (const LoggedEvent& event : run.log.named("user_print")) lines.push_back(event.text("text"));
  ASSERT_GE(lines.size(), 9u);
  EXPECT_TRUE(lines[0].starts_with("stats  : enq=0 dsp=0 delta=0 reenq=0 deq=0 core=0 enq_ddsp=0")) << lines[0];
  const std::string& last = lines[lines.size() - 1];
  EXPECT_EQ(last, "cpuperf: cur min/avg/max=1024/1024/1024 target min/avg/max=512/512/512") << "weight 100: the middle";
  EXPECT_EQ(lines[lines.size() - 2].find("stats  : enq=0 "), std::string::npos);
}

// A CPU taken by an RT task gives its LOCAL back: what waits there goes elsewhere.
TEST(QmapOptionsTest, ReenqueuesWhenAnRtTaskTakesTheCpu) {
  KernelRun run(2);
  load(run, {{"slice_us", 1'000}});
  for (int i = 0; i < 4; ++i) run.task("hog", {run_for(100 * kMs)});
  run.rt_task("rt", 50, {run_for(200 * kUs), sleep_for(700 * kUs)});
  run.run_us(60'000);
  EXPECT_TRUE(run.log.named("scx_error").empty()) << run.log.console();
  EXPECT_GT(lines_with(run.log, "user_print", "text", "reenq="), 2u);
  const Events prints = run.log.named("user_print");
  unsigned reenqueued = 0;
  for (const LoggedEvent& event : prints) {
    const std::size_t at = event.text("text").find("reenq=");
    if (at != std::string::npos) reenqueued = static_cast<unsigned>(std::stoul(event.text("text").substr(at + 6)));
  }
  EXPECT_GT(reenqueued, 5u);
}

}  // namespace kernel
