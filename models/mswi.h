// SPDX-License-Identifier: Apache-2.0
// The machine software interrupt device: a level per hart, and the time from which it shows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/access.h"
#include "platform.h"

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

  // set: bit h raises MSIP of hart h, as a write of 1 does.
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

  // set: as of clock(), 0 in each of them.
  void advance(std::uint64_t clocks) { now_ += clocks; }

  [[nodiscard]] std::uint64_t horizon() const {
    std::uint64_t clocks = kForever;
    for (const Hart& hart : harts_)
      if (hart.msip && hart.visible_from > now_) clocks = std::min(clocks, hart.visible_from - now_ - 1);
    return clocks;
  }

  // Bit h: MSIP of hart h, as the hart sees it.
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
