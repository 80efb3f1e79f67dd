// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tb/campaign/axis_values.h"
#include "tb/campaign/study_files.h"
#include "tests/tb/campaign/study_support.h"

namespace tb::campaign {
namespace {

using test::read;
using test::study_error;
using test::StudyText;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> labels(const std::string& values) {
  std::vector<std::string> out;
  for (const config::Tree& value : read_axis_values(config::parse_yaml(values, "v.yaml"), "values").values)
    out.push_back(value.text);
  return out;
}

TEST(AxisValuesTest, ListsStepsAndRatios) {
  EXPECT_THAT(labels("[4, 1, 64]"), ElementsAre("4", "1", "64"));
  EXPECT_THAT(labels("2..9 step 3"), ElementsAre("2", "5", "8"));
  EXPECT_THAT(labels("1..1000 log 4"), ElementsAre("1", "10", "100", "1000"));
  EXPECT_THAT(labels("1..4 log 9"), ElementsAre("1", "2", "3", "4"));  // those that round to the same are one
  EXPECT_THAT(labels("1..1000 log"), testing::IsEmpty());
  EXPECT_THAT(labels("[on, off]"), ElementsAre("on", "off"));
}

TEST(AxisValuesTest, AListOfWordsHasNoSpan) {
  EXPECT_FALSE(read_axis_values(config::parse_yaml("[1, on]", "v.yaml"), "values").span);
  const auto span = read_axis_values(config::parse_yaml("[9, 1, 4]", "v.yaml"), "values").span;
  ASSERT_TRUE(span);
  EXPECT_EQ(span->low, 1);
  EXPECT_EQ(span->high, 9);
}

TEST(AxisValuesTest, Errors) {
  const auto error = [](const std::string& text) { return tb::test::config_error([&] { static_cast<void>(labels(text)); }); };
  EXPECT_THAT(error("[]"), HasSubstr("an empty axis"));
  EXPECT_THAT(error("[1, 1]"), HasSubstr("'1' is there twice"));
  EXPECT_THAT(error("4..4"), HasSubstr("an empty range"));
  EXPECT_THAT(error("9..1 step 1"), HasSubstr("an empty range"));
  EXPECT_THAT(error("1..9 step 0"), HasSubstr("the step must be 1 or more"));
  EXPECT_THAT(error("0..9 log 3"), HasSubstr("begin at 1 or more"));
  EXPECT_THAT(error("1..9 log 1"), HasSubstr("2 values or more"));
  EXPECT_THAT(error("1..9 by 2"), HasSubstr("expected a list of values, A..B step S"));
  EXPECT_THAT(labels("0..9007199254740992"), testing::IsEmpty());  // 2^53
  EXPECT_THAT(error("0..9007199254740993"), HasSubstr("expected numbers from -2^53 to 2^53"));
  EXPECT_THAT(error("-9007199254740993..0"), HasSubstr("expected numbers from -2^53 to 2^53"));
  EXPECT_THAT(error("1..9223372036854775807 step 9223372036854775807"), HasSubstr("expected numbers from -2^53 to 2^53"));
  EXPECT_THAT(error("-9223372036854775808..9223372036854775807 step 1"), HasSubstr("expected numbers from -2^53 to 2^53"));
  EXPECT_THAT(error("1..1000000000 step 1"), HasSubstr("1000000000 values; at most 1000000"));
  EXPECT_THAT(error("[ { a: 1 } ]"), HasSubstr("expected a value, got a map"));
}

TEST(AxisValuesTest, Seeds) {
  const auto seeds = [](const std::string& text) { return read_seeds(config::parse_yaml(text, "s.yaml"), "seeds"); };
  EXPECT_THAT(seeds("7"), ElementsAre(7));
  EXPECT_THAT(seeds("3..6"), ElementsAre(3, 4, 5, 6));
  EXPECT_THAT(seeds("[9, 2]"), ElementsAre(9, 2));
  EXPECT_THAT(tb::test::config_error([&] { static_cast<void>(seeds("1..20000")); }), HasSubstr("at most 10000 seeds"));
}

std::vector<std::string> places(const Study& study) {
  std::vector<std::string> out;
  for (const Point& point : points_of(study).points) {
    std::string text;
    for (std::size_t axis = 0; axis < point.size(); ++axis) text += (axis ? "," : "") + label_at(study, point, axis);
    out.push_back(text);
  }
  return out;
}

const std::string kTwoAxes =
    "[ { name: limit, key: kernel.breakout.limit, values: [8, 16] }, { name: way, variants: [kick, resched_curr] } ]";

TEST(PointsTest, AGridHasAllCombinationsTheLastAxisFastest) {
  EXPECT_THAT(places(read({.axes = kTwoAxes})), ElementsAre("8,kick", "8,resched_curr", "16,kick", "16,resched_curr"));
}

TEST(PointsTest, ZippedAxesGoTogether) {
  EXPECT_THAT(places(read({.axes = kTwoAxes, .more = "design: zip\n"})), ElementsAre("8,kick", "16,resched_curr"));
}

TEST(PointsTest, ConditionsLeavePointsOut) {
  const Study study = read({.axes = kTwoAxes, .more = "when: \"limit == 8 or way == kick\"\n"});
  EXPECT_THAT(places(study), ElementsAre("8,kick", "8,resched_curr", "16,kick"));
  EXPECT_EQ(points_of(study).left_out, 1U);
}

TEST(PointsTest, ConditionsThatLeaveNothingAreAnError) {
  EXPECT_THAT(study_error({.axes = kTwoAxes, .more = "when: [ limit == 8, limit == 16 ]\n"}), HasSubstr("no point of 4 is left"));
}

TEST(PointsTest, TooManyPointsAreRefusedWithoutMakingThem) {
  EXPECT_THAT(study_error({.axes = "[ { name: a, key: kernel.breakout.limit, values: 1..1000 step 1 },"
                                   "  { name: b, key: hardware.ipi_latency, values: 1..1000 step 1 },"
                                   "  { name: c, key: hardware.mem_latency, values: 1..1000 step 1 } ]"}),
              HasSubstr("1000000000 points with 1 seeds each"));
}

TEST(PointsTest, TooManyRowsOfASampleAreRefused) {
  const std::string axes =
      "[ { name: a, key: hardware.ipi_latency, values: 1..9 }, { name: b, key: hardware.mem_latency, values: 1..9 } ]";
  EXPECT_THAT(study_error({.axes = axes, .more = "design: { morris: 400000 }\n"}), HasSubstr("1200000 points"));
  EXPECT_THAT(study_error({.axes = axes, .more = "design: { saltelli: 300000 }\n"}), HasSubstr("1200000 points"));
  EXPECT_THAT(study_error({.axes = axes, .more = "design: { random: 600000 }\nseeds: 1..2\n"}),
              HasSubstr("600000 points with 2 seeds"));
}

TEST(PointsTest, SamplesFillTheSpan) {
  const Study study = read({.axes = "[ { name: ipi, key: hardware.ipi_latency, values: 1..10000 log },"
                                    "  { name: way, variants: [kick, resched_curr] } ]",
                            .more = "design: { latin_hypercube: 40 }\n"});
  const Points points = points_of(study);
  ASSERT_EQ(points.points.size(), 40U);
  std::size_t small = 0, kick = 0;
  for (const Point& point : points.points) {
    ASSERT_GE(point[0].value, 1);
    ASSERT_LE(point[0].value, 10000);
    small += point[0].value < 100;
    kick += point[1].level == 0;
  }
  EXPECT_EQ(small, 20U);  // half of the ratios
  EXPECT_EQ(kick, 20U);
}

TEST(PointsTest, MorrisReachesBothEndsOfASpan) {
  const Study study = read({.axes = "[ { name: ipi, key: hardware.ipi_latency, values: 0..90 }, "
                                    "{ name: limit, key: kernel.breakout.limit, values: [1, 2, 3, 4] } ]",
                            .more = "design: { morris: 8 }\n"});
  const Points points = points_of(study);
  EXPECT_EQ(points.points.size(), 24U);
  std::set<std::int64_t> values;
  std::set<std::uint32_t> levels;
  for (const Point& point : points.points) {
    values.insert(point[0].value);
    levels.insert(point[1].level);
  }
  EXPECT_THAT(values, ElementsAre(0, 30, 60, 90));
  EXPECT_THAT(levels, ElementsAre(0, 1, 2, 3));
}

TEST(PointsTest, AnAxisOfOneLevelTakesNoRuns) {
  const Study study =
      read({.axes = "[ { name: way, variants: [kick] }, { name: ipi, key: hardware.ipi_latency, values: 0..90 } ]",
            .more = "design: { morris: 8 }\n"});
  const Points points = points_of(study);
  EXPECT_EQ(points.points.size(), 16U);
  EXPECT_EQ(label_at(study, points.points[7], 0), "kick");
}

TEST(PointsTest, ASettingHasTheStudysKeysThenThoseOfItsLevels) {
  const Study study = read({.axes = kTwoAxes});
  const Setting setting = setting_of(study, points_of(study).points[3], 5);
  EXPECT_EQ(setting.variant, "resched_curr");
  const config::Scenario scenario = scenario_of(study, setting, tb::test::library());
  EXPECT_EQ(scenario.kernel.breakout.limit, 16U);
  EXPECT_EQ(scenario.run.seed, 5U);
  EXPECT_EQ(scenario.run.until_us, 2000U);
  EXPECT_EQ(scenario.waves.mode, config::Waves::Mode::kNone);
  EXPECT_THAT(run_arguments(study, setting), HasSubstr("--variant resched_curr --seed 5 --set 'expect=[{ count: reset, at_least: "
                                                       "0 }]' --set run.until_us=2000 --set waves=none "
                                                       "--set kernel.breakout.limit=16"));
}

TEST(StudyReaderTest, LevelsSetSeveralKeys) {
  const Study study = read({.axes = "[ { name: machine, levels: { slow: { hardware.ipi_latency: 100, hardware.mem_latency: 50 }, "
                                    "fast: { hardware.ipi_latency: 1 } } } ]"});
  const config::Scenario scenario = scenario_of(study, setting_of(study, points_of(study).points[0], 1), tb::test::library());
  EXPECT_EQ(scenario.hardware.ipi_latency, 100U);
  EXPECT_EQ(scenario.hardware.mem_latency, 50U);
  EXPECT_FALSE(study.axes[0].numeric());
}

TEST(StudyReaderTest, TheCommandLineChangesAxesSeedsAndCounts) {
  const Study study =
      read({.axes = kTwoAxes}, {.axes = {"limit=1..4 step 1", "way=kick"}, .seeds = "4..5", .sets = {"run.until_us=99"}});
  EXPECT_THAT(places(study), ElementsAre("1,kick", "2,kick", "3,kick", "4,kick"));
  EXPECT_THAT(study.seeds, ElementsAre(4, 5));
  EXPECT_EQ(scenario_of(study, setting_of(study, points_of(study).points[0], 1), tb::test::library()).run.until_us, 99U);
  EXPECT_THAT(study_error({.axes = kTwoAxes}, {.axes = {"limt=1"}}),
              HasSubstr("no axis is called 'limt'; did you mean 'limit'?"));
  EXPECT_THAT(study_error({.axes = kTwoAxes}, {.axes = {"way=kik"}}), HasSubstr("axis 'way' has no level 'kik'"));
  EXPECT_THAT(study_error({.axes = kTwoAxes}, {.axes = {"way=[kick, kick]"}}),
              HasSubstr("--axis way=[kick, kick]: --axis: 'kick' is there twice"));
  EXPECT_THAT(study_error({.axes = kTwoAxes}, {.sets = {"kernel.breakout.limit=4"}}),
              HasSubstr("axis 'limit' sets this key; --axis limit=VALUES"));
  EXPECT_THAT(study_error({.axes = kTwoAxes}, {.sets = {"run.seed=4"}}), HasSubstr("the seeds of a study are --seeds"));
  EXPECT_THAT(read({.axes = kTwoAxes}, {.seeds = "[3, 9]"}).seeds, ElementsAre(3, 9));
  EXPECT_THAT(read({.axes = kTwoAxes}, {.seeds = "5..5"}).seeds, ElementsAre(5));
  EXPECT_TRUE(read({.more = "cliffs: [ { axis: limit, of: breakouts } ]\n"}, {.axes = {"limit=4"}}).cliffs.empty());
  EXPECT_THAT(study_error({.axes = kTwoAxes}, {.count = 5}), HasSubstr("is no sample"));
}

struct Wrong {
  StudyText text;
  std::string message;
};

class WrongStudyTest : public testing::TestWithParam<Wrong> {};

TEST_P(WrongStudyTest, IsRefusedWithItsPlace) { EXPECT_THAT(study_error(GetParam().text), HasSubstr(GetParam().message)); }

INSTANTIATE_TEST_SUITE_P(
    Studies, WrongStudyTest,
    testing::Values(
        Wrong{{.axes = "[ { name: a, key: kernel.breakout.limt, values: [1] } ]"},
              "study.yaml:5:56: kernel.breakout.limt: unknown key; did you mean 'limit'?"},
        Wrong{{.axes = "[ { name: a, key: kernel.breakout.limit, values: [1, x] } ]"},
              "kernel.breakout.limit: expected an integer"},
        Wrong{{.axes = "[ { name: a, key: kernel.breakout.limit, values: [] } ]"}, "axes.0.values: an empty axis"},
        Wrong{{.axes = "[]"}, "axes: an empty list"}, Wrong{{.responses = "[]"}, "responses: an empty list"},
        Wrong{{.axes = "[ { name: a, key: run.seed, values: [1] } ]"}, "the seeds of a study are its key 'seeds'"},
        Wrong{{.axes = "[ { name: a, key: kernel.breakout.limit, values: 1..9 } ]"},
              "a range to sample from, and the design is no sample"},
        Wrong{{.axes = "[ { name: a, key: kernel.breakout.limit } ]"}, "values"},
        Wrong{{.axes = "[ { name: a, variants: [kik] } ]"}, "no variant is called 'kik'; did you mean 'kick'?"},
        Wrong{{.axes = "[ { name: a, variants: [kick], values: [1] } ]"}, "values"},
        Wrong{{.axes = "[ { name: a, variants: [kick] }, { name: a, variants: [kick] } ]"}, "an axis 'a' is there already"},
        Wrong{{.axes = kTwoAxes, .more = "axis: 3\n"}, "study.yaml:7:1: axis: unknown key; did you mean 'axes'?"},
        Wrong{{.responses = "[ { name: a, metric: irq_off_cycles.mx } ]"},
              "unknown metric 'irq_off_cycles.mx'; did you mean 'irq_off_cycles.max'?"},
        Wrong{{.responses = "[ { name: a, metric: breakouts, unit: us } ]"}, "this response is no time"},
        Wrong{{.responses = "[ { name: a, metric: irq_off_cycles.max, unit: seconds } ]"}, "expected cycles, us or ms"},
        Wrong{{.responses = "[ { name: limit, metric: breakouts } ]"}, "'limit' is the name of an axis"},
        Wrong{{.responses = "[ { name: a, metric: breakouts }, { name: a, metric: self_kicks } ]"},
              "a response 'a' is there already"},
        Wrong{{.responses = "[ { name: a, count: sched_swtch } ]"}, "did you mean 'sched_switch'?"},
        Wrong{{.responses = "[ { name: a, count: sched_switch, where: { next_comm: sleper0 } } ]"}, "did you mean 'sleeper0'?"},
        Wrong{{.responses = "[ { name: a, metric: tasks.sleper0.wait.max } ]"}, "sleper0"},
        Wrong{{.responses = "[ { name: a, metric: breakouts, count: tick } ]"}, "metric"},
        Wrong{{.more = "cliffs: [ { axis: limt, of: breakouts } ]\n"}, "no axis is called 'limt'"},
        Wrong{{.more = "cliffs: [ { axis: limit, of: breakout } ]\n"},
              "no response is called 'breakout'; did you mean 'breakouts'?"},
        Wrong{{.axes = "[ { name: limit, variants: [kick, resched_curr] } ]",
               .more = "cliffs: [ { axis: limit, of: breakouts } ]\n"},
              "axis 'limit' has no two integer values"},
        Wrong{{.more = "design: { random: 5 }\ncliffs: [ { axis: limit, of: breakouts } ]\n"}, "between the points of a grid"},
        Wrong{{.more = "design: { random: 5, sobol: 5 }\n"}, "design"}, Wrong{{.more = "design: grit\n"}, "did you mean 'grid'?"},
        Wrong{{.axes = "[ { name: a, variants: [kick] }, { name: b, key: kernel.breakout.limit, values: [1, 2] } ]",
               .more = "design: zip\n"},
              "zipped axes have as many"},
        Wrong{{.more = "pareto: [ { x: breakouts, y: irq_off } ]\n"}, "no response is called 'irq_off'"},
        Wrong{{.more = "variant: kik\n"}, "no variant is called 'kik'"},
        Wrong{{.more = "when: \"limit <\"\n"}, "when: it ends too early"},
        Wrong{{.more = "cliffs: [ { axis: limit, of: breakouts, at_least: 5us } ]\n"},
              "expected a number in the response's unit, got '5us'"},
        Wrong{{.axes = "[ { name: way, variants: [kick, kick] } ]"}, "'kick' is there twice"},
        Wrong{{.axes = "[ { name: outcome, variants: [kick] } ]"}, "'outcome' is a column of study.csv already"},
        Wrong{{.responses = "[ { name: cycles, cycles: true } ]"}, "'cycles' is a column of study.csv already"},
        Wrong{{.responses = "[ { name: a, metric: breakouts }, { name: a_low, metric: self_kicks } ]"},
              "two columns of one name"},
        Wrong{{.more = "design: { morris: 2, morris_levels: 5 }\n"}, "expected an even number"},
        Wrong{{.more = "seeds: 1-5\n"}, "expected a seed, a list of them, or a range A..B"},
        Wrong{{.axes = kTwoAxes, .more = "when: way < 4\n"}, "'way' is no number, and has no order"}));

TEST(StudyReaderTest, LevelsThatLookLikeNumbersAreNumbersInConditions) {
  const StudyText text{
      .axes = "[ { name: way, levels: { 1000: { hardware.ipi_latency: 1 }, 250: { hardware.ipi_latency: 2 } } } ]",
      .more = "when: way > 300\n"};
  EXPECT_THAT(places(read(text)), ElementsAre("1000"));
}

// CPU 1 is there on the machine that the condition leaves for it.
TEST(StudyReaderTest, ALevelIsSoundIfAPointThatIsAllowedIs) {
  const std::string axes =
      "[ { name: harts, key: hardware.harts, values: [1, 2] }, { name: rt, levels: { cpu0: { tasks.rt.cpus: [0] }, cpu1: { "
      "tasks.rt.cpus: [1] } } } ]";
  EXPECT_EQ(places(read({.axes = axes, .more = "when: harts == 2 or rt == cpu0\n"})).size(), 3U);
  EXPECT_THAT(study_error({.axes = axes, .more = "when: harts == 1\n"}), HasSubstr("tasks.rt.cpus"));
}

TEST(StudyReaderTest, AScenarioIsNoStudy) {
  const std::string error =
      tb::test::config_error([] { static_cast<void>(read_study(SCX_TEST_SCENARIO, {}, tb::test::library())); });
  EXPECT_THAT(error, HasSubstr("this is a scenario: scx-cosim run "));
}

TEST(StudyReaderTest, AScenarioThatIsNotThereIsNamed) {
  const tb::test::TempDir dir;
  std::ofstream(dir / "s.yaml") << "name: a\nquestion: b\nscenario: loping_stall\naxes: [ { name: a, variants: [x] } "
                                   "]\nresponses: [ { name: a, cycles: true } ]\n";
  EXPECT_THAT(tb::test::config_error([&] { static_cast<void>(read_study((dir / "s.yaml").string(), {}, tb::test::library())); }),
              HasSubstr("scenario: no scenario is called 'loping_stall'; did you mean 'looping_stall'?"));
}

}  // namespace
}  // namespace tb::campaign
