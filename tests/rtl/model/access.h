// SPDX-License-Identifier: Apache-2.0
// What reference models of devices share: one bus access per clock, and its answer.
#pragma once

#include <cstdint>

namespace model {

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
