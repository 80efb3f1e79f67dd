// SPDX-License-Identifier: Apache-2.0
// The events as trace formats write them. An event that Linux has too gets the name and the fields of Linux; each other one keeps
// those of the log.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event_schema.h"  // generated
#include "tb/export/record.h"

namespace tb::exports {

enum class Kind : std::uint8_t { kU32, kS32, kU64, kS64, kBool, kComm, kText, kEnum };

struct ShapeField {
  std::string name;
  std::string lttng;  // its name in LTTng, if that is another one
  Kind kind = Kind::kU64;
  const trace::schema::Enum* values = nullptr;  // of kEnum
};

struct Shape {
  std::string system;  // sched, irq; scx: events of the log
  std::string name;
  std::string print_fmt;  // as libtraceevent reads it; empty: name=value for each field
  std::vector<ShapeField> fields;
};

inline constexpr std::size_t kShapeFieldsMax = 9;
static_assert(kShapeFieldsMax >= event_log::kFieldsMax);

struct ShapeValues {
  std::array<event_log::Value, kShapeFieldsMax> values;
  std::size_t count = 0;

  void add(std::uint64_t number) { values[count++] = {number, {}}; }
  void add(std::int64_t number) { add(static_cast<std::uint64_t>(number)); }
  void add(std::string_view text) { values[count++] = {0, text}; }
  [[nodiscard]] std::span<const event_log::Value> all() const { return {values.data(), count}; }
};

// By event id.
[[nodiscard]] const std::vector<Shape>& shapes();
// The values of the fields of its shape. Texts point into the event.
[[nodiscard]] ShapeValues shaped(const Record& record);

}  // namespace tb::exports
