// SPDX-License-Identifier: Apache-2.0
// Goal: of two runs it is said what they were given, where they part and what came of it, and only what differs.
#include "tb/analysis/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tb/config/yaml_file.h"
#include "tests/tb/analysis/run_dir.h"

namespace tb::analysis {
namespace {

using test::Played;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> changes(const std::string& a, const std::string& b) {
  std::vector<std::string> lines;
  for (const InputChange& change : config_changes(config::parse_yaml(a, "a"), config::parse_yaml(b, "b")))
    lines.push_back(change.key + ": " + change.a.value_or("(none)") + " -> " + change.b.value_or("(none)") +
                    (change.watches ? " (watches)" : ""));
  return lines;
}

TEST(Inputs, AreComparedKeyByKey) {
  EXPECT_THAT(changes("kernel: { hz: 1000, breakout: { limit: 32 } }", "kernel: { hz: 1000, breakout: { limit: 64 } }"),
              ElementsAre("kernel.breakout.limit: 32 -> 64"));
  EXPECT_THAT(changes("a: 1\nb: [1, 2]", "b: [1, 3]\nc: { d: e }"),
              ElementsAre("a: 1 -> (none)", "b: [1, 2] -> [1, 3]", "c: (none) -> { d: e }"));
  EXPECT_THAT(changes("a: { b: 1 }", "a: { b: 1 }"), IsEmpty());
  EXPECT_THAT(changes("a: { b: 1 }", "a: 1"), ElementsAre("a: { b: 1 } -> 1"));
}

TEST(Inputs, ElementsWithNamesAreFoundByName) {
  EXPECT_THAT(changes("tasks: [ { name: hog, prio: 1 }, { name: rt } ]", "tasks: [ { name: rt }, { name: hog, prio: 2 } ]"),
              ElementsAre("tasks.hog.prio: 1 -> 2"));
  EXPECT_THAT(changes("tasks: [ { name: hog } ]", "tasks: [ { name: hog }, { name: rt, prio: 9 } ]"),
              ElementsAre("tasks.rt: (none) -> { name: rt, prio: 9 }"));
}

TEST(Inputs, WhatOnlyWatchesIsMarked) {
  EXPECT_THAT(changes("expect: [ { never: kick } ]\nshow: [a]", "expect: []\nshow: [b]"),
              ElementsAre("expect: [{ never: kick }] -> [] (watches)", "show: [a] -> [b] (watches)"));
  EXPECT_THAT(changes("hardware: { name: x, harts: 1 }", "hardware: { name: y, harts: 2 }"),
              ElementsAre("hardware.name: x -> y (watches)", "hardware.harts: 1 -> 2"));
  EXPECT_THAT(changes("names: 1", "names: 2"), ElementsAre("names: 1 -> 2"));
}

TEST(MetricChanges, OnlyThoseThatDifferTheMostRelevantFirst) {
  const json::Value a = json::parse(R"({"wakeups": 100, "breakouts": 100, "same": 7, "self_kicks": 4,
      "x": {"max": 5, "from": 1, "hart": 0, "p50": 1, "per_hart": [1, 2]}, "gone": 0})");
  const json::Value b = json::parse(R"({"wakeups": 10, "breakouts": 90, "same": 7, "self_kicks": 0,
      "x": {"max": null, "from": 9, "hart": 3, "p50": 2, "per_hart": [1, 3]}, "new": 1})");
  std::vector<std::string> paths;
  for (const MetricChange& change : metric_changes(a, b)) paths.push_back(change.path);
  EXPECT_THAT(paths, ElementsAre("self_kicks", "breakouts", "x.max", "gone", "new", "wakeups", "x.p50", "x.per_hart.1"));
  const auto change = metric_changes(a, b);
  EXPECT_EQ(change[0].difference(), -4);
  EXPECT_EQ(change[0].percent(), -100);
  EXPECT_EQ(change[1].percent(), -10);
  EXPECT_EQ(change[2].a, 5);
  EXPECT_EQ(change[2].b, std::nullopt);
  EXPECT_EQ(change[2].difference(), std::nullopt);
  EXPECT_EQ(change[7].group(), "x");
}

TEST(MetricChanges, OfNothingThereIsNoPercentage) {
  const MetricChange change{"x", 0, 5};
  EXPECT_EQ(change.percent(), std::nullopt);
  EXPECT_EQ(change.difference(), 5);
  EXPECT_EQ(change.share(), 1);
}

TEST(TaskChanges, WonAndLostComeFirst) {
  const auto task = [](int run, int slices, const char* wait) {
    return json::parse(R"({"run_cycles": )" + std::to_string(run) + R"(, "slices": {"count": )" + std::to_string(slices) +
                       R"(}, "wait": {"p99": )" + wait + R"(, "max": )" + wait + "}}");
  };
  const json::Value a{
      {"same", task(5, 1, "1")}, {"slower", task(5, 1, "10")}, {"lost", task(5, 1, "1")}, {"starves", task(5, 1, "1")}};
  const json::Value b{
      {"same", task(5, 1, "1")}, {"slower", task(5, 1, "20")}, {"starves", task(0, 0, "null")}, {"won", task(5, 1, "1")}};
  const auto found = task_changes(a, b);
  std::vector<std::string> names;
  for (const TaskChange& change : found) names.push_back(change.name);
  EXPECT_THAT(names, ElementsAre("lost", "starves", "won", "slower"));
  EXPECT_FALSE(found[0].b);
  EXPECT_FALSE(found[1].b->ran);
  EXPECT_EQ(found[1].b->wait_max, std::nullopt);
  EXPECT_EQ(found[3].b->wait_p99, 20);
}

TEST(OnlyHere, PairsByKindAndHartThenByKind) {
  const Warning storm{WarningKind::ipi_storm, 5, 0, "a"}, other_hart{WarningKind::ipi_storm, 6, 1, "b"};
  const Warning starved{WarningKind::task_starved, 7, std::nullopt, "c"};
  EXPECT_THAT(only_here({storm}, {other_hart}), IsEmpty()) << "the same, elsewhere";
  const auto one = only_here({other_hart, storm, starved}, {storm});
  ASSERT_EQ(one.size(), 2U);
  EXPECT_EQ(one[0].text, "b");
  EXPECT_EQ(one[1].text, "c");
}

constexpr auto kR = trace::TaskState::kR;
constexpr auto kS = trace::TaskState::kS;
std::function<void()> woken(unsigned pid, const char* comm) {
  return [=] { trace::sched_wakeup(pid, comm, 0); };
}
std::function<void()> switched(const char* prev, trace::TaskState state, unsigned next_pid, const char* next) {
  return
      [=] { trace::sched_switch(prev[0] == 'a' ? 5 : 0, prev, state, next_pid, next, trace::Class::kFair, trace::Class::kFair); };
}
const std::vector<Played> kScript = {
    {100'000, 0, woken(5, "a")}, {200'000, 0, switched("idle", kR, 5, "a")}, {300'000, 0, switched("a", kS, 0, "idle")}};

class CompareRunsTest : public testing::Test {
 protected:
  RunComparison compare(const std::vector<Played>& a, const std::vector<Played>& b) {
    test::write_run(dir_ / "a", a);
    test::write_run(dir_ / "b", b);
    return compare_runs(dir_ / "a", dir_ / "b");
  }

  test::TempDir dir_;
};

TEST_F(CompareRunsTest, TheSameRunTwice) {
  const RunComparison found = compare(kScript, kScript);
  EXPECT_TRUE(found.same());
  EXPECT_TRUE(found.metrics.empty() && found.tasks.empty() && found.inputs.empty());
  EXPECT_THAT(compare_text(found, false), HasSubstr("\nThe same: 3 events.\n\nInputs: the same\n"));
  EXPECT_TRUE(compare_json(found)["same"].get<bool>());
  EXPECT_TRUE(compare_json(found)["event"].is_null());
}

TEST_F(CompareRunsTest, WhatDiffersIsTold) {
  auto other = kScript;
  other[1] = {250'000, 0, switched("idle", kR, 5, "a")};
  other.push_back({310'000, 0, woken(6, "b")});
  const RunComparison found = compare(kScript, other);
  const std::string text = compare_text(found, false);
  EXPECT_THAT(text,
              HasSubstr("They part at cycle 200000 (2.000 ms), on hart 0, after 1 equal events. As far as both logs go, they "
                        "decide the same."));
  EXPECT_THAT(text, HasSubstr("  AB       100000  hart 0   sched_wakeup pid=5 comm=a target_cpu=0\n"
                              "  A        200000  hart 0   sched_switch prev_pid=0 prev_comm=idle"));
  EXPECT_THAT(text, HasSubstr("\n  B        250000  hart 0   sched_switch"));
  EXPECT_THAT(text, HasSubstr("  hart 0 ran no task yet in both\n  then in A: a from 200000, idle from 300000\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  b +- +0\\.000 +- +0\\.0 +- +0\\.0  only in B\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  a +1\\.000 +0\\.500 +1000\\.0 +1500\\.0 +1000\\.0 +1500\\.0\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  all_tasks\\.delay\\.max +100000 +150000 +\\+50000 +\\+50\\.0\n"));
  EXPECT_THAT(compare_text(found, true), testing::ContainsRegex("\n all_tasks\n  all_tasks"));
  EXPECT_THAT(compare_text(found, true), Not(HasSubstr("--full has all")));
  EXPECT_FALSE(found.a.run.shortfall.empty()) << "it was killed";
}

TEST_F(CompareRunsTest, ADecisionIsToldOnce) {
  auto other = kScript;
  other[1] = {200'000, 0, switched("idle", kR, 0, "idle")};
  const std::string text = compare_text(compare(kScript, other), false);
  EXPECT_THAT(text, HasSubstr("It is the first different decision, too."));
  EXPECT_THAT(text, Not(HasSubstr("First different decision")));
  // Later than the first different event, it has a place of its own.
  other = kScript;
  other[0].cycle = 99'000;
  other[2] = {310'000, 0, switched("a", kR, 0, "idle")};
  const std::string later = compare_text(compare(kScript, other), false);
  EXPECT_THAT(later, HasSubstr("First different decision: cycle 300000 (3.000 ms), of hart 0, after 1 equal ones\n"
                               "  AB       200000  hart 0   sched_switch"));
}

TEST_F(CompareRunsTest, OtherDirectoriesAreNamed) {
  test::write_run(dir_ / "a", kScript);
  EXPECT_THAT(test::config_error([this] { (void)compare_runs(dir_ / "a", dir_ / "none"); }),
              HasSubstr("none: no such directory"));
  EXPECT_THAT(test::config_error([this] { (void)compare_runs(dir_.path(), dir_ / "a"); }),
              HasSubstr("is not the directory of a run; runs below it: "));
  std::filesystem::create_directories(dir_ / "b");
  std::ofstream(dir_ / "b" / "config.yaml") << "hardware: { harts: 2, clock_mhz: 100 }\nkernel: { hz: 1000 }\n";
  std::ofstream(dir_ / "b" / "events.bin") << "scxevt01 of another version";
  EXPECT_THROW((void)compare_runs(dir_ / "a", dir_ / "b"), event_log::LogError);
}

TEST_F(CompareRunsTest, AnEmptyLogAndOneThatIsCut) {
  const RunComparison empty = compare({}, kScript);
  EXPECT_FALSE(empty.same());
  EXPECT_THAT(compare_text(empty, false), HasSubstr("  A             -  nothing more of hart 0\n"));
  EXPECT_THAT(empty.a.run.shortfall, HasSubstr("holds no event"));
  test::write_run(dir_ / "b", kScript);
  const auto file = dir_ / "b" / "events.bin";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  const RunComparison cut = compare_runs(dir_ / "b", dir_ / "b");
  EXPECT_TRUE(cut.same());
  EXPECT_THAT(cut.a.run.shortfall, HasSubstr("ends inside a record"));
}

}  // namespace
}  // namespace tb::analysis
