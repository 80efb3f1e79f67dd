// SPDX-License-Identifier: Apache-2.0
// A study as its file says it: what is varied, how the points are chosen, what is measured, what is asked of the answers.
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/match.h"
#include "tb/campaign/condition.h"
#include "tb/config/scenario_file.h"
#include "tb/result/ending.h"

namespace tb::campaign {

inline constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();  // a run without that response

// One level of an axis: what it sets in the scenario.
struct Level {
  std::string label;                   // the value as written
  double number = kNothing;            // the value, if it is a number
  std::string variant;                 // empty: the study's
  std::vector<config::Override> sets;  // with the place in the study's file
};

// Values from which a level can be made anywhere.
struct Span {
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool log = false;  // evenly spaced by ratio

  // The value at `share` of the way, 0 to 1.
  [[nodiscard]] std::int64_t at(double share) const;
};

struct Axis {
  std::string name;
  std::string key;  // dotted path; empty: levels or variants
  std::string unit;
  std::vector<Level> levels;  // none: `span` is for sampling only
  std::optional<Span> span;   // of integer values
  config::Place place;

  [[nodiscard]] Level level_of(std::int64_t value) const;
  [[nodiscard]] bool numeric() const { return span.has_value(); }
};

struct Design {
  enum class Kind : std::uint8_t { grid, zip, random, latin_hypercube, sobol, morris, saltelli };
  Kind kind = Kind::grid;
  std::size_t count = 0;  // of points, trajectories, base points
  std::size_t morris_levels = 4;
  std::uint64_t seed = 1;

  [[nodiscard]] bool sampled() const { return kind != Kind::grid && kind != Kind::zip; }
};

struct Response {
  enum class Kind : std::uint8_t { metric, cycles, passed, ending, first, count };
  std::string name;
  Kind kind = Kind::metric;
  std::string metric;      // the path
  Ending ending{};         // Kind::ending
  event_log::Match event;  // Kind::first, Kind::count
  std::string unit;        // "cycles", "us", "ms"; or a word that converts nothing
  bool time = false;       // measured in cycles
  bool more_is_better = false;

  // What identifies a response that the log must be read for, in a stored run. Empty: it follows from the metrics.
  [[nodiscard]] std::string looked_for() const;
  // From cycles to `unit`, if it is a time.
  [[nodiscard]] double in_unit(double value, double clock_mhz) const;
};

struct Cliff {
  std::size_t axis = 0;
  std::size_t response = 0;
  double at_least = 1;  // it flips there
};

struct Pareto {
  std::size_t x = 0, y = 0;  // responses
};

struct Study {
  std::string name;
  std::string question;
  std::string path;  // of its file
  config::ScenarioFile scenario;
  std::string scenario_name;  // as find_scenario() takes it
  std::string variant;
  std::vector<config::Override> sets;
  std::vector<Axis> axes;
  Design design;
  std::vector<Condition> when;
  std::vector<std::uint64_t> seeds;
  std::vector<Response> responses;
  std::vector<Cliff> cliffs;
  std::vector<Pareto> pareto;
};

}  // namespace tb::campaign
