// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/sensitivity.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <span>

#include "tb/campaign/chance.h"

namespace tb::campaign {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr Interval kNoInterval = {kNone, kNone};

using Group = std::span<const double>;  // the responses of a base row: A, B, AB_1, ...

bool whole(Group group) {
  return std::all_of(group.begin(), group.end(), [](double response) { return std::isfinite(response); });
}

std::vector<std::size_t> whole_groups(const std::vector<double>& responses, std::size_t size) {
  std::vector<std::size_t> starts;
  for (std::size_t start = 0; start + size <= responses.size(); start += size)
    if (whole(Group(responses).subspan(start, size))) starts.push_back(start);
  return starts;
}

struct Spread {
  double mean, variance;
};

// Of the responses to A and B. Exactly 0 where they are all the same.
Spread spread_of(const std::vector<Group>& groups) {
  const double count = 2 * static_cast<double>(groups.size());
  const double near = groups.front()[0];
  double sum = 0;
  for (const Group group : groups) sum += group[0] - near + (group[1] - near);
  const double mean = near + sum / count;
  double squares = 0;
  for (const Group group : groups) squares += (group[0] - mean) * (group[0] - mean) + (group[1] - mean) * (group[1] - mean);
  return {mean, squares / count};
}

double share(double part, double variance) {
  if (variance > 0) return part / variance;
  return part == 0 ? 0 : kNone;  // only rows AB vary: by how much is not known
}

// Without the intervals.
std::vector<SobolIndex> estimate(const std::vector<Group>& groups, std::size_t dims) {
  const auto [mean, variance] = spread_of(groups);
  const auto count = static_cast<double>(groups.size());
  std::vector<SobolIndex> sums(dims);
  for (const Group group : groups) {
    for (std::size_t d = 0; d < dims; ++d) {
      const double change = group[2 + d] - group[0];
      sums[d].first += (group[1] - mean) * change;
      sums[d].total += change * change / 2;
    }
  }
  for (SobolIndex& index : sums) index = {share(index.first / count, variance), share(index.total / count, variance), {}, {}};
  return sums;
}

std::vector<std::vector<SobolIndex>> resampled(const std::vector<Group>& groups, std::size_t dims, std::uint64_t seed,
                                               unsigned rounds) {
  Chance chance(seed);
  std::vector<std::vector<SobolIndex>> estimates;
  std::vector<Group> sample(groups.size());
  for (unsigned round = 0; round < rounds; ++round) {
    for (Group& group : sample) group = groups[chance.below(groups.size())];
    estimates.push_back(estimate(sample, dims));
  }
  return estimates;
}

Interval interval_of(const std::vector<std::vector<SobolIndex>>& estimates, std::size_t factor, double SobolIndex::*figure) {
  std::vector<double> values;
  for (const auto& indices : estimates) values.push_back(indices[factor].*figure);
  return middle_of(values);
}

// The factor in which two rows differ (most, should a caller have moved points); dims if in none.
std::size_t changed_factor(const std::vector<double>& from, const std::vector<double>& to, std::size_t dims) {
  std::size_t changed = dims;
  double most = 0;
  for (std::size_t d = 0; d < dims; ++d) {
    const double change = std::abs(to[d] - from[d]);
    if (change > most) {
      most = change;
      changed = d;
    }
  }
  return changed;
}

MorrisEffect effect_of(const std::vector<double>& effects, std::uint64_t seed, unsigned rounds) {
  if (effects.empty()) return {kNone, kNone, kNone, kNoInterval};
  std::vector<double> sizes = effects;
  for (double& size : sizes) size = std::abs(size);
  const double mu = mean(effects);
  double squares = 0;
  for (const double effect : effects) squares += (effect - mu) * (effect - mu);
  const double sigma = effects.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(effects.size() - 1));
  return {mu, mean(sizes), sigma, bootstrap_mean(sizes, seed, kLevel, rounds)};
}

}  // namespace

std::size_t usable_groups(const std::vector<double>& responses, std::size_t rows_per_group) {
  assert(rows_per_group > 0);
  return whole_groups(responses, rows_per_group).size();
}

std::vector<SobolIndex> sobol_indices(const std::vector<double>& responses, std::size_t dims, std::uint64_t seed,
                                      unsigned rounds) {
  std::vector<Group> groups;
  for (const std::size_t start : whole_groups(responses, dims + 2)) groups.push_back(Group(responses).subspan(start, dims + 2));
  if (groups.empty()) return std::vector<SobolIndex>(dims, {kNone, kNone, kNoInterval, kNoInterval});
  std::vector<SobolIndex> indices = estimate(groups, dims);
  const auto estimates = resampled(groups, dims, seed, rounds);
  for (std::size_t d = 0; d < dims; ++d) {
    indices[d].first_interval = interval_of(estimates, d, &SobolIndex::first);
    indices[d].total_interval = interval_of(estimates, d, &SobolIndex::total);
  }
  return indices;
}

std::vector<MorrisEffect> morris_effects(const Rows& rows, const std::vector<double>& responses, std::size_t dims,
                                         std::uint64_t seed, unsigned rounds) {
  assert(responses.size() <= rows.size());
  std::vector<std::vector<double>> effects(dims);
  for (const std::size_t start : whole_groups(responses, dims + 1)) {
    for (std::size_t i = start; i < start + dims; ++i) {
      const std::size_t d = changed_factor(rows[i], rows[i + 1], dims);
      if (d < dims) effects[d].push_back((responses[i + 1] - responses[i]) / (rows[i + 1][d] - rows[i][d]));
    }
  }
  std::vector<MorrisEffect> found;
  for (const auto& of_factor : effects) found.push_back(effect_of(of_factor, seed, rounds));
  return found;
}

}  // namespace tb::campaign
