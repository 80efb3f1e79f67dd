// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "tb/campaign/chance.h"

namespace tb::campaign {
namespace {

std::vector<double> present(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

template <typename Statistic>
Interval bootstrap(const std::vector<double>& values, Statistic statistic, std::uint64_t seed, double level, unsigned rounds) {
  const std::vector<double> from = present(values);
  if (from.size() < 2) return middle_of(from, level);
  Chance chance(seed);
  std::vector<double> sample(from.size());
  std::vector<double> found(rounds);
  for (double& one : found) {
    for (double& value : sample) value = from[chance.below(from.size())];
    one = statistic(sample);
  }
  return middle_of(found, level);
}

}  // namespace

double quantile(std::vector<double> values, double p) {
  assert(p >= 0 && p <= 1);
  values = present(std::move(values));
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double place = p * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(place);
  const auto at = values.begin() + below;
  std::nth_element(values.begin(), at, values.end());
  const double beyond = place - static_cast<double>(below);
  if (beyond == 0) return *at;
  const double next = *std::min_element(at + 1, values.end());
  return next == *at ? next : *at + beyond * (next - *at);
}

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

Interval middle_of(const std::vector<double>& values, double level) {
  assert(level > 0 && level < 1);
  return {quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)};
}

double mean(const std::vector<double>& values) {
  const std::vector<double> counted = present(values);
  return std::accumulate(counted.begin(), counted.end(), 0.0) / static_cast<double>(counted.size());
}

Interval bootstrap_median(const std::vector<double>& values, std::uint64_t seed, double level, unsigned rounds) {
  return bootstrap(values, median, seed, level, rounds);
}

Interval bootstrap_mean(const std::vector<double>& values, std::uint64_t seed, double level, unsigned rounds) {
  return bootstrap(values, mean, seed, level, rounds);
}

double share_within(const std::vector<std::vector<double>>& groups) {
  std::vector<double> all;
  for (const std::vector<double>& group : groups) all.insert(all.end(), group.begin(), group.end());
  const auto squares = [](const std::vector<double>& values) {
    const double centre = mean(values);
    double sum = 0;
    for (const double value : values)
      if (!std::isnan(value)) sum += (value - centre) * (value - centre);
    return sum;
  };
  double within = 0;
  for (const std::vector<double>& group : groups) within += squares(group);
  const double total = squares(all);
  return total > 0 ? within / total : 0;
}

}  // namespace tb::campaign
