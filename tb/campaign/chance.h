// SPDX-License-Identifier: Apache-2.0
// What samples and bootstraps draw, from splitmix64: <random>'s distributions differ between libraries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "tb/config/draw.h"

namespace tb::campaign {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : draw_(seed) {}

  [[nodiscard]] std::uint64_t bits() { return draw_.between(0, std::numeric_limits<std::uint64_t>::max()); }
  // Uniform over [0, count); count is not 0.
  [[nodiscard]] std::size_t below(std::size_t count) { return draw_.between(0, count - 1); }
  // Uniform over (0, 1): the middle of one of 2^32 equal parts, so that no sum with a whole number is rounded to the next.
  [[nodiscard]] double unit() { return (static_cast<double>(bits() >> 32) + 0.5) * 0x1p-32; }
  // 0 to count - 1 in random order (Fisher, Yates).
  [[nodiscard]] std::vector<std::size_t> order(std::size_t count) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (std::size_t left = count; left > 1; --left) std::swap(all[left - 1], all[below(left)]);
    return all;
  }

 private:
  config::Draw draw_;
};

}  // namespace tb::campaign
