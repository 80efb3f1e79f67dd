// SPDX-License-Identifier: Apache-2.0
#include "tb/page/study_data.h"

#include <algorithm>
#include <cmath>

#include "tb/campaign/study_files.h"

namespace tb::page {
namespace {

using campaign::Coordinate;
using campaign::Design;
using campaign::Measured;
using campaign::Study;
using campaign::StudyResult;
using campaign::Summary;

// JSON has no NaN, and no infinity.
json::Value number(double value) { return std::isfinite(value) ? json::Value(value) : json::Value(); }

// The points that the page has.
std::vector<std::size_t> points_shown(const StudyResult& result, std::size_t runs_max) {
  const std::size_t count = result.points.points.size();
  const std::size_t most = std::max<std::size_t>(1, runs_max / std::max<std::size_t>(1, result.study.seeds.size()));
  const std::size_t step = (count + most - 1) / most;
  std::vector<bool> wanted(count, false);
  for (std::size_t i = 0; i < count; i += step) wanted[i] = true;
  for (const auto& front : result.fronts)
    for (const std::size_t point : front) wanted[point] = true;
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < count; ++i)
    if (wanted[i]) shown.push_back(i);
  return shown;
}

// Of each point where it is on the axis: the number of the level, else the value.
json::Value places(const StudyResult& result, const std::vector<std::size_t>& shown, std::size_t axis) {
  json::Value out = json::Value::array();
  for (const std::size_t point : shown) {
    const Coordinate& at = result.points.points[point][axis];
    out.push_back(at.level == Coordinate::kNoLevel ? json::Value(at.value) : json::Value(at.level));
  }
  return out;
}

json::Value points_json(const StudyResult& result, const std::vector<std::size_t>& shown) {
  json::Value axes = json::Value::array(), responses = json::Value::array();
  for (std::size_t axis = 0; axis < result.study.axes.size(); ++axis) axes.push_back(places(result, shown, axis));
  for (const std::vector<Summary>& of : result.summaries) {
    json::Value median = json::Value::array(), low = json::Value::array(), high = json::Value::array(),
                runs = json::Value::array();
    for (const std::size_t point : shown) {
      median.push_back(number(of[point].median));
      low.push_back(number(of[point].interval.low));
      high.push_back(number(of[point].interval.high));
      runs.push_back(of[point].count);
    }
    json::Value one{{"median", std::move(median)}, {"runs", std::move(runs)}};
    if (result.study.seeds.size() > 1) {  // the interval of one value is that value
      one["low"] = std::move(low);
      one["high"] = std::move(high);
    }
    responses.push_back(std::move(one));
  }
  return {{"number", shown}, {"axes", std::move(axes)}, {"responses", std::move(responses)}};
}

// The options of `scx-cosim run`, and the folder below --out that it writes to: of each run.
void add_command(const StudyResult& result, std::size_t point, std::size_t seed, json::Value& commands, json::Value& variants) {
  const campaign::Setting setting = campaign::setting_of(result.study, result.points.points[point], result.study.seeds[seed]);
  commands.push_back(campaign::run_arguments(result.study, setting));
  variants.push_back(setting.variant);
}

json::Value runs_json(const StudyResult& result, const std::vector<std::size_t>& shown) {
  json::Value responses = json::Value::array(), outcomes = json::Value::array(), cycles = json::Value::array(),
              hashes = json::Value::array(), messages = json::Value::array(), commands = json::Value::array(),
              variants = json::Value::array();
  for (std::size_t i = 0; i < result.study.responses.size(); ++i) responses.push_back(json::Value::array());
  for (const std::size_t point : shown) {
    for (std::size_t seed = 0; seed < result.study.seeds.size(); ++seed) {
      const Measured& run = result.run(point, seed);
      for (std::size_t i = 0; i < responses.size(); ++i) responses[i].push_back(number(run.responses[i]));
      outcomes.push_back(run.failed ? "failed" : info(run.outcome).name);
      cycles.push_back(run.cycles);
      hashes.push_back(run.event_hash);
      messages.push_back(run.failed ? run.message : std::string());
      add_command(result, point, seed, commands, variants);
    }
  }
  return {{"responses", std::move(responses)}, {"outcome", std::move(outcomes)}, {"cycles", std::move(cycles)},
          {"hash", std::move(hashes)},         {"message", std::move(messages)}, {"command", std::move(commands)},
          {"variant", std::move(variants)}};
}

json::Value cliffs_json(const Study& study) {
  json::Value out = json::Value::array();
  for (const campaign::Cliff& cliff : study.cliffs)
    out.push_back({{"axis", cliff.axis}, {"response", cliff.response}, {"at_least", cliff.at_least}});
  return out;
}

std::string scenario_of(const Study& study) {
  const config::Tree* const name = study.scenario.tree.find("name");
  return name ? name->text : study.scenario_name;
}

// What answers.json has but for the points, which are packed, and what the charts go by.
json::Value meta_json(const StudyResult& result, std::size_t points_shown) {
  json::Value out = campaign::answers_json(result);
  out.erase("points");
  const auto colour = campaign::colour_axis(result.study);
  out["folder"] = scenario_of(result.study);
  out["design"] = name_of(result.study.design.kind);
  out["chart_axis"] = campaign::chart_axis(result.study);
  out["colour_axis"] = colour ? json::Value(*colour) : json::Value();
  out["cliffs"] = cliffs_json(result.study);
  out["point_count"] = result.points.points.size();
  out["points_shown"] = points_shown;
  return out;
}

}  // namespace

std::string_view name_of(Design::Kind kind) {
  switch (kind) {
    case Design::Kind::grid: return "grid";
    case Design::Kind::zip: return "zip";
    case Design::Kind::random: return "random";
    case Design::Kind::latin_hypercube: return "latin_hypercube";
    case Design::Kind::sobol: return "sobol";
    case Design::Kind::morris: return "morris";
    case Design::Kind::saltelli: return "saltelli";
  }
  return "";
}

StudyData study_data(const StudyResult& result, const StudyLimits& limits) {
  const std::vector<std::size_t> shown = points_shown(result, limits.runs);
  return {meta_json(result, shown.size()), points_json(result, shown), runs_json(result, shown)};
}

}  // namespace tb::page
