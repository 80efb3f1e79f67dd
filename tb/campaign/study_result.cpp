// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/study_result.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "log/event_hash.h"
#include "tb/campaign/cliffs.h"
#include "tb/campaign/pareto.h"
#include "tb/campaign/study_files.h"

namespace tb::campaign {
namespace {

Interval interval_of(const std::vector<double>& values, std::uint64_t seed) {
  if (values.size() >= kIntervalRuns) return bootstrap_median(values, seed);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {*least, *most};
}

Summary summary_of(const StudyResult& result, std::size_t response, std::size_t point) {
  std::vector<double> values;
  for (std::size_t seed = 0; seed < result.study.seeds.size(); ++seed) {
    const double value = result.run(point, seed).responses[response];
    if (!std::isnan(value)) values.push_back(value);
  }
  Summary out;
  out.count = values.size();
  if (values.empty()) return out;
  out.median = median(values);
  out.interval = interval_of(values, result.study.design.seed);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  out.least = *least;
  out.most = *most;
  return out;
}

Effects effects_of(const StudyResult& result, std::size_t response) {
  std::vector<std::vector<std::size_t>> levels;
  std::vector<std::size_t> counts;
  for (const Point& point : result.points.points) {
    levels.emplace_back();
    for (const Coordinate& at : point) levels.back().push_back(at.level);
  }
  for (const Axis& axis : result.study.axes) counts.push_back(axis.levels.size());
  return effects(levels, counts, result.medians(response));
}

// Runs that differ in one axis only are pairs: what their common seed and the other axes do to both is not in the difference.
Change change_along(const StudyResult& result, std::size_t response, std::size_t axis) {
  const auto last = static_cast<std::uint32_t>(result.study.axes[axis].levels.size() - 1);
  std::map<std::vector<std::uint32_t>, std::array<std::optional<std::size_t>, 2>>
      ends;  // points at first and last level, by the others
  for (std::size_t i = 0; i < result.points.points.size(); ++i) {
    const std::uint32_t level = result.points.points[i][axis].level;
    if (level != 0 && level != last) continue;
    std::vector<std::uint32_t> others;
    for (std::size_t k = 0; k < result.study.axes.size(); ++k)
      if (k != axis) others.push_back(result.points.points[i][k].level);
    ends[others][level == 0 ? 0 : 1] = i;
  }
  Change out;
  std::vector<double> by_seed;
  for (std::size_t seed = 0; seed < result.study.seeds.size(); ++seed) {
    std::vector<double> differences;
    for (const auto& [others, pair] : ends) {
      if (!pair[0] || !pair[1]) continue;
      const double difference = result.run(*pair[1], seed).responses[response] - result.run(*pair[0], seed).responses[response];
      if (!std::isnan(difference)) differences.push_back(difference);
    }
    out.pairs += differences.size();
    if (!differences.empty()) by_seed.push_back(median(differences));
  }
  if (by_seed.empty()) return out;
  out.median = median(by_seed);
  if (by_seed.size() > 1) out.interval = interval_of(by_seed, result.study.design.seed);
  return out;
}

// What the seeds alone do, as a share of the variance of all runs.
double noise_of(const StudyResult& result, std::size_t response) {
  std::vector<std::vector<double>> by_point(result.points.points.size());
  for (std::size_t point = 0; point < by_point.size(); ++point)
    for (std::size_t seed = 0; seed < result.study.seeds.size(); ++seed)
      by_point[point].push_back(result.run(point, seed).responses[response]);
  return share_within(by_point);
}

// One response per row of the sample. A row that a condition left out has none.
std::vector<double> by_row(const StudyResult& result, std::size_t response) {
  std::vector<double> out(result.points.sample.size(), kNothing);
  const std::vector<double> medians = result.medians(response);
  for (std::size_t i = 0; i < medians.size(); ++i) out[result.points.row[i]] = medians[i];
  return out;
}

// Of columns of the sample. An axis that it does not vary has no effect.
template <typename Index>
std::vector<Index> by_axis(const std::vector<Index>& of_columns, const std::vector<std::size_t>& axes, const Study& study) {
  std::vector<Index> out(study.axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) out[axes[i]] = of_columns[i];
  return out;
}

ResponseAnswers answers_of(const StudyResult& result, std::size_t response) {
  ResponseAnswers out;
  const Design& design = result.study.design;
  const std::vector<std::size_t> axes = sampled_axes(result.study);
  if (design.kind == Design::Kind::grid) {
    out.effects = effects_of(result, response);
    for (std::size_t axis = 0; axis < result.study.axes.size(); ++axis)
      out.changes.push_back(change_along(result, response, axis));
    out.noise = noise_of(result, response);
  }
  if (design.kind == Design::Kind::saltelli) {
    const std::vector<double> values = by_row(result, response);
    out.sobol = by_axis(sobol_indices(values, axes.size(), design.seed), axes, result.study);
    out.groups_used = usable_groups(values, axes.size() + 2);
  }
  if (design.kind == Design::Kind::morris) {
    const std::vector<double> values = by_row(result, response);
    out.morris = by_axis(morris_effects(result.points.sample, values, axes.size(), design.seed), axes, result.study);
    out.groups_used = usable_groups(values, axes.size() + 1);
  }
  return out;
}

std::vector<std::size_t> front_of(const StudyResult& result, const Pareto& pair) {
  const auto goal = [&](std::size_t response) {
    return result.study.responses[response].more_is_better ? Goal::more : Goal::less;
  };
  return pareto_front(result.medians(pair.x), goal(pair.x), result.medians(pair.y), goal(pair.y));
}

}  // namespace

std::vector<double> StudyResult::medians(std::size_t response) const {
  std::vector<double> out;
  for (const Summary& summary : summaries[response]) out.push_back(summary.median);
  return out;
}

std::size_t StudyResult::failed() const {
  return static_cast<std::size_t>(std::count_if(runs.begin(), runs.end(), [](const Measured& run) { return run.failed; }));
}

std::vector<Setting> settings_of(const Study& study, const Points& points) {
  std::vector<Setting> out;
  for (const Point& point : points.points)
    for (const std::uint64_t seed : study.seeds) out.push_back(setting_of(study, point, seed));
  return out;
}

StudyResult run_study(const Study& study, Engine& engine) {
  StudyResult out;
  out.study = study;
  out.points = points_of(study);
  out.runs = engine.measure(settings_of(study, out.points));
  for (std::size_t response = 0; response < study.responses.size(); ++response) {
    out.summaries.emplace_back();
    for (std::size_t point = 0; point < out.points.points.size(); ++point)
      out.summaries.back().push_back(summary_of(out, response, point));
  }
  for (std::size_t response = 0; response < study.responses.size(); ++response) out.answers.push_back(answers_of(out, response));
  for (const Pareto& pair : study.pareto) out.fronts.push_back(front_of(out, pair));
  out.flips = find_flips(out, engine);
  out.hash = event_log::hash_text(csv_text(out));
  return out;
}

}  // namespace tb::campaign
