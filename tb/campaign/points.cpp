// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/points.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/config/emit.h"
#include "tb/config/limits.h"
#include "tb/config/shell.h"

namespace tb::campaign {
namespace {

using config::ConfigError;

// Of a grid; saturates far above the limit.
double combinations(const Study& study) {
  double count = 1;
  for (const Axis& axis : study.axes) count *= static_cast<double>(axis.levels.size());
  return count;
}

std::size_t rows_of(const Study& study) {
  const std::size_t axes = sampled_axes(study).size();
  switch (study.design.kind) {
    case Design::Kind::morris: return study.design.count * (axes + 1);
    case Design::Kind::saltelli: return study.design.count * (axes + 2);
    default: return study.design.count;
  }
}

void refuse_many(const Study& study, double points) {
  const double runs = points * static_cast<double>(study.seeds.size());
  if (runs > static_cast<double>(config::kPointsMax))
    throw ConfigError(
        fmt::format("{}: {:.10g} points with {} seeds each: a study may have {} runs at most; fewer levels, or a sample "
                    "(design: {{ sobol: 1024 }}), is a way",
                    study.path, points, study.seeds.size(), config::kPointsMax));
}

Point first_levels(const Study& study) {
  Point point(study.axes.size());
  for (Coordinate& at : point) at.level = 0;
  return point;
}

// The last axis changes fastest.
bool next_of_grid(const Study& study, Point& point) {
  for (std::size_t i = point.size(); i-- > 0;) {
    if (++point[i].level < study.axes[i].levels.size()) return true;
    point[i].level = 0;
  }
  return false;
}

void add(const Study& study, Points& out, const Point& point) {
  if (allowed(study, point)) out.points.push_back(point);
  else ++out.left_out;
}

void add_grid(const Study& study, Points& out) {
  refuse_many(study, combinations(study));
  Point point = first_levels(study);
  do add(study, out, point);
  while (next_of_grid(study, point));
}

void add_zipped(const Study& study, Points& out) {
  for (std::uint32_t level = 0; level < study.axes.front().levels.size(); ++level) {
    Point point = first_levels(study);
    for (Coordinate& at : point) at.level = level;
    add(study, out, point);
  }
}

Rows sample_of(const Study& study) {
  const Design& design = study.design;
  const std::size_t axes = sampled_axes(study).size();
  switch (design.kind) {
    case Design::Kind::latin_hypercube: return latin_hypercube(design.count, axes, design.seed);
    case Design::Kind::sobol: return sobol_rows(design.count, axes, design.seed);
    case Design::Kind::morris: return morris_rows(design.count, axes, design.morris_levels, design.seed);
    case Design::Kind::saltelli: return saltelli_rows(design.count, axes, design.seed);
    default: return random_rows(design.count, axes, design.seed);
  }
}

// Evenly over the levels, or over the span. Morris trajectories reach both ends, so that 1 is the last level.
Coordinate coordinate_of(const Axis& axis, double share) {
  if (axis.levels.empty()) return {Coordinate::kNoLevel, axis.span->at(share)};
  const auto levels = static_cast<double>(axis.levels.size());
  return {static_cast<std::uint32_t>(std::min(share * levels, levels - 1)), 0};
}

// How far along the axis the level is that was taken: elementary effects are per way from the first to the last.
double share_at(const Axis& axis, const Coordinate& at, double otherwise) {
  return axis.levels.empty() ? otherwise : static_cast<double>(at.level) / static_cast<double>(axis.levels.size() - 1);
}

void add_sample(const Study& study, Points& out) {
  refuse_many(study, static_cast<double>(rows_of(study)));
  const std::vector<std::size_t> axes = sampled_axes(study);
  out.sample = sample_of(study);
  for (std::size_t row = 0; row < out.sample.size(); ++row) {
    Point point = first_levels(study);
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Axis& axis = study.axes[axes[i]];
      point[axes[i]] = coordinate_of(axis, out.sample[row][i]);
      if (study.design.kind == Design::Kind::morris) out.sample[row][i] = share_at(axis, point[axes[i]], out.sample[row][i]);
    }
    const std::size_t before = out.points.size();
    add(study, out, point);
    if (out.points.size() > before) out.row.push_back(row);
  }
}

}  // namespace

Level level_at(const Axis& axis, const Coordinate& at) {
  return at.level == Coordinate::kNoLevel ? axis.level_of(at.value) : axis.levels[at.level];
}

bool allowed(const Study& study, const Point& point) {
  if (study.when.empty()) return true;
  std::vector<AxisValue> values;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Axis& axis = study.axes[i];
    if (point[i].level == Coordinate::kNoLevel) values.push_back({static_cast<double>(point[i].value), {}});
    else values.push_back({axis.levels[point[i].level].number, axis.levels[point[i].level].label});
  }
  return std::all_of(study.when.begin(), study.when.end(), [&](const Condition& one) { return one.holds(values); });
}

std::vector<std::size_t> sampled_axes(const Study& study) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < study.axes.size(); ++i)
    if (study.axes[i].levels.size() != 1) out.push_back(i);
  return out;
}

Points points_of(const Study& study) {
  Points out;
  if (study.design.kind == Design::Kind::grid) add_grid(study, out);
  else if (study.design.kind == Design::Kind::zip) add_zipped(study, out);
  else add_sample(study, out);
  if (out.points.empty())
    throw ConfigError(fmt::format("{}: when: no point of {} is left by the conditions", study.path, out.left_out));
  return out;
}

Setting setting_of(const Study& study, const Point& point, std::uint64_t seed) {
  Setting setting{study.variant, study.sets, seed};
  for (std::size_t i = 0; i < point.size(); ++i) {
    Level level = level_at(study.axes[i], point[i]);
    if (!level.variant.empty()) setting.variant = level.variant;
    std::move(level.sets.begin(), level.sets.end(), std::back_inserter(setting.sets));
  }
  return setting;
}

config::Scenario scenario_of(const Study& study, const Setting& setting, const config::Library& library) {
  config::Scenario scenario = config::resolve(study.scenario, setting.variant, setting.sets, library);
  scenario.run.seed = setting.seed;
  scenario.waves = {};
  return scenario;
}

std::string run_arguments(const Study& study, const Setting& setting) {
  std::string text =
      fmt::format("{} --variant {} --seed {}", shell_quoted(study.scenario_name), shell_quoted(setting.variant), setting.seed);
  for (const config::Override& set : setting.sets)
    text += " --set " + shell_quoted(fmt::format("{}={}", set.path, config::emit_flow(set.value)));
  return text;
}

}  // namespace tb::campaign
