// SPDX-License-Identifier: Apache-2.0
#include "tb/config/moment.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "tb/config/problems.h"

namespace tb::config {

std::optional<sim::Cycle> find_moment(const std::string& text, std::uint32_t clock_mhz) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const std::string unit(read.ptr, end);
  const double per_us = unit == "us" ? 1 : unit == "ms" ? 1e3 : unit == "s" ? 1e6 : 0;
  const bool cycles = unit.empty() && number == std::floor(number);
  const double at = cycles ? number : number * per_us * clock_mhz;
  if (read.ec != std::errc{} || number < 0 || (!cycles && per_us == 0) || at > 1e18) return std::nullopt;
  return static_cast<sim::Cycle>(at);
}

sim::Cycle read_moment(const std::string& text, std::uint32_t clock_mhz) {
  if (const auto cycle = find_moment(text, clock_mhz)) return *cycle;
  throw ConfigError(fmt::format("--at {}: expected a cycle, or a time with its unit: 50ms, 1.5s, 300us", text));
}

}  // namespace tb::config
