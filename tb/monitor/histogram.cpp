// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/histogram.h"

#include <algorithm>
#include <bit>

namespace tb::monitor {
namespace {

// Values below 2 * kSteps have a bin each. Above, kSteps bins share each power of two: a bin is narrower than 1/kSteps of its values.
constexpr unsigned kStepBits = 7;
constexpr std::uint64_t kSteps = 1U << kStepBits;

std::size_t bin_of(std::uint64_t value) {
  if (value < 2 * kSteps) return value;
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kStepBits;
  return shift * kSteps + (value >> shift);
}

// The largest value in a bin.
std::uint64_t top_of(std::size_t bin) {
  if (bin < 2 * kSteps) return bin;
  const unsigned shift = static_cast<unsigned>(bin / kSteps) - 1;
  return ((bin - shift * kSteps + 1) << shift) - 1;
}

}  // namespace

void Histogram::add(std::uint64_t value, sim::Cycle from) {
  const std::size_t bin = bin_of(value);
  if (bin >= bins_.size()) bins_.resize(bin + 1);
  ++bins_[bin];
  sum_ += value;
  min_ = std::min(min_, value);
  if (count_++ == 0 || value > max_) {
    max_ = value;
    max_from_ = from;
  }
}

void Histogram::merge(const Histogram& other) {
  if (other.bins_.size() > bins_.size()) bins_.resize(other.bins_.size());
  for (std::size_t bin = 0; bin < other.bins_.size(); ++bin) bins_[bin] += other.bins_[bin];
  if (other.count_ > 0 && (count_ == 0 || other.max_ > max_ || (other.max_ == max_ && other.max_from_ < max_from_))) {
    max_ = other.max_;
    max_from_ = other.max_from_;
  }
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
}

std::uint64_t Histogram::percentile(unsigned percent) const {
  const std::uint64_t wanted = std::max<std::uint64_t>(1, (count_ * percent + 99) / 100);
  std::uint64_t seen = 0;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    seen += bins_[bin];
    if (seen >= wanted) return std::min(top_of(bin), max_);
  }
  return 0;
}

json::Value Histogram::to_json() const {
  const auto or_null = [this](std::uint64_t value) { return count_ > 0 ? json::Value(value) : json::Value(); };
  return {{"count", count_},
          {"sum", sum_},
          {"min", or_null(min_)},
          {"p50", or_null(percentile(50))},
          {"p90", or_null(percentile(90))},
          {"p99", or_null(percentile(99))},
          {"max", or_null(max_)},
          {"from", or_null(max_from_)}};
}

}  // namespace tb::monitor
