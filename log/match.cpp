// SPDX-License-Identifier: Apache-2.0
#include "log/match.h"

#include <fmt/format.h>

#include <algorithm>

namespace event_log {

namespace {

using trace::schema::FieldType;

// Signed and unsigned fields order differently; texts are only ever equal or not.
int order(const Condition& condition, const Value& value, FieldType type) {
  if (type == FieldType::kComm || type == FieldType::kStr) return value.text.compare(condition.text);
  if (type == FieldType::kS64) {
    const auto have = static_cast<std::int64_t>(value.number);
    const auto want = static_cast<std::int64_t>(condition.number);
    return have < want ? -1 : have > want ? 1 : 0;
  }
  return value.number < condition.number ? -1 : value.number > condition.number ? 1 : 0;
}

}  // namespace

bool holds(const Condition& condition, const EventView& event) {
  const int compared = order(condition, event.fields[condition.field], type_of(event.id).fields[condition.field].type);
  switch (condition.compare) {
    case Compare::kEqual: return compared == 0;
    case Compare::kNot: return compared != 0;
    case Compare::kAtLeast: return compared >= 0;
    case Compare::kAtMost: return compared <= 0;
    case Compare::kContains: return event.fields[condition.field].text.find(condition.text) != std::string_view::npos;
  }
  return false;
}

bool matches(const Match& match, const EventView& event) {
  if (event.id != match.event || (match.hart && *match.hart != event.hart)) return false;
  return std::all_of(match.where.begin(), match.where.end(), [&](const Condition& c) { return holds(c, event); });
}

unsigned misses(const Match& match, const EventView& event) {
  const auto missed = std::count_if(match.where.begin(), match.where.end(), [&](const Condition& c) { return !holds(c, event); });
  return static_cast<unsigned>(missed) + (match.hart && *match.hart != event.hart ? 1 : 0);
}

std::string differences(const std::vector<Condition>& conditions, const EventView& event) {
  std::string text;
  for (const Condition& condition : conditions) {
    if (holds(condition, event)) continue;
    const auto& field = type_of(event.id).fields[condition.field];
    text += fmt::format("{}{} is {}, not {}", text.empty() ? "" : "; ", field.name,
                        to_string(event.fields[condition.field], field), to_string(condition, event.id));
  }
  return text;
}

std::string differences(const Match& match, const EventView& event) {
  std::string text = differences(match.where, event);
  if (match.hart && *match.hart != event.hart)
    text += fmt::format("{}hart is {}, not {}", text.empty() ? "" : "; ", event.hart, *match.hart);
  return text;
}

std::string to_string(const Condition& condition, std::uint8_t event) {
  const auto& field = type_of(event).fields[condition.field];
  const std::string value = to_string(Value{condition.number, condition.text}, field);
  switch (condition.compare) {
    case Compare::kEqual: return fmt::format("{}={}", field.name, value);
    case Compare::kNot: return fmt::format("{}!={}", field.name, value);
    case Compare::kAtLeast: return fmt::format("{}>={}", field.name, value);
    case Compare::kAtMost: return fmt::format("{}<={}", field.name, value);
    case Compare::kContains: return fmt::format("{} with '{}'", field.name, value);
  }
  return {};
}

std::string to_string(const Match& match) {
  std::string text(type_of(match.event).name);
  for (const Condition& condition : match.where) text.append(" ").append(to_string(condition, match.event));
  if (match.hart) text += fmt::format(" on hart {}", *match.hart);
  return text;
}

}  // namespace event_log
