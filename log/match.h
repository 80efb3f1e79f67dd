// SPDX-License-Identifier: Apache-2.0
// "An event like this": a name and conditions on hart and fields. Scenarios, expectations and the printer's filter use
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "log/decode.h"

namespace event_log {

enum class Compare : std::uint8_t { kEqual, kNot, kAtLeast, kAtMost, kContains };  // kContains: texts only

struct Condition {
  std::size_t field = 0;  // index in the event's fields
  Compare compare = Compare::kEqual;
  std::uint64_t number = 0;  // s64 as its two's complement
  std::string text;          // comm, str
};

struct Match {
  std::uint8_t event = 0;
  std::optional<sim::HartId> hart;
  std::vector<Condition> where;
};

[[nodiscard]] bool holds(const Condition& condition, const EventView& event);
[[nodiscard]] bool matches(const Match& match, const EventView& event);
// How many conditions (the hart counts as one) an event of the same name misses.
[[nodiscard]] unsigned misses(const Match& match, const EventView& event);

// What an event of the same name has instead: "trapped is false, not trapped=true; hart is 1, not 0"; empty if it matches.
[[nodiscard]] std::string differences(const Match& match, const EventView& event);
[[nodiscard]] std::string differences(const std::vector<Condition>& conditions, const EventView& event);

[[nodiscard]] std::string to_string(const Condition& condition, std::uint8_t event);
[[nodiscard]] std::string to_string(const Match& match);

}  // namespace event_log
