// SPDX-License-Identifier: Apache-2.0
// Reads references to events: "breakout", or { event: balance_exit, where: { trapped: true }, hart: 1 }.
#pragma once

#include <string_view>
#include <vector>

#include "log/match.h"
#include "tb/config/strict_map.h"
#include "tb/config/tree.h"

namespace tb::config {

// A text that a condition compares a field with. Whether such a text can occur is known when all of the scenario is.
struct Mention {
  Place place;
  std::string path;
  std::uint8_t event = 0;
  std::size_t field = 0;
  event_log::Compare compare = event_log::Compare::kEqual;
  std::string text;
};

// What reading one part of a scenario takes from the others, and leaves for later.
struct ReadContext {
  unsigned harts;
  Problems& problems;
  std::vector<Mention>& mentions;
};

[[nodiscard]] std::uint8_t read_event_name(const Tree& value, std::string_view path);
// A value or a comparison map, for one field of the event.
void read_condition(const TreeEntry& entry, std::string_view path, std::uint8_t event, const ReadContext& in,
                    std::vector<event_log::Condition>& out);
[[nodiscard]] std::vector<event_log::Condition> read_where(const Tree& value, std::string_view path, std::uint8_t event,
                                                           const ReadContext& in);
[[nodiscard]] sim::HartId read_hart(const Tree& value, std::string_view path, unsigned harts);
// A name, or a map of event, where, hart.
[[nodiscard]] event_log::Match read_match(const Tree& value, std::string_view path, const ReadContext& in);
// The keys event, where and hart of a map that has others as well; `event_key` holds the name.
[[nodiscard]] event_log::Match read_match_in(const StrictMap& map, std::string_view event_key, const ReadContext& in);

}  // namespace tb::config
