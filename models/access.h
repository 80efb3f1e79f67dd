// SPDX-License-Identifier: Apache-2.0
// What the models of devices share. A model is its device cycle by cycle: answer() says what an access reads in the coming
// clock, clock() is that clock, and the functions for outputs say what the device shows after it. For machines that jump
// from event to event each model also has
//   advance(n): the same as n clocks without an access, all other inputs being what they are;
//   horizon(): so many such clocks change no output; kForever: none ever will. The clock after them may change one.
#pragma once

#include <cstdint>

namespace model {

inline constexpr std::uint64_t kForever = ~std::uint64_t{0};

struct Access {
  enum class Kind : std::uint8_t { kNone, kRead, kWrite };
  Kind kind = Kind::kNone;
  std::uint32_t address = 0;  // bus address
  std::uint32_t data = 0;     // of a write

  [[nodiscard]] bool reads(std::uint32_t at) const { return kind == Kind::kRead && address == at; }
  [[nodiscard]] bool writes(std::uint32_t at) const { return kind == Kind::kWrite && address == at; }
};

struct Answer {
  std::uint32_t data = 0;  // 0 unless read
  bool error = false;
  friend bool operator==(const Answer&, const Answer&) = default;
};

}  // namespace model
