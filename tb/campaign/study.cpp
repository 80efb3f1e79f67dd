// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/study.h"

#include <fmt/format.h>

#include <algorithm>

namespace tb::campaign {

std::int64_t Span::at(double share) const {
  const auto from = static_cast<double>(low), to = static_cast<double>(high);
  const double value = log ? from * std::pow(to / from, share) : from + (to - from) * share;
  return std::clamp(static_cast<std::int64_t>(std::llround(value)), low, high);
}

Level Axis::level_of(std::int64_t value) const {
  Level level;
  level.label = std::to_string(value);
  level.number = static_cast<double>(value);
  config::Tree tree = config::make_scalar(level.label);
  tree.place = place;
  level.sets.push_back({key, place, std::move(tree)});
  return level;
}

std::string Response::looked_for() const {
  if (kind == Kind::first) return "first " + event_log::to_string(event);
  if (kind == Kind::count) return "count " + event_log::to_string(event);
  return {};
}

double Response::in_unit(double value, double clock_mhz) const {
  if (!time) return value;
  if (unit == "us") return value / clock_mhz;
  if (unit == "ms") return value / clock_mhz / 1000;
  return value;
}

}  // namespace tb::campaign
