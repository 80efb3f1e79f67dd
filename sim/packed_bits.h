// SPDX-License-Identifier: Apache-2.0
// Ports of a bit per hart or source, as they lie in memory: bit 0 first, eight to a byte.
#pragma once

#include <cstdint>

namespace sim {

inline std::uint8_t bit_in_byte(unsigned index) { return static_cast<std::uint8_t>(1u << (index % 8)); }
inline bool bit_of(const std::uint8_t* port, unsigned index) { return (port[index / 8] & bit_in_byte(index)) != 0; }

inline void set_bit(std::uint8_t* port, unsigned index, bool level) {
  std::uint8_t& byte = port[index / 8];
  const unsigned others = byte & ~static_cast<unsigned>(bit_in_byte(index));
  byte = static_cast<std::uint8_t>(level ? others | bit_in_byte(index) : others);
}

inline void toggle_bit(std::uint8_t* port, unsigned index) { set_bit(port, index, !bit_of(port, index)); }

}  // namespace sim
