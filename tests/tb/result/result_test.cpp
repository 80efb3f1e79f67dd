// SPDX-License-Identifier: Apache-2.0
// Goal: result.json is read back as it was written; results of before some keys were there can still be read.
#include "tb/result/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tb/result/metric.h"
#include "tb/result/remains.h"
#include "tests/tb/support.h"

namespace tb {
namespace {

using testing::HasSubstr;

Result whole() {
  Result result;
  result.scenario = "stall";
  result.variant = "kick";
  result.question = "Does it?";
  result.outcome = Outcome::kExpectationFailed;
  result.message = "said";
  result.complete = true;
  result.ending = Ending::kEjected;
  result.exit = ExitRecord{1026, -3, "runnable task stall", "a[9] failed"};
  result.sched_ext = json::Value{{"state", "disabled"}};
  result.expect = {{"{ never: kick }", {false, "happened", 77, "kick target_cpu=0"}},
                   {"{ ending: ejected }", {true, "it did", std::nullopt, ""}}};
  result.broken_laws = {{"one_hart", "A task runs once.", 70, 1, "sched_switch prev_pid=0"}};
  result.warnings = {{WarningKind::kick_wait, 90, 0, "hart 0 stood"}, {WarningKind::task_starved, 95, std::nullopt, "a waited"}};
  result.metrics = json::Value{{"breakouts", 3}, {"irq_off_cycles", {{"max", 8}, {"per_hart", json::Value::array({8, 2})}}}};
  result.cycles = 1000;
  result.events = 12;
  result.seed = ~0ULL;
  result.event_hash = "e";
  result.config_hash = "c";
  result.rtl_hash = "r";
  result.shipped_rtl = false;
  result.skip = false;
  result.skip_check = SkipCheck{500, true, true};
  result.versions = {{"scx-cosim", "0.1.0"}, {"binary", "b"}};
  result.waves = {{10, 20}, {50, 60}};
  result.save_file = true;
  result.replay = "scx-cosim replay x";
  result.command = "scx-cosim run x";
  result.clocks = 5;
  result.ops = 6;
  result.host_seconds = 0.5;
  result.cpu_seconds = 0.25;
  result.profile = {{"rtl", 0.75}, {"bridge", 0.25}};
  result.config = json::Value{{"hardware", {{"harts", 2}, {"clock_mhz", 100}}}, {"run", {{"until_us", 10}}}};
  return result;
}

// A warning of version 0.1 was a text.
TEST(ResultTest, WarningsThatAreTexts) {
  json::Value old = to_json(whole());
  old["warnings"] = json::Value::array({"hart 0 stood"});
  const Result read = result_from(old);
  ASSERT_EQ(read.warnings.size(), 1U);
  EXPECT_EQ(read.warnings[0].text, "hart 0 stood");
  EXPECT_EQ(read.warnings[0].kind, WarningKind::kick_wait);
}

TEST(ResultTest, IsReadBackAsItWasWritten) {
  const json::Value written = to_json(whole());
  const Result read = result_from(json::parse(written.dump(2)));
  EXPECT_EQ(to_json(read), written);
  EXPECT_EQ(read.outcome, Outcome::kExpectationFailed);
  EXPECT_EQ(read.expect[0].verdict.cycle, 77u);
  EXPECT_EQ(read.seed, ~0ULL);
  EXPECT_EQ(read.harts(), 2u);
  EXPECT_EQ(read.clock_mhz(), 100u);
  EXPECT_EQ(read.until_us(), 10u);
  EXPECT_EQ(read.version("binary"), "b");
  EXPECT_EQ(read.version("verilator"), "");
  EXPECT_EQ(written["speed"]["cycles_per_s"], 2000);
}

TEST(ResultTest, WhatARunDidNotHaveIsNull) {
  const json::Value written = to_json(Result());
  for (const char* key : {"exit", "sched_ext", "metrics", "waves", "config"}) EXPECT_TRUE(written[key].is_null()) << key;
  EXPECT_TRUE(written["skips"]["verified"].is_null());
  EXPECT_TRUE(written["speed"]["profile"].is_null());
  EXPECT_EQ(to_json(result_from(written)), written);
}

TEST(ResultTest, KeysThatCameLaterMayBeMissing) {
  json::Value old = to_json(whole());
  for (const char* key : {"skips", "broken_laws", "warnings", "sched_ext", "complete", "command"}) old.erase(key);
  old["speed"].erase("profile");
  const Result read = result_from(old);
  EXPECT_TRUE(read.complete);
  EXPECT_TRUE(read.skip);
  EXPECT_FALSE(read.skip_check);
  EXPECT_TRUE(read.broken_laws.empty());
  EXPECT_TRUE(read.profile.empty());
}

TEST(ResultTest, WhatIsNoResultIsRefused) {
  const auto error_of = [](const json::Value& value) {
    try {
      (void)result_from(value);
    } catch (const json::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(error_of(json::Value::object()), "no member 'hash'");
  json::Value other = to_json(whole());
  other["outcome"] = "perfect";
  EXPECT_EQ(error_of(other), "there is no outcome 'perfect'");
}

TEST(MetricTest, IsFoundByItsPath) {
  const json::Value metrics = whole().metrics;
  EXPECT_EQ(metric_at(metrics, "breakouts"), 3);
  EXPECT_EQ(metric_at(metrics, "irq_off_cycles.max"), 8);
  EXPECT_EQ(metric_at(metrics, "irq_off_cycles"), std::nullopt);
  EXPECT_EQ(metric_at(metrics, "irq_off_cycles.min"), std::nullopt);
  EXPECT_EQ(metric_at(json::Value(), "breakouts"), std::nullopt);
  EXPECT_THAT(metric_per_hart(metrics, "irq_off_cycles"), testing::ElementsAre(8, 2));
  EXPECT_THAT(metric_per_hart(metrics, "breakouts"), testing::IsEmpty());
}

TEST(RemainsTest, SayWhatIsMissing) {
  const test::TempDir dir;
  const event_log::LogExtent log{.events = 7, .last = 99, .cut = false};
  EXPECT_THAT(remains_of(dir.path(), log).shortfall(), HasSubstr("no result.json"));
  std::ofstream(dir / "result.json") << "{}";
  EXPECT_TRUE(remains_of(dir.path(), log).damaged);
  EXPECT_THAT(remains_of(dir.path(), log).shortfall(),
              HasSubstr("result.json cannot be read; events.bin holds 7 events, up to cycle 99"));
  std::ofstream(dir / "result.json") << to_json(whole());
  EXPECT_EQ(remains_of(dir.path(), log).shortfall(), "events.bin holds 7 of 12 events, up to cycle 99");
  EXPECT_EQ(remains_of(dir.path(), {.events = 12, .last = 99, .cut = false}).shortfall(), "");
  EXPECT_TRUE(remains_of(dir.path(), {.events = 12, .last = 99, .cut = true}).log_cut());
}

}  // namespace
}  // namespace tb
