// SPDX-License-Identifier: Apache-2.0
#include "tb/config/match_reader.h"

#include <fmt/format.h>

#include "log/nearest.h"
#include "tb/config/keys.h"

namespace tb::config {

namespace {

using trace::schema::Field;
using trace::schema::FieldType;

bool is_text(const Field& field) { return field.type == FieldType::kComm || field.type == FieldType::kStr; }

// Fields that hold the number of a CPU.
bool is_cpu(const Field& field) { return field.type == FieldType::kU64 && (field.name == "cpu" || field.name.ends_with("_cpu")); }

std::uint64_t read_enum(const Tree& value, std::string_view path, const Field& field) {
  std::vector<std::string_view> names;
  for (const auto& name : field.values->names) names.push_back(name.name);
  return field.values->names[read_name(value, path, names)].value;
}

event_log::Condition read_value(const Tree& value, std::string_view path, const Field& field, std::size_t index,
                                event_log::Compare compare, const ReadContext& in) {
  event_log::Condition condition;
  condition.field = index;
  condition.compare = compare;
  const bool ordered = compare == event_log::Compare::kAtLeast || compare == event_log::Compare::kAtMost;
  if (ordered && (is_text(field) || field.type == FieldType::kBool || field.type == FieldType::kEnum))
    throw ConfigError(value.place, path, fmt::format("'{}' has no order: use equal or not", field.name));
  if (compare == event_log::Compare::kContains && !is_text(field))
    throw ConfigError(value.place, path, fmt::format("'{}' is no text: use equal or not", field.name));
  if (is_text(field)) condition.text = read_text(value, path);
  else if (field.type == FieldType::kBool) condition.number = read_bool(value, path) ? 1 : 0;
  else if (field.type == FieldType::kEnum) condition.number = read_enum(value, path, field);
  else if (field.type == FieldType::kS64)
    condition.number =
        static_cast<std::uint64_t>(read_integer(value, path, {std::numeric_limits<std::int64_t>::min(), Range{}.max}));
  else if (is_cpu(field)) condition.number = read_hart(value, path, in.harts);
  else condition.number = static_cast<std::uint64_t>(read_integer(value, path, {}));
  return condition;
}

}  // namespace

std::uint8_t read_event_name(const Tree& value, std::string_view path) {
  if (!value.is_scalar())
    throw ConfigError(value.place, path, fmt::format("expected the name of an event, got {}", describe(value)));
  if (const auto* id = event_log::find_event(value.text)) return *id;
  throw ConfigError(value.place, path,
                    fmt::format("unknown event '{}'{}", value.text, words::hint(value.text, event_log::event_names())));
}

void read_condition(const TreeEntry& entry, std::string_view path, std::uint8_t event, const ReadContext& in,
                    std::vector<event_log::Condition>& out) {
  const auto& type = event_log::type_of(event);
  const int index = event_log::find_field(event, entry.key);
  if (index < 0) {
    std::vector<std::string> known;
    for (const Field& field : type.fields) known.emplace_back(field.name);
    throw ConfigError(entry.place, path,
                      fmt::format("event {} has no field '{}'{}", type.name, entry.key, words::hint(entry.key, known)));
  }
  const auto field_number = static_cast<std::size_t>(index);
  const Field& field = type.fields[field_number];
  const auto add = [&](const Tree& value, const std::string& value_path, event_log::Compare compare) {
    in.problems.attempt([&] {
      out.push_back(read_value(value, value_path, field, field_number, compare, in));
      if (is_text(field)) in.mentions.push_back({value.place, value_path, event, field_number, compare, value.text});
    });
  };
  if (!entry.value.is_map()) return add(entry.value, std::string(path), event_log::Compare::kEqual);
  const StrictMap comparisons(entry.value, std::string(path), keys::SectionId::kCompare, &in.problems);
  if (entry.value.entries.empty())
    throw ConfigError(entry.value.place, path, "an empty map; give equal, not, at_least, at_most or contains");
  for (std::size_t i = 0; i < std::size(keys::kCompareKeys); ++i) {
    const auto name = keys::kCompareKeys[i].name;
    if (const Tree* value = comparisons.find(name)) add(*value, comparisons.path_of(name), static_cast<event_log::Compare>(i));
  }
}

std::vector<event_log::Condition> read_where(const Tree& value, std::string_view path, std::uint8_t event,
                                             const ReadContext& in) {
  if (!value.is_map() || value.entries.empty())
    throw ConfigError(value.place, path, fmt::format("expected a map of fields and values, got {}", describe(value)));
  std::vector<event_log::Condition> where;
  for (const TreeEntry& entry : value.entries)
    in.problems.attempt([&] { read_condition(entry, fmt::format("{}.{}", path, entry.key), event, in, where); });
  return where;
}

sim::HartId read_hart(const Tree& value, std::string_view path, unsigned harts) {
  return static_cast<sim::HartId>(read_integer(value, path, {0, static_cast<std::int64_t>(harts) - 1}));
}

event_log::Match read_match_in(const StrictMap& map, std::string_view event_key, const ReadContext& in) {
  event_log::Match match;
  match.event = read_event_name(map.require(event_key), map.path_of(event_key));
  if (const Tree* where = map.find("where")) match.where = read_where(*where, map.path_of("where"), match.event, in);
  if (const Tree* hart = map.find("hart")) match.hart = read_hart(*hart, map.path_of("hart"), in.harts);
  return match;
}

event_log::Match read_match(const Tree& value, std::string_view path, const ReadContext& in) {
  if (value.is_map())
    return read_match_in(StrictMap(value, std::string(path), keys::SectionId::kMatch, &in.problems), "event", in);
  event_log::Match match;
  match.event = read_event_name(value, path);
  return match;
}

}  // namespace tb::config
