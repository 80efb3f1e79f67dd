// SPDX-License-Identifier: Apache-2.0
// Reference model of the machine software interrupt device: a level per hart, and the time from which it shows.
#pragma once

#include <cstdint>
#include <vector>

#include "platform.h"
#include "tests/rtl/model/access.h"

namespace model {

class Mswi {
 public:
  Mswi(std::uint32_t harts, std::uint32_t latency) : latency_(latency), harts_(harts) {}

  [[nodiscard]] Answer answer(const Access& access) const {
    if (access.kind == Access::Kind::kNone) return {};
    if (access.address % 4 != 0) return {.data = 0, .error = true};
    const std::uint32_t index = (access.address - platform::mswi::kBase) / 4;
    if (index == kReservedIndex) return {};
    if (index >= harts_.size()) return {.data = 0, .error = true};
    return {.data = access.kind == Access::Kind::kRead && harts_[index].msip ? 1U : 0U, .error = false};
  }

  void clock(const Access& access, std::uint64_t set) {
    ++now_;
    for (std::uint32_t h = 0; h < harts_.size(); ++h) {
      Hart& hart = harts_[h];
      const bool written = access.writes(platform::mswi::msip(h));
      const bool one = (written && (access.data & 1U) != 0) || (set >> h & 1U) != 0;
      if (one && !hart.msip) hart = {.msip = true, .visible_from = now_ + latency_};
      if (written && !one) hart.msip = false;
    }
  }

  [[nodiscard]] std::uint64_t msip_line() const {
    std::uint64_t line = 0;
    for (std::uint32_t h = 0; h < harts_.size(); ++h)
      if (harts_[h].msip && now_ >= harts_[h].visible_from) line |= std::uint64_t{1} << h;
    return line;
  }

 private:
  static constexpr std::uint32_t kReservedIndex = 0xFFF;
  struct Hart {
    bool msip = false;
    std::uint64_t visible_from = 0;
  };
  std::uint32_t latency_;
  std::uint64_t now_ = 0;
  std::vector<Hart> harts_;
};

}  // namespace model
