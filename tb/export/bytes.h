// SPDX-License-Identifier: Apache-2.0
// Numbers as little-endian bytes, appended to a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tb::exports {

// The lowest `bytes` bytes of the value.
inline void put(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}
// Puts them over those that are at `at`.
inline void put_at(std::string& out, std::size_t at, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out[at + i] = static_cast<char>(value >> (8 * i));
}
// The text and a zero byte; it ends at a zero byte of its own.
inline void put_cstring(std::string& out, std::string_view text) {
  out.append(text.substr(0, text.find('\0')));
  out.push_back('\0');
}

}  // namespace tb::exports
