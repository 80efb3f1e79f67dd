// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/samples.h"

#include <boost/random/sobol.hpp>
#include <cassert>

#include "tb/campaign/chance.h"

namespace tb::campaign {
namespace {

constexpr unsigned kBits = 32;  // of a coordinate of Sobol's sequence
using SobolEngine = boost::random::sobol_engine<std::uint32_t, kBits>;

// One of Owen's random trees: which half of an interval comes first is a coin of its own for each interval of each depth.
std::uint32_t scramble(std::uint32_t value, std::uint64_t key) {
  std::uint32_t result = 0;
  std::uint64_t interval = 1;  // a 1, then the bits of value down to here
  for (unsigned bit = kBits; bit-- > 0;) {
    const std::uint32_t half = value >> bit & 1u;
    const auto coin = static_cast<std::uint32_t>(Chance(key + interval).bits() & 1u);
    result = result << 1 | (half ^ coin);
    interval = interval << 1 | half;
  }
  return result;
}

std::vector<double> scrambled(const std::vector<std::uint32_t>& point, const std::vector<std::uint64_t>& keys) {
  std::vector<double> row(point.size());
  for (std::size_t d = 0; d < point.size(); ++d) row[d] = (scramble(point[d], keys[d]) + 0.5) * 0x1p-32;
  return row;
}

// The other level of a factor's step: `step` up or down, at random where both are on the grid.
std::size_t partner(std::size_t level, std::size_t step, std::size_t levels, Chance& chance) {
  const bool up = level + step < levels;
  const bool down = level >= step;
  assert(up || down);
  return up && (!down || chance.below(2) == 0) ? level + step : level - step;
}

void add_trajectory(Rows& rows, std::size_t dims, std::size_t levels, Chance& chance) {
  const auto position = [levels](std::size_t level) { return static_cast<double>(level) / static_cast<double>(levels - 1); };
  std::vector<std::size_t> from(dims);
  for (std::size_t& level : from) level = chance.below(levels);
  std::vector<double> row(dims);
  for (std::size_t d = 0; d < dims; ++d) row[d] = position(from[d]);
  rows.push_back(row);
  for (const std::size_t d : chance.order(dims)) {
    row[d] = position(partner(from[d], levels / 2, levels, chance));
    rows.push_back(row);
  }
}

}  // namespace

Rows random_rows(std::size_t count, std::size_t dims, std::uint64_t seed) {
  Chance chance(seed);
  Rows rows(count, std::vector<double>(dims));
  for (auto& row : rows)
    for (double& x : row) x = chance.unit();
  return rows;
}

Rows latin_hypercube(std::size_t count, std::size_t dims, std::uint64_t seed) {
  Chance chance(seed);
  Rows rows(count, std::vector<double>(dims));
  for (std::size_t d = 0; d < dims; ++d) {
    const std::vector<std::size_t> strata = chance.order(count);
    for (std::size_t i = 0; i < count; ++i)
      rows[i][d] = (static_cast<double>(strata[i]) + chance.unit()) / static_cast<double>(count);
  }
  return rows;
}

Rows sobol_rows(std::size_t count, std::size_t dims, std::uint64_t seed) {
  if (dims == 0) return Rows(count);
  Chance chance(seed);
  std::vector<std::uint64_t> keys(dims);
  for (std::uint64_t& key : keys) key = chance.bits();
  SobolEngine engine(dims);
  std::vector<std::uint32_t> point(dims, 0);  // Boost leaves out the first point, and the net would have a hole
  Rows rows;
  rows.reserve(count);
  while (rows.size() < count) {
    rows.push_back(scrambled(point, keys));
    for (std::uint32_t& x : point) x = engine();
  }
  return rows;
}

Rows morris_rows(std::size_t trajectories, std::size_t dims, std::size_t levels, std::uint64_t seed) {
  assert(levels >= 2);
  Chance chance(seed);
  Rows rows;
  rows.reserve(trajectories * (dims + 1));
  for (std::size_t t = 0; t < trajectories; ++t) add_trajectory(rows, dims, levels, chance);
  return rows;
}

Rows saltelli_rows(std::size_t base, std::size_t dims, std::uint64_t seed) {
  Rows rows;
  rows.reserve(base * (dims + 2));
  for (const auto& point : sobol_rows(base, 2 * dims, seed)) {
    std::vector<double> a(dims);
    std::vector<double> b(dims);
    for (std::size_t d = 0; d < dims; ++d) {
      a[d] = point[2 * d];
      b[d] = point[2 * d + 1];
    }
    rows.push_back(a);
    rows.push_back(b);
    for (std::size_t d = 0; d < dims; ++d) {
      rows.push_back(a);
      rows.back()[d] = b[d];
    }
  }
  return rows;
}

}  // namespace tb::campaign
