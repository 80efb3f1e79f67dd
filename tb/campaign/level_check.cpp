// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/level_check.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tb/campaign/points.h"

namespace tb::campaign {
namespace {

constexpr std::size_t kLevelsChecked = 64;
constexpr std::size_t kPointsTried = 8;

using LevelOf = std::pair<std::uint32_t, std::int64_t>;

// The first points of each level of the axis.
std::map<LevelOf, std::vector<const Point*>> points_by_level(const Points& points, std::size_t axis) {
  std::map<LevelOf, std::vector<const Point*>> out;
  for (const Point& point : points.points) {
    const LevelOf level(point[axis].level, point[axis].value);
    if (out.size() == kLevelsChecked && !out.contains(level)) continue;
    if (out[level].size() < kPointsTried) out[level].push_back(&point);
  }
  return out;
}

// What is wrong with the first of them; nothing if one is a scenario.
std::optional<config::ConfigError> problem_of(const Study& study, const std::vector<const Point*>& tried,
                                              const config::Library& library) {
  std::optional<config::ConfigError> first;
  for (const Point* point : tried) {
    try {
      static_cast<void>(scenario_of(study, setting_of(study, *point, study.seeds.front()), library));
      return {};
    } catch (const config::ConfigError& error) {
      if (!first) first = error;
    }
  }
  return first;
}

}  // namespace

void check_levels(const Study& study, const config::Library& library, config::Problems& problems) {
  const Points points = points_of(study);
  for (std::size_t axis = 0; axis < study.axes.size(); ++axis)
    for (const auto& [level, tried] : points_by_level(points, axis))
      if (const auto problem = problem_of(study, tried, library)) problems.add(*problem);
}

}  // namespace tb::campaign
