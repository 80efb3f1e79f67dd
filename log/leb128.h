// SPDX-License-Identifier: Apache-2.0
// Unsigned LEB128 as used in event payloads and in the log's record headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace event_log {

inline constexpr std::size_t kLeb128Max = 10;  // bytes

// Returns the end of what it wrote.
inline std::uint8_t* write_leb128(std::uint8_t* out, std::uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

// Takes one number off the front. False, and nothing taken, if the bytes end first or it does not fit 64 bits.
inline bool take_leb128(std::span<const std::uint8_t>& bytes, std::uint64_t& value) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size() && i < kLeb128Max; ++i) {
    const std::uint64_t low = bytes[i] & 0x7fU;
    if (i == kLeb128Max - 1 && low > 1) return false;
    number |= low << (7 * i);
    if ((bytes[i] & 0x80U) == 0) {
      value = number;
      bytes = bytes.subspan(i + 1);
      return true;
    }
  }
  return false;
}

}  // namespace event_log
