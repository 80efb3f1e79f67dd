// SPDX-License-Identifier: Apache-2.0
// A histogram with a high dynamic range: percentiles of any 64-bit values, exact to 1 %, in memory that grows with the logarithm of
// the largest one. The idea is G. Tene's (HdrHistogram); Debian has no C++ library of it.
#pragma once

#include <cstdint>
#include <vector>

#include "json/value.h"
#include "log/decode.h"

namespace tb::monitor {

class Histogram {
 public:
  // `from`: the cycle at which what is measured began.
  void add(std::uint64_t value, sim::Cycle from);
  // Adds all values of another one.
  void merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }
  [[nodiscard]] std::uint64_t min() const { return count_ > 0 ? min_ : 0; }
  [[nodiscard]] double mean() const { return count_ > 0 ? static_cast<double>(sum_) / static_cast<double>(count_) : 0; }
  // The largest value, exactly, and where the first one of that size began. 0 without values.
  [[nodiscard]] std::uint64_t max() const { return max_; }
  [[nodiscard]] sim::Cycle max_from() const { return max_from_; }
  // The smallest value that `percent` % of the values do not exceed: at most 1 % above it, never above max(). 0 without values.
  [[nodiscard]] std::uint64_t percentile(unsigned percent) const;

  // count, sum, min, p50, p90, p99, max, from. All but count and sum are null without values.
  [[nodiscard]] json::Value to_json() const;

 private:
  std::vector<std::uint64_t> bins_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = ~0ULL;
  std::uint64_t max_ = 0;
  sim::Cycle max_from_ = 0;
};

}  // namespace tb::monitor
