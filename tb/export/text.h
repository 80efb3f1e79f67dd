// SPDX-License-Identifier: Apache-2.0
// Values of events as text, appended to a buffer.
#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "log/decode.h"
#include "tb/export/linux_names.h"

namespace tb::exports {

using Text = fmt::memory_buffer;

inline void append(Text& out, std::string_view text) { out.append(text.data(), text.data() + text.size()); }

// A number, or the name of a value, as `scx-cosim events` prints it; of a text its bytes.
inline void append_value(Text& out, const event_log::Value& value, const trace::schema::Field& field) {
  using trace::schema::FieldType;
  switch (field.type) {
    case FieldType::kComm:
    case FieldType::kStr: return append(out, value.text);
    case FieldType::kBool: return append(out, value.number ? "true" : "false");
    case FieldType::kS64: append(out, fmt::format_int(static_cast<std::int64_t>(value.number)).c_str()); return;
    case FieldType::kEnum:
      if (const std::string_view name = event_log::name_of(*field.values, value.number); !name.empty()) return append(out, name);
      break;
    case FieldType::kU64: break;
  }
  const fmt::format_int number(value.number);
  append(out, {number.data(), number.size()});
}

}  // namespace tb::exports
