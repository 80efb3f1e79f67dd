// SPDX-License-Identifier: Apache-2.0
// Encoded event payloads to field values, by the generated schema.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event_schema.h"  // generated
#include "sim/hart_op.h"

namespace event_log {

inline constexpr std::size_t kFieldsMax = 8;

struct Value {
  std::uint64_t number = 0;  // numbers, bools, enums; s64 as its two's complement
  std::string_view text;     // comm, str: points into the payload
};

// One event of a log, decoded. Valid during the call it is passed to.
struct EventView {
  sim::Cycle cycle = 0;
  sim::HartId hart = 0;
  std::uint8_t id = 0;
  std::span<const Value> fields;
};

class Decoder {
 public:
  // False if the id is not in the schema or the bytes are not exactly its fields.
  [[nodiscard]] bool decode(std::uint8_t id, std::span<const std::uint8_t> payload);
  [[nodiscard]] std::span<const Value> fields() const { return {values_.data(), count_}; }

 private:
  std::array<Value, kFieldsMax> values_;
  std::size_t count_ = 0;
};

[[nodiscard]] const trace::schema::EventType& type_of(std::uint8_t id);
// The event's id; nothing if there is no such name.
[[nodiscard]] const std::uint8_t* find_event(std::string_view name);
// All event names, in schema order.
[[nodiscard]] const std::vector<std::string>& event_names();
// Index of the field; -1 if the event has none of that name.
[[nodiscard]] int find_field(std::uint8_t event, std::string_view field);

// The name of a value; empty if the enum has none.
[[nodiscard]] constexpr std::string_view name_of(const trace::schema::Enum& values, std::uint64_t value) {
  for (const auto& known : values.names)
    if (known.value == value) return known.name;
  return {};
}
// As printed: enum names, true/false, numbers; texts without quotes.
[[nodiscard]] std::string to_string(const Value& value, const trace::schema::Field& field);
// "event field=value field=value".
[[nodiscard]] std::string to_string(const EventView& event);

}  // namespace event_log
