// SPDX-License-Identifier: Apache-2.0
// Goal: the sentence of a run says what its metrics say, and nothing that they do not.
#include "tb/report/sentence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tb::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Result quiet() {
  Result out;
  out.complete = true;
  out.cycles = 1000;
  out.ending = Ending::kRunning;
  out.config = json::Value{{"hardware", {{"clock_mhz", 100}}}};
  out.metrics = json::Value{{"irq_off_cycles", {{"max", 6040}}}, {"all_tasks", {{"wait", {{"count", 3}, {"max", 250'000}}}}}};
  return out;
}

Result trapped(int least, int most, int kicks, int unanswered) {
  Result out = quiet();
  out.metrics["trapped_balance"] = json::Value{{"count", 3}, {"dispatches_min", least}, {"dispatches_max", most}};
  out.metrics["self_kicks"] = kicks;
  out.metrics["self_kicks_unanswered"] = unanswered;
  out.metrics["ticks_served"] = json::Value{{"total", 7}};
  return out;
}

TEST(SentenceTest, OfAQuietRun) {
  EXPECT_EQ(
      sentence(quiet()),
      "Interrupts were off for 60.4 us at most; the longest wait of a woken task was 2.50 ms. The machine ran on to the end.");
}

TEST(SentenceTest, OfARunWithoutTasks) {
  Result run = quiet();
  run.metrics["all_tasks"]["wait"] = json::Value{{"count", 0}, {"max", json::Value()}};
  EXPECT_THAT(sentence(run), HasSubstr("at most; no task was woken. "));
}

TEST(SentenceTest, OfADispatchLoop) {
  EXPECT_THAT(
      sentence(trapped(32, 32, 3, 0)),
      testing::StartsWith("The breakout ended a dispatch loop 3 times, after 32 calls of ops.dispatch() each. Harts kicked "
                          "themselves 3 times, and each kick was answered. Trapped harts served 7 ticks. "));
  EXPECT_THAT(sentence(trapped(31, 32, 3, 0)), HasSubstr("after 31 to 32 calls"));
  EXPECT_THAT(sentence(trapped(32, 32, 3, 1)), Not(HasSubstr("answered")));
  EXPECT_THAT(sentence(trapped(32, 32, 0, 0)), Not(HasSubstr("kicked")));
}

TEST(SentenceTest, OfABalanceThatNeverEnds) {
  Result run = quiet();
  run.metrics["dispatch_per_balance"] = json::Value{{"endless", 33}};
  EXPECT_THAT(sentence(run), HasSubstr("One balance called ops.dispatch() 33 times and never ended."));
  run.metrics["dispatch_per_balance"] = json::Value{{"endless", 32}};  // a burst that the end of the run has cut
  EXPECT_THAT(sentence(run), Not(HasSubstr("never ended")));
}

TEST(SentenceTest, OfEachEnding) {
  Result run = quiet();
  run.ending = Ending::kHwWatchdogReset;
  EXPECT_THAT(sentence(run), testing::EndsWith("The hardware watchdog reset the machine."));
  run.ending = Ending::kEjected;
  run.exit = ExitRecord{1026, 0, "runnable task stall", ""};
  EXPECT_THAT(sentence(run), testing::EndsWith("The policy was thrown out: runnable task stall."));
  run.ending = Ending::kUnregistered;
  EXPECT_THAT(sentence(run), testing::EndsWith("The policy left."));
}

TEST(SentenceTest, OfARunThatWasCutShort) {
  Result run = quiet();
  run.complete = false;
  EXPECT_THAT(sentence(run), HasSubstr("The run was cut short"));
  EXPECT_THAT(sentence(run), Not(HasSubstr("to the end")));
  EXPECT_THAT(sentence(run), Not(HasSubstr("  ")));
  run.cycles = 0;
  EXPECT_EQ(sentence(run), "");
  run.cycles = 1000;
  run.metrics = json::Value();
  EXPECT_EQ(sentence(run), "");
}

}  // namespace
}  // namespace tb::report
