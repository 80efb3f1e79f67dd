// SPDX-License-Identifier: Apache-2.0
// Quantiles and bootstrap intervals of a response. NaN stands for a run without that response and is left out; of no value at all
// every result is NaN. Results have the unit of the values.
#pragma once

#include <cstdint>
#include <vector>

namespace tb::campaign {

struct Interval {
  double low = 0;
  double high = 0;
};

inline constexpr double kLevel = 0.95;
inline constexpr unsigned kRounds = 1000;

// The p-quantile, p from 0 to 1, with linear interpolation between order statistics: type 7 of Hyndman and Fan, Sample quantiles in
// statistical packages, The American Statistician 50 (1996).
[[nodiscard]] double quantile(std::vector<double> values, double p);
[[nodiscard]] double median(std::vector<double> values);
[[nodiscard]] double mean(const std::vector<double>& values);

// The middle `level` of the values, from quantile to quantile: of the estimates of a bootstrap's rounds, its percentile interval.
// Efron, Tibshirani: An introduction to the bootstrap (1993), chapter 13.
[[nodiscard]] Interval middle_of(const std::vector<double>& values, double level = kLevel);

// Where the median is, by `rounds` resamples with replacement. Of one value: that value.
[[nodiscard]] Interval bootstrap_median(const std::vector<double>& values, std::uint64_t seed, double level = kLevel,
                                        unsigned rounds = kRounds);

// The same of the mean.
[[nodiscard]] Interval bootstrap_mean(const std::vector<double>& values, std::uint64_t seed, double level = kLevel,
                                      unsigned rounds = kRounds);

// Of values in groups: the squares about the means of the groups against the squares about the mean of all, 0 to 1. 0 if all are the same.
[[nodiscard]] double share_within(const std::vector<std::vector<double>>& groups);

}  // namespace tb::campaign
