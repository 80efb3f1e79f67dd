// SPDX-License-Identifier: Apache-2.0
// Unsigned LEB128 as used in event payloads and in the log's record headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tb::log {

inline void put_leb128(std::vector<std::uint8_t>& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(value));
}

// Takes one number off the front. False, and nothing taken, if the bytes end first or it does not fit 64 bits.
inline bool take_leb128(std::span<const std::uint8_t>& bytes, std::uint64_t& value) {
  constexpr std::size_t kBytesMax = 10;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size() && i < kBytesMax; ++i) {
    const std::uint64_t low = bytes[i] & 0x7fU;
    if (i == kBytesMax - 1 && low > 1) return false;
    number |= low << (7 * i);
    if ((bytes[i] & 0x80U) == 0) {
      value = number;
      bytes = bytes.subspan(i + 1);
      return true;
    }
  }
  return false;
}

}  // namespace tb::log
