// SPDX-License-Identifier: Apache-2.0
// The machine timer: mtime, and a comparator per hart.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/access.h"
#include "platform.h"

namespace model {

class Mtimer {
 public:
  // prescale: clocks per tick of mtime, less one.
  Mtimer(std::uint32_t harts, std::uint32_t prescale) : prescale_(prescale), compare_(harts, ~std::uint64_t{0}) {}

  [[nodiscard]] Answer answer(const Access& access) const {
    using platform::mtimer::kBase;
    if (access.kind == Access::Kind::kNone) return {};
    const std::uint32_t offset = access.address - kBase;
    if (offset % 4 != 0 || offset < 0x4000) return {.data = 0, .error = true};
    const bool reads = access.kind == Access::Kind::kRead;
    if (access.address == platform::mtimer::mtime_lo()) return {.data = reads ? low(time_) : 0, .error = false};
    if (access.address == platform::mtimer::mtime_hi()) return {.data = reads ? high(time_) : 0, .error = false};
    if (access.address > platform::mtimer::mtime_hi()) return {};
    const std::uint32_t hart = (offset - 0x4000) / 8;
    if (hart >= compare_.size()) return {.data = 0, .error = true};
    if (!reads) return {};
    return {.data = offset % 8 == 0 ? low(compare_[hart]) : high(compare_[hart]), .error = false};
  }

  void clock(const Access& access) {
    line_ = reached(time_);
    const bool tick = clocks_since_tick_ == prescale_;
    clocks_since_tick_ = tick ? 0 : clocks_since_tick_ + 1;
    if (access.writes(platform::mtimer::mtime_lo())) {
      set_low(time_, access.data);
    } else if (access.writes(platform::mtimer::mtime_hi())) {
      set_high(time_, access.data);
    } else if (tick) {
      ++time_;
    }
    for (std::uint32_t h = 0; h < compare_.size(); ++h) {
      if (access.writes(platform::mtimer::mtimecmp_lo(h))) set_low(compare_[h], access.data);
      if (access.writes(platform::mtimer::mtimecmp_hi(h))) set_high(compare_[h], access.data);
    }
  }

  void advance(std::uint64_t clocks) {
    if (clocks == 0) return;
    line_ = reached(time_ + ticks_in(clocks - 1));
    time_ += ticks_in(clocks);
    clocks_since_tick_ = static_cast<std::uint32_t>((clocks_since_tick_ + clocks) % period());
  }

  [[nodiscard]] std::uint64_t horizon() const {
    if (reached(time_) != line_) return 0;
    std::uint64_t ticks = kForever;
    for (const std::uint64_t compare : compare_) {
      if (compare > time_) ticks = std::min(ticks, compare - time_);
      else if (compare != 0) ticks = std::min(ticks, 0 - time_);  // mtime wraps, and is below it again
    }
    if (ticks > kForever / period()) return kForever;
    return ticks * period() - clocks_since_tick_;
  }

  // Bit h: MTIP of hart h.
  [[nodiscard]] std::uint64_t mtip_line() const { return line_; }
  [[nodiscard]] std::uint64_t time() const { return time_; }

 private:
  [[nodiscard]] std::uint64_t period() const { return std::uint64_t{prescale_} + 1; }
  [[nodiscard]] std::uint64_t ticks_in(std::uint64_t clocks) const { return (clocks_since_tick_ + clocks) / period(); }
  [[nodiscard]] std::uint64_t reached(std::uint64_t time) const {
    std::uint64_t line = 0;
    for (std::uint32_t h = 0; h < compare_.size(); ++h)
      if (time >= compare_[h]) line |= std::uint64_t{1} << h;
    return line;
  }
  static std::uint32_t low(std::uint64_t v) { return static_cast<std::uint32_t>(v); }
  static std::uint32_t high(std::uint64_t v) { return static_cast<std::uint32_t>(v >> 32); }
  static void set_low(std::uint64_t& v, std::uint32_t half) { v = (v >> 32 << 32) | half; }
  static void set_high(std::uint64_t& v, std::uint32_t half) { v = std::uint64_t{half} << 32 | low(v); }

  std::uint32_t prescale_;
  std::uint32_t clocks_since_tick_ = 0;
  std::uint64_t time_ = 0;
  std::vector<std::uint64_t> compare_;
  std::uint64_t line_ = 0;
};

}  // namespace model
