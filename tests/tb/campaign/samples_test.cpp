// SPDX-License-Identifier: Apache-2.0
// Goal: each plan has the properties that its name promises, in every dimension and for every seed tried.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

#include "tb/campaign/samples.h"

namespace tb::campaign {
namespace {

std::size_t part_of(double x, std::size_t parts) { return static_cast<std::size_t>(x * static_cast<double>(parts)); }

std::vector<std::size_t> counts_of(const Rows& rows, std::size_t dim, std::size_t parts) {
  std::vector<std::size_t> counts(parts, 0);
  for (const auto& row : rows) ++counts.at(part_of(row[dim], parts));
  return counts;
}

void all_inside(const Rows& rows, std::size_t count, std::size_t dims) {
  ASSERT_EQ(rows.size(), count);
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), dims);
    for (const double x : row) ASSERT_TRUE(x > 0 && x < 1) << x;
  }
}

Rows first_of(Rows rows, std::size_t count) {
  rows.resize(count);
  return rows;
}

TEST(RandomRows, AreUniformAndIndependent) {
  const Rows rows = random_rows(20'000, 3, 1);
  all_inside(rows, 20'000, 3);
  for (std::size_t d = 0; d < 3; ++d)
    EXPECT_THAT(counts_of(rows, d, 10), testing::Each(testing::AllOf(testing::Gt(1850u), testing::Lt(2150u))));
  double product = 0;
  for (const auto& row : rows) product += (row[0] - 0.5) * (row[1] - 0.5) * 12;
  EXPECT_NEAR(product / 20'000, 0, 0.03);
}

TEST(RandomRows, FewerAreTheFirstOfMore) {
  EXPECT_EQ(random_rows(10, 4, 7), first_of(random_rows(25, 4, 7), 10));
  EXPECT_NE(random_rows(10, 4, 7), random_rows(10, 4, 8));
}

TEST(LatinHypercube, HasOnePointPerStratum) {
  for (const std::size_t count : {1u, 2u, 7u, 64u, 1000u}) {
    const Rows rows = latin_hypercube(count, 5, 3);
    all_inside(rows, count, 5);
    for (std::size_t d = 0; d < 5; ++d)
      EXPECT_THAT(counts_of(rows, d, count), testing::Each(1u)) << count << " points, factor " << d;
  }
}

TEST(LatinHypercube, FactorsAndPlacesAreAtRandom) {
  const Rows rows = latin_hypercube(1000, 2, 3);
  double product = 0;
  double place = 0;
  std::size_t low = 0;
  for (const auto& row : rows) {
    product += (row[0] - 0.5) * (row[1] - 0.5) * 12;
    const double within = row[0] * 1000 - std::floor(row[0] * 1000);
    place += within;
    low += within < 0.25 ? 1 : 0;
  }
  EXPECT_NEAR(product / 1000, 0, 0.1);
  EXPECT_NEAR(place / 1000, 0.5, 0.03);
  EXPECT_NEAR(static_cast<double>(low), 250, 45);
  EXPECT_EQ(rows, latin_hypercube(1000, 2, 3));
  EXPECT_NE(rows, latin_hypercube(1000, 2, 4));
}

TEST(SobolRows, EachFactorHasOnePointPerDyadicInterval) {
  for (const std::uint64_t seed : {0u, 1u, 2025u}) {
    const Rows rows = sobol_rows(256, 40, seed);
    all_inside(rows, 256, 40);
    for (std::size_t d = 0; d < 40; ++d)
      EXPECT_THAT(counts_of(rows, d, 256), testing::Each(1u)) << "factor " << d << ", seed " << seed;
  }
}

// A projection of Sobol's sequence on two factors is a (t, 2)-sequence; t is the sum of the degrees of their polynomials, less one for
// each (Sobol, 1967). So all boxes of 2^a by 2^b parts with a + b = m - t have 2^t of 2^m points.
constexpr std::size_t kT[] = {0, 0, 1, 2, 2, 3};  // with the degrees 0, 1, 2, 3, 3, 4 of Joe and Kuo's table
constexpr std::size_t kM = 10;

void has_the_net(const Rows& rows, std::size_t x, std::size_t y) {
  ASSERT_EQ(rows.size(), std::size_t{1} << kM);
  const std::size_t t = kT[x] + kT[y];
  for (std::size_t a = 0; a <= kM - t; ++a) {
    const std::size_t wide = std::size_t{1} << a;
    const std::size_t high = std::size_t{1} << (kM - t - a);
    std::vector<std::size_t> counts(wide * high, 0);
    for (const auto& row : rows) ++counts.at(part_of(row[x], wide) * high + part_of(row[y], high));
    EXPECT_THAT(counts, testing::Each(std::size_t{1} << t)) << "factors " << x << " and " << y << ", " << wide << " by " << high;
  }
}

TEST(SobolRows, PairsOfFactorsHaveTheNet) {
  for (const std::uint64_t seed : {0u, 1u, 2025u}) {
    const Rows rows = sobol_rows(3u << kM, 6, seed);
    for (std::size_t block = 0; block < 3; ++block) {
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(block << kM);
      const Rows part(begin, begin + (1 << kM));
      for (std::size_t x = 0; x < 6; ++x)
        for (std::size_t y = x + 1; y < 6; ++y) has_the_net(part, x, y);
    }
  }
}

TEST(SobolRows, FewerAreTheFirstOfMore) {
  EXPECT_EQ(sobol_rows(100, 7, 5), first_of(sobol_rows(256, 7, 5), 100));
  EXPECT_EQ(sobol_rows(0, 7, 5).size(), 0u);
  EXPECT_EQ(sobol_rows(3, 0, 5), Rows(3));
}

std::uint32_t bits_of(double x) { return static_cast<std::uint32_t>(x * 0x1p32); }

TEST(SobolRows, TheScramblingIsNestedAndNoShift) {
  const Rows one = sobol_rows(512, 2, 1);
  const Rows other = sobol_rows(512, 2, 2);
  for (std::size_t d = 0; d < 2; ++d) {
    for (unsigned depth = 1; depth <= 8;
         ++depth) {  // which bits of this depth differ depends on the bits above, and on nothing else
      std::map<std::uint32_t, std::set<std::uint32_t>> flips;
      std::size_t flipped = 0;
      for (std::size_t i = 0; i < one.size(); ++i) {
        const std::uint32_t x = bits_of(one[i][d]);
        const std::uint32_t flip = (x ^ bits_of(other[i][d])) >> (32 - depth) & 1;
        flips[x >> (32 - depth) >> 1].insert(flip);
      }
      for (const auto& [above, seen] : flips) {
        EXPECT_EQ(seen.size(), 1u) << "factor " << d << ", depth " << depth << ", interval " << above;
        flipped += *seen.begin();
      }
      if (depth > 4) {
        EXPECT_GT(flipped, flips.size() / 5) << "factor " << d << ", depth " << depth;
        EXPECT_LT(flipped, flips.size() * 4 / 5) << "factor " << d << ", depth " << depth;
      }
    }
  }
}

TEST(SobolRows, ASinglePointIsAnywhere) {
  std::vector<std::size_t> counts(8, 0);
  for (std::uint64_t seed = 0; seed < 800; ++seed) ++counts.at(part_of(sobol_rows(1, 2, seed)[0][1], 8));
  EXPECT_THAT(counts, testing::Each(testing::AllOf(testing::Gt(60u), testing::Lt(140u))));
}

// Of the integral of 3 x^2 + 3 y^2, which is 2: the root of the mean square over 40 seeds.
double error_of(const std::function<Rows(std::uint64_t)>& plan) {
  double squares = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Rows rows = plan(seed);
    double sum = 0;
    for (const auto& row : rows) sum += 3 * row[0] * row[0] + 3 * row[1] * row[1];
    squares += std::pow(sum / static_cast<double>(rows.size()) - 2, 2);
  }
  return std::sqrt(squares / 40);
}

// Owen, Scrambled net variance for integrals of smooth functions (1997): the error goes with n^-1.5, for 16 times the points by 64; by 16
// without scrambling or with a shift, by 4 at random.
TEST(SobolRows, TheErrorOfAnIntegralFallsAsOwenSays) {
  const double of_256 = error_of([](std::uint64_t seed) { return sobol_rows(256, 2, seed); });
  const double of_4096 = error_of([](std::uint64_t seed) { return sobol_rows(4096, 2, seed); });
  EXPECT_GT(of_256 / of_4096, 40);
  EXPECT_LT(of_256 / of_4096, 100);
  EXPECT_LT(of_256 * 100, error_of([](std::uint64_t seed) { return random_rows(256, 2, seed); }));
}

TEST(SobolRows, MoreFactorsThanTheTableHas) {
  EXPECT_EQ(sobol_rows(1, 3667, 1)[0].size(), 3667u);
  EXPECT_THROW((void)sobol_rows(1, 3668, 1), std::invalid_argument);
}

// Of the grid 0 .. levels - 1; fails if x is not on it.
std::size_t level_of(double x, std::size_t levels) {
  const double level = x * static_cast<double>(levels - 1);
  EXPECT_NEAR(level, std::round(level), 1e-9) << x << " is not on the grid";
  return static_cast<std::size_t>(std::lround(level));
}

TEST(MorrisRows, ATrajectoryMovesEachFactorOnce) {
  for (const std::size_t levels : {2u, 3u, 4u, 5u, 8u}) {
    const Rows rows = morris_rows(50, 6, levels, 11);
    ASSERT_EQ(rows.size(), 350u);
    for (std::size_t start = 0; start < rows.size(); start += 7) {
      std::set<std::size_t> moved;
      for (std::size_t i = start; i < start + 6; ++i) {
        for (std::size_t d = 0; d < 6; ++d) {
          const std::size_t from = level_of(rows[i][d], levels);
          const std::size_t to = level_of(rows[i + 1][d], levels);
          ASSERT_LT(to, levels);
          if (from == to) continue;
          EXPECT_EQ(std::max(from, to) - std::min(from, to), levels / 2);
          EXPECT_TRUE(moved.insert(d).second) << "factor " << d << " moves twice";
        }
      }
      EXPECT_EQ(moved.size(), 6u);
    }
  }
}

TEST(MorrisRows, StartsDirectionsAndOrdersAreAtRandom) {
  const Rows rows = morris_rows(4000, 3, 4, 11);
  std::map<std::size_t, std::size_t> starts;
  std::map<std::size_t, std::size_t> ends;
  std::map<std::size_t, std::size_t> first;
  for (std::size_t start = 0; start < rows.size(); start += 4) {
    ++starts[level_of(rows[start][0], 4)];
    ++ends[level_of(rows[start + 3][0], 4)];
    for (std::size_t d = 0; d < 3; ++d) first[d] += rows[start][d] == rows[start + 1][d] ? 0 : 1;
  }
  for (std::size_t level = 0; level < 4; ++level) {
    EXPECT_NEAR(static_cast<double>(starts[level]), 1000, 120);
    EXPECT_NEAR(static_cast<double>(ends[level]), 1000, 120);
  }
  for (std::size_t d = 0; d < 3; ++d) EXPECT_NEAR(static_cast<double>(first[d]), 4000.0 / 3, 140);
}

TEST(MorrisRows, TheMiddleOfAnOddGridMovesBothWays) {
  const Rows rows = morris_rows(400, 1, 3, 2);
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> moves;
  for (std::size_t i = 0; i < rows.size(); i += 2) ++moves[{level_of(rows[i][0], 3), level_of(rows[i + 1][0], 3)}];
  EXPECT_EQ(moves.size(), 4u) << "0 to 1, 1 to 0, 1 to 2, 2 to 1";
  EXPECT_NEAR(static_cast<double>(moves[{1, 0}]), static_cast<double>(moves[{1, 2}]), 45);
}

TEST(MorrisRows, FewerAreTheFirstOfMore) {
  EXPECT_EQ(morris_rows(3, 5, 4, 1), first_of(morris_rows(9, 5, 4, 1), 18));
  EXPECT_NE(morris_rows(3, 5, 4, 1), morris_rows(3, 5, 4, 2));
}

TEST(SaltelliRows, AreAThenBThenAWithOneOfB) {
  const Rows points = sobol_rows(16, 6, 9);
  const Rows rows = saltelli_rows(16, 3, 9);
  ASSERT_EQ(rows.size(), 80u);
  for (std::size_t i = 0; i < 16; ++i) {
    const auto& p = points[i];
    EXPECT_EQ(rows[5 * i], (std::vector{p[0], p[2], p[4]}));
    EXPECT_EQ(rows[5 * i + 1], (std::vector{p[1], p[3], p[5]}));
    EXPECT_EQ(rows[5 * i + 2], (std::vector{p[1], p[2], p[4]}));
    EXPECT_EQ(rows[5 * i + 3], (std::vector{p[0], p[3], p[4]}));
    EXPECT_EQ(rows[5 * i + 4], (std::vector{p[0], p[2], p[5]}));
  }
  EXPECT_EQ(saltelli_rows(5, 3, 9), first_of(rows, 25));
}

}  // namespace
}  // namespace tb::campaign
