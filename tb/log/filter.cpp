// SPDX-License-Identifier: Apache-2.0
#include "tb/log/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

#include "tb/config/nearest.h"

namespace tb::log {

namespace {

std::uint64_t number(std::string_view key, std::string_view value) {
  std::uint64_t result = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
  if (error != std::errc{} || end != value.data() + value.size())
    throw std::invalid_argument(fmt::format("filter: {} expects a number, got '{}'", key, value));
  return result;
}

std::vector<std::string> known_keys() {
  std::set<std::string> keys{"event", "hart", "from", "to"};
  for (const auto& type : trace::schema::kEvents)
    for (const auto& field : type.fields) keys.emplace(field.name);
  return {keys.begin(), keys.end()};
}

}  // namespace

Filter Filter::parse(std::string_view text) {
  Filter filter;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos)
      throw std::invalid_argument(fmt::format("filter: expected key=value, got '{}'", part));
    filter.add(part.substr(0, equals), part.substr(equals + 1));
  }
  return filter;
}

void Filter::add(std::string_view key, std::string_view value) {
  if (key == "event") {
    const auto* id = find_event(value);
    if (!id)
      throw std::invalid_argument(
          fmt::format("filter: unknown event '{}'{}", value, config::hint(value, event_names())));
    events_.push_back(*id);
  } else if (key == "hart") {
    harts_.push_back(static_cast<sim::HartId>(number(key, value)));
  } else if (key == "from") {
    from_ = number(key, value);
  } else if (key == "to") {
    to_ = number(key, value);
  } else {
    const auto known = known_keys();
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw std::invalid_argument(fmt::format("filter: unknown key '{}'{}", key, config::hint(key, known)));
    fields_.emplace_back(key, value);
  }
}

bool Filter::accepts(const EventView& event) const {
  if (event.cycle < from_ || event.cycle > to_) return false;
  if (!events_.empty() && std::find(events_.begin(), events_.end(), event.id) == events_.end()) return false;
  if (!harts_.empty() && std::find(harts_.begin(), harts_.end(), event.hart) == harts_.end()) return false;
  const auto& type = type_of(event.id);
  // Every field named must have one of the values named for it; an event without that field is not meant.
  return std::all_of(fields_.begin(), fields_.end(), [&](const auto& wanted) {
    const int index = find_field(event.id, wanted.first);
    if (index < 0) return false;
    const auto i = static_cast<std::size_t>(index);
    const std::string have = to_string(event.fields[i], type.fields[i]);
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const auto& one) { return one.first == wanted.first && one.second == have; });
  });
}

}  // namespace tb::log
