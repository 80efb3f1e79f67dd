// SPDX-License-Identifier: Apache-2.0
#include "log/decode.h"

#include <fmt/format.h>

#include <map>

#include "log/leb128.h"

namespace event_log {

namespace schema = trace::schema;

namespace {

consteval std::size_t widest_event() {
  std::size_t widest = 0;
  for (const auto& event : schema::kEvents) widest = std::max(widest, event.fields.size());
  return widest;
}
static_assert(widest_event() <= kFieldsMax);
static_assert(schema::kEvents.size() < 0xff, "ids are bytes");

bool is_text(const schema::Field& field) {
  return field.type == schema::FieldType::kComm || field.type == schema::FieldType::kStr;
}

const std::map<std::string_view, std::uint8_t>& ids() {
  static const auto* const map = [] {
    auto* by_name = new std::map<std::string_view, std::uint8_t>;  // lives as long as the process
    for (std::size_t i = 0; i < schema::kEvents.size(); ++i)
      by_name->emplace(schema::kEvents[i].name, static_cast<std::uint8_t>(i));
    return by_name;
  }();
  return *map;
}

}  // namespace

bool Decoder::decode(std::uint8_t id, std::span<const std::uint8_t> payload) {
  count_ = 0;
  if (id >= schema::kEvents.size()) return false;
  for (const schema::Field& field : schema::kEvents[id].fields) {
    Value value;
    if (!take_leb128(payload, value.number)) return false;
    if (is_text(field)) {
      if (value.number > payload.size()) return false;
      const auto length = static_cast<std::size_t>(value.number);
      value.text = {reinterpret_cast<const char*>(payload.data()), length};
      payload = payload.subspan(length);
      value.number = 0;
    } else if (field.type == schema::FieldType::kS64) {
      value.number = (value.number >> 1) ^ (~(value.number & 1) + 1);  // zigzag
    }
    values_[count_++] = value;
  }
  return payload.empty();
}

const schema::EventType& type_of(std::uint8_t id) { return schema::kEvents.at(id); }

const std::uint8_t* find_event(std::string_view name) {
  const auto found = ids().find(name);
  return found == ids().end() ? nullptr : &found->second;
}

const std::vector<std::string>& event_names() {
  static const auto* const names = [] {
    auto* all = new std::vector<std::string>;
    for (const auto& event : schema::kEvents) all->emplace_back(event.name);
    return all;
  }();
  return *names;
}

int find_field(std::uint8_t event, std::string_view field) {
  const auto fields = type_of(event).fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == field) return static_cast<int>(i);
  return -1;
}

std::string to_string(const Value& value, const schema::Field& field) {
  switch (field.type) {
    case schema::FieldType::kComm:
    case schema::FieldType::kStr: return std::string(value.text);
    case schema::FieldType::kBool: return value.number ? "true" : "false";
    case schema::FieldType::kS64: return std::to_string(static_cast<std::int64_t>(value.number));
    case schema::FieldType::kEnum:
      if (const std::string_view name = name_of(*field.values, value.number); !name.empty()) return std::string(name);
      return std::to_string(value.number);
    case schema::FieldType::kU64: break;
  }
  return std::to_string(value.number);
}

std::string to_string(const EventView& event) {
  const auto& type = type_of(event.id);
  std::string text(type.name);
  for (std::size_t i = 0; i < event.fields.size(); ++i)
    text += fmt::format(" {}={}", type.fields[i].name, to_string(event.fields[i], type.fields[i]));
  return text;
}

}  // namespace event_log
