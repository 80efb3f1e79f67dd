// SPDX-License-Identifier: Apache-2.0
// Takes protobuf messages apart, for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tb::test {

struct ProtoField {
  std::uint32_t id = 0;
  std::uint64_t number = 0;  // varints and fixed64
  std::string bytes;         // texts and messages
};

// Ends early if the bytes are no message.
inline std::vector<ProtoField> proto_fields(std::string_view bytes) {
  std::size_t at = 0;
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (unsigned shift = 0; at < bytes.size(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(bytes[at++]);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  std::vector<ProtoField> fields;
  while (at < bytes.size()) {
    const std::uint64_t tag = varint();
    ProtoField field{static_cast<std::uint32_t>(tag >> 3), 0, {}};
    if ((tag & 7) == 0) {
      field.number = varint();
    } else if ((tag & 7) == 1 && at + 8 <= bytes.size()) {
      for (unsigned i = 0; i < 8; ++i) field.number |= std::uint64_t{static_cast<std::uint8_t>(bytes[at++])} << (8 * i);
    } else if ((tag & 7) == 2) {
      const std::uint64_t size = varint();
      field.bytes = bytes.substr(at, size);
      at += size;
    } else {
      break;
    }
    fields.push_back(field);
  }
  return fields;
}

// The first field with that number; one with nothing in it if there is none.
inline ProtoField proto_field(std::string_view bytes, std::uint32_t id) {
  for (const ProtoField& field : proto_fields(bytes))
    if (field.id == id) return field;
  return {};
}

}  // namespace tb::test
