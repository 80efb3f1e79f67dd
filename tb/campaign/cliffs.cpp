// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/cliffs.h"

#include <algorithm>
#include <map>
#include <optional>

namespace tb::campaign {
namespace {

bool reached(const Measured& run, const Cliff& cliff) { return run.responses[cliff.response] >= cliff.at_least; }

std::int64_t value_of(const Axis& axis, const Coordinate& at) { return static_cast<std::int64_t>(level_at(axis, at).number); }

// Of one cliff: the points that differ in its axis only, by its value.
std::vector<std::vector<std::size_t>> lines_along(const StudyResult& result, const Cliff& cliff) {
  std::map<std::vector<std::uint32_t>, std::vector<std::size_t>> lines;
  const auto& points = result.points.points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::vector<std::uint32_t> others;
    for (std::size_t axis = 0; axis < points[i].size(); ++axis)
      if (axis != cliff.axis) others.push_back(points[i][axis].level);
    lines[others].push_back(i);
  }
  std::vector<std::vector<std::size_t>> out;
  const Axis& axis = result.study.axes[cliff.axis];
  for (auto& [others, line] : lines) {
    std::ranges::sort(line, {}, [&](std::size_t i) { return value_of(axis, points[i][cliff.axis]); });
    out.push_back(std::move(line));
  }
  return out;
}

void add_flips(const StudyResult& result, std::size_t number, std::vector<Flip>& out) {
  const Cliff& cliff = result.study.cliffs[number];
  const Axis& axis = result.study.axes[cliff.axis];
  const auto& points = result.points.points;
  for (const std::vector<std::size_t>& line : lines_along(result, cliff)) {
    for (std::size_t seed = 0; seed < result.study.seeds.size(); ++seed) {
      std::optional<std::size_t> below;  // the nearest point that has data
      for (const std::size_t point : line) {
        const Measured& high = result.run(point, seed);
        if (high.failed) continue;
        if (below && reached(result.run(*below, seed), cliff) != reached(high, cliff))
          out.push_back({number, points[point], result.study.seeds[seed], value_of(axis, points[*below][cliff.axis]),
                         value_of(axis, points[point][cliff.axis]), reached(high, cliff)});
        below = point;
      }
    }
  }
}

}  // namespace

// One step of all bisections at a time, so that every worker has something to do.
std::vector<Flip> find_flips(const StudyResult& result, Engine& engine) {
  const Study& study = result.study;
  std::vector<Flip> flips;
  for (std::size_t i = 0; i < study.cliffs.size(); ++i) add_flips(result, i, flips);
  while (true) {
    std::vector<Flip*> open;
    std::vector<Setting> settings;
    for (Flip& flip : flips) {
      if (flip.above - flip.below <= 1 || flip.unsure) continue;
      Point point = flip.point;
      point[study.cliffs[flip.cliff].axis] = {Coordinate::kNoLevel, flip.below + (flip.above - flip.below) / 2};
      if (!allowed(study, point)) {
        flip.unsure = true;
        continue;
      }
      open.push_back(&flip);
      settings.push_back(setting_of(study, point, flip.seed));
    }
    if (open.empty()) break;
    const std::vector<Measured> runs = engine.measure(settings);
    for (std::size_t i = 0; i < open.size(); ++i) {
      Flip& flip = *open[i];
      const std::int64_t middle = flip.below + (flip.above - flip.below) / 2;
      if (runs[i].failed) flip.unsure = true;
      else if (reached(runs[i], study.cliffs[flip.cliff]) == flip.rises) flip.above = middle;
      else flip.below = middle;
    }
  }
  for (Flip& flip : flips) flip.point[study.cliffs[flip.cliff].axis] = {Coordinate::kNoLevel, flip.above};
  return flips;
}

}  // namespace tb::campaign
