// SPDX-License-Identifier: Apache-2.0
// Goal: the page of a study holds its points, runs and answers, whatever their names, also where runs failed; and is the same each time.
#include "tb/page/study_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "tb/page/write.h"
#include "tests/tb/support.h"

namespace tb::page {
namespace {

using campaign::Coordinate;
using campaign::Flip;
using campaign::Measured;
using campaign::StudyResult;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kNasty = "</script><script>alert(1)</script>";

campaign::Level level(const std::string& label, const std::string& path, const std::string& value) {
  campaign::Level out;
  out.label = label;
  out.sets.push_back({path, {}, config::make_scalar(value)});
  return out;
}

Measured measured(double value) {
  Measured run;
  run.responses = {value, 2 * value};
  run.outcome = Outcome::kPassed;
  run.event_hash = "hash" + std::to_string(static_cast<int>(value));
  run.cycles = 1000;
  return run;
}

Measured failed(const std::string& why) {
  Measured run;
  run.responses = {campaign::kNothing, campaign::kNothing};
  run.failed = true;
  run.message = why;
  return run;
}

// An axis of values from 1 to 9, and one of two names, of which one is nasty; two seeds.
StudyResult small_study() {
  StudyResult out;
  campaign::Study& study = out.study;
  study.name = "small";
  study.question = "Is <b> & \"c\" an answer?";
  study.scenario_name = "looping_stall";
  study.variant = "kick";
  campaign::Axis values, names;
  values.name = "ipi";
  values.key = "hardware.ipi_latency";
  values.unit = "cycles";
  values.span = campaign::Span{1, 9, true};
  for (const int value : {1, 9}) values.levels.push_back(values.level_of(value));
  names.name = "how";
  names.levels = {level("plain", "a.b", "1"), level(kNasty, "a.b", "2")};
  study.axes = {values, names};
  study.seeds = {7, 8};
  study.responses.resize(2);
  study.responses[0].name = "wait";
  study.responses[0].unit = "us";
  study.responses[0].metric = "all_tasks.delay.p99";
  study.responses[1].name = "twice";
  study.responses[1].more_is_better = true;
  study.cliffs = {{0, 0, 3}};
  study.pareto = {{0, 1}};
  for (std::uint32_t a = 0; a < 2; ++a)
    for (std::uint32_t b = 0; b < 2; ++b) out.points.points.push_back({Coordinate{a, 0}, Coordinate{b, 0}});
  for (int i = 0; i < 8; ++i) out.runs.push_back(measured(i));
  for (int response = 0; response < 2; ++response) {
    out.summaries.emplace_back();
    for (int point = 0; point < 4; ++point) out.summaries.back().push_back({point + 0.5, {1.0 * point, point + 1.0}, 0, 9, 2});
    out.answers.emplace_back();
  }
  Flip flip;
  flip.point = {Coordinate{Coordinate::kNoLevel, 5}, Coordinate{1, 0}};
  flip.seed = 7;
  flip.below = 4;
  flip.above = 5;
  out.flips = {flip};
  out.fronts = {{0, 3}};
  out.hash = "f00d";
  return out;
}

// Every text between these.
std::string between(const std::string& html, const std::string& from, const std::string& to) {
  const std::size_t begin = html.find(from) + from.size();
  return html.substr(begin, html.find(to, begin) - begin);
}

TEST(StudyPage, SaysWhatWasAskedAndHowMuchRan) {
  const std::string html = study_page(small_study());
  EXPECT_THAT(html, HasSubstr("<h1>Is &lt;b> &amp; &quot;c&quot; an answer?</h1>"));
  EXPECT_THAT(html,
              HasSubstr("scenario looping_stall, variant kick \u00b7 grid, 4 points \u00d7 2 seeds = 8 runs \u00b7 0 failed "
                        "\u00b7 study.csv has hash f00d"));
}

TEST(StudyPage, HoldsPointsByAxisAndRunsByPointThenSeed) {
  const StudyData data = study_data(small_study());
  EXPECT_EQ(data.points["number"].dump(), "[0,1,2,3]");
  EXPECT_EQ(data.points["axes"].dump(), "[[0,0,1,1],[0,1,0,1]]") << "numbers of levels";
  EXPECT_EQ(data.points["responses"][0]["median"].dump(), "[0.5,1.5,2.5,3.5]");
  EXPECT_EQ(data.points["responses"][0]["high"].dump(), "[1.0,2.0,3.0,4.0]");
  EXPECT_EQ(data.runs["responses"][1].dump(), "[0.0,2.0,4.0,6.0,8.0,10.0,12.0,14.0]");
  EXPECT_EQ(data.runs["outcome"][0].get<std::string>(), "passed");
  EXPECT_EQ(data.runs["hash"][7].get<std::string>(), "hash7");
  EXPECT_EQ(data.runs["command"][5].get<std::string>(),
            "looping_stall --variant kick --seed 8 --set hardware.ipi_latency=9 --set a.b=1");
  EXPECT_EQ(data.runs["variant"][5].get<std::string>(), "kick");
}

TEST(StudyPage, ChartsGoByTheAxesOfTheOtherFiles) {
  const json::Value meta = study_data(small_study()).meta;
  EXPECT_EQ(meta["chart_axis"].get<int>(), 0);
  EXPECT_EQ(meta["colour_axis"].get<int>(), 1);
  EXPECT_EQ(meta["cliffs"].dump(), "[{\"axis\":0,\"response\":0,\"at_least\":3.0}]");
  EXPECT_EQ(meta["flips"][0]["above"].get<int>(), 5);
  EXPECT_EQ(meta["fronts"][0]["points"].dump(), "[0,3]");
  EXPECT_EQ(meta["responses"][0]["meaning"].get<std::string>(), "metric all_tasks.delay.p99");
  EXPECT_FALSE(meta.contains("points")) << "they are packed";
}

TEST(StudyPage, AValueOfASampleIsItself) {
  StudyResult result = small_study();
  result.study.design.kind = campaign::Design::Kind::sobol;
  result.points.points[2][0] = {Coordinate::kNoLevel, 6};
  EXPECT_EQ(study_data(result).points["axes"][0].dump(), "[0,0,6,1]");
  EXPECT_EQ(study_data(result).meta["design"].get<std::string>(), "sobol");
}

TEST(StudyPage, OneSeedHasNoIntervals) {
  StudyResult result = small_study();
  result.study.seeds = {7};
  result.runs.resize(4);
  EXPECT_FALSE(study_data(result).points["responses"][0].contains("low"));
}

TEST(StudyPage, NamesEndNoElement) {
  const std::string html = study_page(small_study());
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  const json::Value meta = json::parse(between(html, "id=\"data-meta\">", "</script>"));
  EXPECT_EQ(meta["axes"][1]["levels"][1].get<std::string>(), kNasty);
}

TEST(StudyPage, ARunThatFailedSaysWhyAndHasNoNumbers) {
  StudyResult result = small_study();
  result.runs[2] = failed("no such <thing>");
  result.runs[3].responses[0] = std::numeric_limits<double>::infinity();
  result.summaries[0][1] = {};
  const StudyData data = study_data(result);
  EXPECT_EQ(data.runs["responses"][0].dump(), "[0.0,1.0,null,null,4.0,5.0,6.0,7.0]") << "JSON has no infinity";
  EXPECT_EQ(data.runs["outcome"][2].get<std::string>(), "failed");
  EXPECT_EQ(data.runs["message"][2].get<std::string>(), "no such <thing>");
  EXPECT_EQ(data.runs["message"][3].get<std::string>(), "");
  EXPECT_EQ(data.points["responses"][0]["median"].dump(), "[0.5,null,2.5,3.5]");
  EXPECT_THAT(study_page(result), HasSubstr("8 runs \u00b7 1 failed"));
}

TEST(StudyPage, OfTooManyRunsItHasSomePointsAndThoseOnFronts) {
  const StudyData data = study_data(small_study(), {.runs = 4});
  EXPECT_EQ(data.points["number"].dump(), "[0,2,3]");
  EXPECT_EQ(data.runs["cycles"].size(), 6U);
  EXPECT_EQ(data.meta["points_shown"].get<int>(), 3);
  EXPECT_EQ(data.meta["point_count"].get<int>(), 4);
}

TEST(StudyPage, NeedsNothingFromElsewhere) {
  const std::string html = study_page(small_study());
  for (const char* foreign : {" src=", "url(", "@import", "https:", "<link rel=\"stylesheet\""})
    EXPECT_THAT(html, Not(HasSubstr(foreign)));
}

TEST(StudyPage, TheSamePageEveryTime) { EXPECT_EQ(study_page(small_study()), study_page(small_study())); }

TEST(StudyPage, TenThousandRunsAreBelowFiveMegabytes) {
  StudyResult result = small_study();
  result.points.points.clear();
  result.runs.clear();
  for (auto& summaries : result.summaries) summaries.clear();
  for (std::uint32_t i = 0; i < 5000; ++i) {
    result.points.points.push_back({Coordinate{Coordinate::kNoLevel, 1 + i % 9}, Coordinate{i % 2, 0}});
    for (auto& summaries : result.summaries) summaries.push_back({i / 7.0, {i / 9.0, i / 5.0}, 0, 1e6, 2});
    for (int seed = 0; seed < 2; ++seed) result.runs.push_back(measured(i / 7.0 + seed));
  }
  EXPECT_LT(study_page(result).size(), 5'000'000U);
}

TEST(StudyPage, IsWrittenBesideTheOtherFiles) {
  const test::TempDir dir;
  EXPECT_EQ(write_study_page(dir.path(), small_study()).file, dir / "study.html");
  std::ifstream in(dir / "study.html");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), study_page(small_study()));
}

}  // namespace
}  // namespace tb::page
