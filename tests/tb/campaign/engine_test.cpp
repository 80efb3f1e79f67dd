// SPDX-License-Identifier: Apache-2.0
// Studies from their file to their answers, on the fake machine.
#include "tb/campaign/engine.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <cerrno>

#include "tb/campaign/study_files.h"
#include "tb/campaign/study_text.h"
#include "tb/run/run_lock.h"
#include "tests/tb/campaign/study_support.h"

namespace tb::campaign {
namespace {

using test::Lab;
using test::read;
using test::StudyText;
using testing::ElementsAre;
using testing::HasSubstr;

std::size_t cached(const StudyResult& result) {
  return static_cast<std::size_t>(
      std::count_if(result.runs.begin(), result.runs.end(), [](const Measured& run) { return run.cached; }));
}

// A burst of the fake machine: 60 and 30 cycles, 150 per call, and what comes after.
TEST(EngineTest, MeasuresEachPoint) {
  Lab lab;
  const StudyResult result = lab.run({});
  ASSERT_EQ(result.runs.size(), 3U);
  EXPECT_EQ(result.runs[1].responses[0] - result.runs[0].responses[0], 8 * 150);
  EXPECT_EQ(result.runs[2].responses[0] - result.runs[1].responses[0], 16 * 150);
  EXPECT_GT(result.runs[0].responses[1], result.runs[2].responses[1]);
  EXPECT_FALSE(result.runs[0].failed);
  EXPECT_EQ(result.failed(), 0U);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no process is left";
  EXPECT_EQ(errno, ECHILD);
}

TEST(EngineTest, AnyNumberOfJobsGivesTheSameFiles) {
  Lab one, many;
  const StudyText text{.more = "seeds: 1..3\n"};
  const StudyResult a = one.run(text, 1), b = many.run(text, 5);
  EXPECT_EQ(csv_text(a), csv_text(b));
  EXPECT_EQ(a.hash, b.hash);
  EXPECT_EQ(answers_json(a).dump(), answers_json(b).dump());
  EXPECT_EQ(ndjson_text(a), ndjson_text(b));
}

TEST(EngineTest, WhatHasRunIsNotRunAgain) {
  Lab lab;
  const StudyResult first = lab.run({});
  const StudyResult second = lab.run({});
  EXPECT_EQ(cached(first), 0U);
  EXPECT_EQ(cached(second), 3U);
  EXPECT_EQ(csv_text(first), csv_text(second));
}

TEST(EngineTest, ALevelAnAxisAndAResponseAddedLaterRerunOnlyWhatIsNew) {
  Lab lab;
  static_cast<void>(lab.run({}));
  EXPECT_EQ(cached(lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [4, 8, 16, 32] } ]"})), 3U);
  EXPECT_EQ(cached(lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [8, 16, 32] }, { name: way, variants: "
                                    "[kick, resched_curr] } ]"})),
            3U);
  EXPECT_EQ(cached(lab.run({.responses = "[ { name: kicks, metric: self_kicks } ]"})), 3U);
  EXPECT_EQ(cached(lab.run({.responses = "[ { name: ticks, count: tick } ]"})), 0U);  // the log is gone: it must be searched
  EXPECT_EQ(cached(lab.run({.responses = "[ { name: ticks, count: tick } ]"})), 3U);
  EXPECT_EQ(cached(lab.run({.responses = "[ { name: first, first: tick } ]"})), 0U);
  EXPECT_EQ(cached(lab.run({.responses = "[ { name: ticks, count: tick }, { name: first, first: tick } ]"})),
            3U);  // both are kept
}

TEST(EngineTest, ResponsesOfAllKinds) {
  Lab lab;
  const StudyResult result =
      lab.run({.axes = "[ { name: way, variants: [kick, no_breakout] } ]",
               .responses = "[ { name: length, cycles: true, unit: us }, { name: passed, passed: true }, { name: reset, ending: "
                            "hw_watchdog_reset }, "
                            "{ name: bark, first: hw_watchdog_bark, unit: ms }, { name: ticks, count: tick, hart: 0 } ]",
               .set = "{ run.until_us: 4000 }"});
  const auto &kick = result.runs[0].responses, &none = result.runs[1].responses;
  EXPECT_EQ(kick[0], 4000);
  EXPECT_EQ(kick[2], 0);
  EXPECT_EQ(none[2], 1);
  EXPECT_TRUE(std::isnan(kick[3]));
  EXPECT_NEAR(none[3], 1.5, 0.2);
  EXPECT_EQ(kick[4], 3);
  EXPECT_EQ(none[4], 0);
  EXPECT_EQ(none[1], 1);
}

// Scanned one by one, the same.
TEST(EngineTest, CliffsAreFoundToTheCycle) {
  const std::string cliff = "cliffs: [ { axis: limit, of: irqs_off, at_least: 4000 } ]\n";
  Lab lab;
  const StudyResult coarse =
      lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [1, 100] } ]", .more = cliff});
  ASSERT_EQ(coarse.flips.size(), 1U);
  const StudyResult scan =
      lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: 1..100 step 1 } ]", .more = cliff});
  ASSERT_EQ(scan.flips.size(), 1U);
  EXPECT_EQ(coarse.flips[0].below, scan.flips[0].below);
  EXPECT_EQ(coarse.flips[0].above, coarse.flips[0].below + 1);
  EXPECT_TRUE(coarse.flips[0].rises);
  EXPECT_GE(scan.run(static_cast<std::size_t>(scan.flips[0].above) - 1, 0).responses[0], 4000);
  EXPECT_LT(scan.run(static_cast<std::size_t>(scan.flips[0].below) - 1, 0).responses[0], 4000);
  EXPECT_THAT(study_text(coarse), HasSubstr(fmt::format("    reached from {} on\n", coarse.flips[0].above)));
}

TEST(EngineTest, ACliffThatFallsAndOneThatIsNotThere) {
  Lab lab;
  const StudyResult falls = lab.run(
      {.axes = "[ { name: limit, key: kernel.breakout.limit, values: [4, 64] } ]",
       .more = "cliffs: [ { axis: limit, of: breakouts, at_least: 100 }, { axis: limit, of: irqs_off, at_least: 999999 } ]\n"});
  ASSERT_EQ(falls.flips.size(), 1U);
  EXPECT_FALSE(falls.flips[0].rises);
  EXPECT_THAT(study_text(falls), HasSubstr("it flips nowhere"));
}

TEST(EngineTest, EachSeedHasItsCliff) {
  Lab lab;
  const StudyResult result = lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [1, 30, 100] } ]",
                                      .more = "seeds: [4, 9]\ncliffs: [ { axis: limit, of: irqs_off, at_least: 4000 } ]\n"});
  ASSERT_EQ(result.flips.size(), 2U);
  EXPECT_EQ(result.flips[0].seed, 4U);
  EXPECT_EQ(result.flips[1].seed, 9U);
  EXPECT_EQ(result.flips[0].above, result.flips[1].above);
  EXPECT_EQ(label_at(result.study, result.flips[1].point, 0), std::to_string(result.flips[1].above));
}

TEST(EngineTest, ACliffIsNotSearchedWhereAConditionForbidsToRun) {
  Lab lab;
  const StudyResult result =
      lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [1, 100] } ]",
               .more = "when: \"limit < 20 or limit > 80\"\ncliffs: [ { axis: limit, of: irqs_off, at_least: 6000 } ]\n"});
  ASSERT_EQ(result.flips.size(), 1U);
  EXPECT_TRUE(result.flips[0].unsure);
  EXPECT_EQ(result.flips[0].below, 1);
  EXPECT_EQ(result.flips[0].above, 100);
  EXPECT_THAT(study_text(result), HasSubstr("a value on the way cannot run"));
}

TEST(EngineTest, EffectsSayWhichAxisMatters) {
  Lab lab;
  const StudyResult result = lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [8, 64] }, { name: ipi, key: "
                                              "hardware.ipi_latency, values: [1, 50] } ]"});
  ASSERT_TRUE(result.answers[0].effects);
  EXPECT_NEAR(result.answers[0].effects->main[0].share, 1, 1e-9);  // the fake machine has no IPI latency
  EXPECT_NEAR(result.answers[0].effects->main[1].share, 0, 1e-9);
  EXPECT_NEAR(result.answers[0].effects->main[0].range, 56 * 150, 1e-6);
  const Change& change = result.answers[0].changes[0];  // from the first level to the last, seed by seed
  EXPECT_EQ(change.median, 56 * 150);
  EXPECT_TRUE(std::isnan(change.interval.low));  // one seed says nothing of others
  EXPECT_EQ(change.pairs, 2U);
  EXPECT_EQ(result.answers[0].changes[1].median, 0);
}

TEST(EngineTest, SampledDesignsAnswerToo) {
  const std::string axes =
      "[ { name: limit, key: kernel.breakout.limit, values: 10..50 }, { name: ipi, key: hardware.ipi_latency, values: 1..50 } ]";
  Lab lab;
  const StudyResult morris = lab.run({.axes = axes, .more = "design: { morris: 4, morris_levels: 6 }\n"});
  EXPECT_NEAR(morris.answers[0].morris[0].mu_star, 40 * 150, 1);
  EXPECT_EQ(morris.answers[0].morris[1].mu_star, 0);
  EXPECT_EQ(morris.answers[0].groups_used, 4U);
  for (const char* const levels :
       {"[10, 50]", "[10, 30, 50]", "[10, 20, 30, 40, 50]"}) {  // as far as the levels that were taken are apart
    const StudyResult of =
        lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: " + std::string(levels) + " } ]",
                 .more = "design: { morris: 6 }\n"});
    EXPECT_NEAR(of.answers[0].morris[0].mu_star, 40 * 150, 1e-6) << levels;
    EXPECT_NEAR(of.answers[0].morris[0].sigma, 0, 1e-6) << levels;
  }
  EXPECT_THAT(study_text(morris), HasSubstr("elementary effects of 4 of 4 trajectories"));
  const StudyResult one = lab.run({.axes = "[ { name: ipi, key: hardware.ipi_latency, values: [1] }, { name: limit, key: "
                                           "kernel.breakout.limit, values: 10..50 } ]",
                                   .more = "design: { morris: 4, morris_levels: 6 }\n"});
  EXPECT_EQ(one.answers[0].morris[0].mu_star, 0);
  EXPECT_NEAR(one.answers[0].morris[1].mu_star, 40 * 150, 1);
  const StudyResult saltelli = lab.run({.axes = axes, .more = "design: { saltelli: 16 }\n"});
  EXPECT_NEAR(saltelli.answers[0].sobol[0].total, 1, 0.2);
  EXPECT_NEAR(saltelli.answers[0].sobol[1].total, 0, 1e-9);
}

TEST(EngineTest, TheParetoFrontFollowsTheGoals) {
  Lab lab;
  const StudyResult result = lab.run(
      {.responses = "[ { name: irqs_off, metric: irq_off_cycles.max }, { name: breakouts, metric: breakouts, goal: more } ]",
       .more = "pareto: [ { x: irqs_off, y: breakouts } ]\n"});
  EXPECT_THAT(result.fronts, ElementsAre(ElementsAre(0U)));  // the smallest limit is best in both
}

TEST(EngineTest, SaysWhatMediansHide) {
  Lab lab;
  const StudyResult result =
      lab.run({.responses = "[ { name: bark, first: hw_watchdog_bark }, { name: breakouts, metric: breakouts } ]",
               .more = "seeds: 1..2\n"});
  EXPECT_THAT(study_text(result), HasSubstr("bark: no run has it"));
  EXPECT_THAT(study_text(result), HasSubstr("median of 2 seeds [least, most]"));
  EXPECT_THAT(study_text(result), HasSubstr("the seeds change nothing"));  // those of the fake machine
}

TEST(EngineTest, AGridWithHolesHasMeansOfItsPointsAndSaysWhatItCannotTellApart) {
  Lab lab;
  const StudyResult result = lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [8, 64] }, "
                                              "{ name: us, key: run.until_us, values: [1000, 4000] } ]",
                                      .more = "when: \"limit == 8 or us == 1000\"\n",
                                      .set = "{ waves: none }"});
  EXPECT_EQ(result.answers[1].effects->main[0].level_means[1], result.runs[2].responses[1]);
  EXPECT_EQ(result.answers[1].effects->main[1].level_means[1], result.runs[1].responses[1]);
  EXPECT_THAT(study_text(result), HasSubstr("1 points are left out by the conditions"));
  EXPECT_THAT(study_text(result), HasSubstr("not to be told apart"));
}

TEST(EngineTest, ADamagedRecordRunsAgain) {
  Lab lab;
  static_cast<void>(lab.run({}));
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((lab.dir / "limits/study.db").c_str(), &database), SQLITE_OK);
  sqlite3_exec(database, "UPDATE run SET ending = 'foo' WHERE key = (SELECT min(key) FROM run)", nullptr, nullptr, nullptr);
  sqlite3_exec(database, "UPDATE run SET metrics = x'00' WHERE key = (SELECT max(key) FROM run)", nullptr, nullptr, nullptr);
  sqlite3_close(database);
  const StudyResult again = lab.run({});
  EXPECT_EQ(cached(again), 1U);
  EXPECT_EQ(again.failed(), 0U);
  EXPECT_EQ(cached(lab.run({})), 3U);
}

// Each combination may be unsound though each level is not.
TEST(EngineTest, ACombinationThatIsNoScenarioFailsAloneAndSaysWhy) {
  Lab lab;
  const StudyResult result =
      lab.run({.axes = "[ { name: rt, levels: { cpu0: { tasks.rt.cpus: [0] }, cpu1: { tasks.rt.cpus: [1] } } }, "
                       "{ name: harts, key: hardware.harts, values: [2, 1] } ]"});
  EXPECT_EQ(result.failed(), 1U);
  EXPECT_TRUE(result.runs[3].failed);
  EXPECT_THAT(result.runs[3].message, HasSubstr("tasks.rt.cpus"));
  EXPECT_TRUE(std::isnan(result.runs[3].responses[0]));
  EXPECT_EQ(failures_text(result), "1 of 4 runs gave no data:\n  " + result.runs[3].message + "\n");
  EXPECT_THAT(csv_text(result), HasSubstr("3,cpu1,1,1,,,failed,0,\n"));
}

TEST(EngineTest, AMachineThatCrashesIsData) {
  Lab lab;
  const StudyResult result = lab.run({.set = "{ run.until_us: 5000, tasks: [ { name: crash, program: [ { run_us: 5 } ] } ] }"});
  EXPECT_EQ(result.failed(), 0U);
  EXPECT_EQ(result.runs[0].outcome, Outcome::kPolicyCrashed);
  EXPECT_THAT(result.runs[0].message, HasSubstr("signal"));
  EXPECT_THAT(study_text(result), HasSubstr("1 of 3 runs: " + result.runs[0].message));
}

TEST(EngineTest, NotesOnManyRunsAreFew) {
  Lab lab;
  const StudyResult result = lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: 1..20 step 1 } ]",
                                      .set = "{ run.until_us: 5000, tasks: [ { name: crash, program: [ { run_us: 5 } ] } ] }"});
  EXPECT_THAT(study_text(result), HasSubstr(" runs with other messages: study.ndjson has all\n"));
  EXPECT_THAT(ndjson_text(result), HasSubstr("\"message\":\"Illegal instruction"));
}

TEST(EngineTest, TheDirectoryBelongsToOneStudyAtATime) {
  Lab lab;
  const Study study = read({});
  const Engine engine(lab.backend, study, {lab.dir / "limits", 1});
  EXPECT_THROW(Engine(lab.backend, study, {lab.dir / "limits", 1}), run::DirectoryInUse);
}

TEST(EngineTest, CountsWhatIsStoredWithoutRunning) {
  Lab lab;
  static_cast<void>(lab.run({}));
  const Study study = read({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [8, 9] } ]"});
  const Engine engine(lab.backend, study, {lab.dir / "limits", 1});
  EXPECT_EQ(engine.count_cached(settings_of(study, points_of(study))), 1U);
}

TEST(StudyFilesTest, FieldsOfACsvLineAreQuoted) {
  Lab lab;
  const StudyResult result =
      lab.run({.axes = "[ { name: machine, levels: { \"a,b \\\"c\\\"\": { hardware.ipi_latency: 2 } } } ]"});
  EXPECT_THAT(csv_text(result), HasSubstr("0,\"a,b \"\"c\"\"\",1,"));
  EXPECT_THAT(gnuplot_script(result), HasSubstr("plot 'points.csv'"));
}

TEST(StudyFilesTest, PointsHaveTheirAxesAndTheSpreadOfTheSeeds) {
  Lab lab;
  const StudyResult result =
      lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [8] }, { name: way, variants: [kick] } ]",
               .responses = "[ { name: n, metric: breakouts }, { name: bark, first: hw_watchdog_bark } ]",
               .more = "seeds: 1..2\n"});
  const std::string n = number_text(result.runs[0].responses[0]);
  EXPECT_EQ(points_text(result),
            "point,limit,way,n,n_low,n_high,n_runs,bark,bark_low,bark_high,bark_runs\n"
            "0,8,kick," +
                n + "," + n + "," + n + ",2,,,,0\n");
}

TEST(StudyFilesTest, ColumnsSayUnitAndMeaning) {
  Lab lab;
  const StudyResult result =
      lab.run({.axes = "[ { name: limit, key: kernel.breakout.limit, values: [8], unit: calls } ]",
               .responses = "[ { name: off, metric: irq_off_cycles.max, unit: us }, { name: n, count: tick, goal: more } ]"});
  EXPECT_THAT(columns_text(result), HasSubstr("limit,calls,key kernel.breakout.limit\n"));
  EXPECT_THAT(columns_text(result), HasSubstr("off,us,metric irq_off_cycles.max\n"));
  EXPECT_THAT(columns_text(result), HasSubstr("n,,number of tick; more is better\n"));
}

TEST(StudyChartsTest, OneChartPerResponseOverTheFirstNumbersTheOthersAtTheirFirstLevel) {
  Lab lab;
  const StudyResult result =
      lab.run({.axes = "[ { name: way, variants: [kick, resched_curr] }, { name: limit, key: kernel.breakout.limit, values: "
                       "8..32 log 3, unit: calls }, "
                       "{ name: ipi, key: hardware.ipi_latency, values: [1, 2] } ]",
               .responses = "[ { name: off, metric: irq_off_cycles.max, unit: us }, { name: bark, first: hw_watchdog_bark } ]"});
  const json::Value chart = vega_lite(result);
  ASSERT_EQ(chart["vconcat"].size(), 2U);
  const json::Value& line = chart["vconcat"][0]["layer"][1]["encoding"];
  EXPECT_EQ(line["x"]["field"].get<std::string>(), "limit");
  EXPECT_EQ(line["x"]["title"].get<std::string>(), "limit (calls)");
  EXPECT_EQ(line["x"]["scale"]["type"].get<std::string>(), "log");
  EXPECT_EQ(line["y"]["field"].get<std::string>(), "off");
  EXPECT_EQ(line["color"]["field"].get<std::string>(), "way");
  EXPECT_EQ(chart["transform"].dump(), R"([{"filter":{"field":"ipi","equal":1.0}}])");
  const std::string script = gnuplot_script(result);
  EXPECT_THAT(script, HasSubstr("set logscale x\n"));
  EXPECT_THAT(script, HasSubstr("strcol(4) eq '1' && strcol(2) eq 'kick' ? $5 : NaN"));
  EXPECT_THAT(script, HasSubstr("(ipi 1)"));
  EXPECT_THAT(script, testing::Not(HasSubstr("set ylabel 'bark")));  // no run has it: gnuplot would stop
}

}  // namespace
}  // namespace tb::campaign
