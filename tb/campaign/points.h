// SPDX-License-Identifier: Apache-2.0
// The points of a study, and what runs at each.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tb/campaign/samples.h"
#include "tb/campaign/study.h"

namespace tb::campaign {

// Where a point is on one axis: at one of its levels, or at a value of its span.
struct Coordinate {
  static constexpr std::uint32_t kNoLevel = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t level = kNoLevel;
  std::int64_t value = 0;

  friend bool operator==(const Coordinate&, const Coordinate&) = default;
};
using Point = std::vector<Coordinate>;  // one per axis

[[nodiscard]] Level level_at(const Axis& axis, const Coordinate& at);

struct Points {
  std::vector<Point> points;     // that the conditions allow, in the order of the design
  Rows sample;                   // of a sampled design, all rows: of the unit cube
  std::vector<std::size_t> row;  // of each point, its row in `sample`; empty: no sample
  std::size_t left_out = 0;      // by the conditions
};

// The axes that a sample varies, one column each: those with more than one level.
[[nodiscard]] std::vector<std::size_t> sampled_axes(const Study& study);

// Throws ConfigError: too many, or none that the conditions allow.
[[nodiscard]] Points points_of(const Study& study);

// All conditions hold there.
[[nodiscard]] bool allowed(const Study& study, const Point& point);

// One simulation.
struct Setting {
  std::string variant;
  std::vector<config::Override> sets;
  std::uint64_t seed = 1;
};
[[nodiscard]] Setting setting_of(const Study& study, const Point& point, std::uint64_t seed);

// The scenario that runs: without waves, which would change nothing but the time it takes. Throws ConfigError.
[[nodiscard]] config::Scenario scenario_of(const Study& study, const Setting& setting, const config::Library& library);

// The options of `scx-cosim run` that run it: "looping_stall --variant kick --seed 1 --set a=b".
[[nodiscard]] std::string run_arguments(const Study& study, const Setting& setting);

}  // namespace tb::campaign
