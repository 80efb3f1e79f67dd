// SPDX-License-Identifier: Apache-2.0
// Reference model of the machine timer: compares everything in every clock.
#pragma once

#include <cstdint>
#include <vector>

#include "platform.h"
#include "tests/rtl/model/access.h"

namespace model {

class Mtimer {
 public:
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
    line_ = 0;
    for (std::uint32_t h = 0; h < compare_.size(); ++h)
      if (time_ >= compare_[h]) line_ |= std::uint64_t{1} << h;

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

  [[nodiscard]] std::uint64_t mtip_line() const { return line_; }
  [[nodiscard]] std::uint64_t time() const { return time_; }

 private:
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
