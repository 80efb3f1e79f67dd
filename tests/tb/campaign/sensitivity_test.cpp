// SPDX-License-Identifier: Apache-2.0
// Goal: the indices of functions whose indices are known are found.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

#include "tb/campaign/sensitivity.h"

namespace tb::campaign {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

using Row = std::vector<double>;
using Function = std::function<double(const Row&)>;

std::vector<double> responses_of(const Rows& rows, const Function& function) {
  std::vector<double> responses;
  for (const Row& row : rows) responses.push_back(function(row));
  return responses;
}

struct Known {
  std::vector<double> first, total;
};

void expect_indices(const std::vector<SobolIndex>& found, const Known& known) {
  ASSERT_EQ(found.size(), known.first.size());
  for (std::size_t d = 0; d < found.size(); ++d) {
    EXPECT_NEAR(found[d].first, known.first[d], 0.02) << "factor " << d;
    EXPECT_NEAR(found[d].total, known.total[d], 0.02) << "factor " << d;
    EXPECT_LE(found[d].first_interval.low, known.first[d] + 0.005) << "factor " << d;
    EXPECT_GE(found[d].first_interval.high, known.first[d] - 0.005) << "factor " << d;
    EXPECT_LE(found[d].total_interval.low, known.total[d] + 0.005) << "factor " << d;
    EXPECT_GE(found[d].total_interval.high, known.total[d] - 0.005) << "factor " << d;
    EXPECT_LE(found[d].first_interval.low, found[d].first);
    EXPECT_GE(found[d].total_interval.high, found[d].total);
    EXPECT_LT(found[d].total_interval.high - found[d].total_interval.low, 0.15);
  }
}

// Ishigami, Homma (1990), with a = 7 and b = 0.1, of angles from -pi to pi.
double ishigami(const Row& row) {
  const auto angle = [&row](std::size_t d) { return std::numbers::pi * (2 * row[d] - 1); };
  return std::sin(angle(0)) + 7 * std::pow(std::sin(angle(1)), 2) + 0.1 * std::pow(angle(2), 4) * std::sin(angle(0));
}

Known ishigami_known() {
  const double pi4 = std::pow(std::numbers::pi, 4);
  const double v1 = std::pow(1 + 0.1 * pi4 / 5, 2) / 2;
  const double v2 = 49.0 / 8;
  const double v13 = 0.01 * pi4 * pi4 * (1.0 / 18 - 1.0 / 50);
  const double all = v1 + v2 + v13;
  return {{v1 / all, v2 / all, 0}, {(v1 + v13) / all, v2 / all, v13 / all}};
}

// Sobol's g: the product of (|4 x - 2| + a) / (1 + a). Saltelli, Sobol (1995).
Function g_function(const std::vector<double>& a) {
  return [a](const Row& row) {
    double product = 1;
    for (std::size_t d = 0; d < a.size(); ++d) product *= (std::abs(4 * row[d] - 2) + a[d]) / (1 + a[d]);
    return product;
  };
}

Known g_known(const std::vector<double>& a) {
  const auto part = [](double one) { return 1 / (3 * (1 + one) * (1 + one)); };
  double product = 1;
  for (const double one : a) product *= 1 + part(one);
  Known known;
  for (const double one : a) {
    known.first.push_back(part(one) / (product - 1));
    known.total.push_back(part(one) * product / (1 + part(one)) / (product - 1));
  }
  return known;
}

TEST(SobolIndices, Ishigami) {
  for (const std::uint64_t seed : {1u, 2u, 3u})
    expect_indices(sobol_indices(responses_of(saltelli_rows(2048, 3, seed), ishigami), 3, seed, 200), ishigami_known());
}

TEST(SobolIndices, TheGFunction) {
  for (const std::vector<double>& a :
       {std::vector<double>{0, 1, 4.5, 9, 99, 99, 99, 99}, {0, 0.5, 3, 9, 99, 99}, {1, 1, 1, 1, 1, 1, 1}}) {
    const auto responses = responses_of(saltelli_rows(8192, a.size(), 5), g_function(a));
    expect_indices(sobol_indices(responses, a.size(), 5, 200), g_known(a));
  }
}

TEST(SobolIndices, DoNotDependOnTheUnit) {
  const Rows rows = saltelli_rows(512, 3, 1);
  const auto plain = sobol_indices(responses_of(rows, ishigami), 3, 1, 50);
  const auto far = sobol_indices(responses_of(rows, [](const Row& row) { return 1e9 - 1000 * ishigami(row); }), 3, 1, 50);
  for (std::size_t d = 0; d < 3; ++d) {
    EXPECT_NEAR(plain[d].first, far[d].first, 1e-7);
    EXPECT_NEAR(plain[d].total, far[d].total, 1e-7);
    EXPECT_NEAR(plain[d].total_interval.high, far[d].total_interval.high, 1e-7);
  }
}

// How often an interval of independent estimates has the true value in it, with rows that are no Sobol rows.
TEST(SobolIndices, TheIntervalsCover) {
  int first = 0;
  int total = 0;
  const Known known = ishigami_known();
  for (std::uint64_t draw = 0; draw < 200; ++draw) {
    Rows rows;
    for (const Row& p : random_rows(300, 6, draw)) {
      rows.insert(rows.end(),
                  {{p[0], p[1], p[2]}, {p[3], p[4], p[5]}, {p[3], p[1], p[2]}, {p[0], p[4], p[2]}, {p[0], p[1], p[5]}});
    }
    const SobolIndex found = sobol_indices(responses_of(rows, ishigami), 3, draw, 200)[0];
    first += found.first_interval.low <= known.first[0] && known.first[0] <= found.first_interval.high ? 1 : 0;
    total += found.total_interval.low <= known.total[0] && known.total[0] <= found.total_interval.high ? 1 : 0;
  }
  EXPECT_GE(first, 180);
  EXPECT_LE(first, 198);
  EXPECT_GE(total, 180);
  EXPECT_LE(total, 198);
}

TEST(SobolIndices, OfOneFactorItIsEverything) {
  const auto found = sobol_indices(responses_of(saltelli_rows(1024, 1, 1), [](const Row& row) { return row[0]; }), 1, 1, 50);
  EXPECT_NEAR(found[0].first, 1, 0.01);
  EXPECT_NEAR(found[0].total, 1, 0.01);
}

TEST(SobolIndices, WithoutVarianceAllIsZero) {
  for (const SobolIndex& index : sobol_indices(std::vector<double>(40, 0.1), 2, 1)) {
    EXPECT_EQ(index.first, 0);
    EXPECT_EQ(index.total, 0);
    EXPECT_EQ(index.first_interval.low, 0);
    EXPECT_EQ(index.total_interval.high, 0);
  }
}

TEST(SobolIndices, VarianceThatOnlyRowsAbHaveIsOfUnknownSize) {
  const auto found = sobol_indices({1, 1, 5, 1, 1, 1, 1, 1}, 2, 1);
  EXPECT_TRUE(std::isnan(found[0].total));
  EXPECT_EQ(found[1].total, 0);
}

TEST(SobolIndices, LeaveOutBaseRowsWithARunWithoutTheResponse) {
  const Rows rows = saltelli_rows(64, 3, 1);
  std::vector<double> responses = responses_of(rows, ishigami);
  std::vector<double> kept = responses;
  kept.erase(kept.begin() + 50, kept.begin() + 55);
  kept.erase(kept.begin(), kept.begin() + 5);
  responses[4] = kNone;
  responses[51] = std::numeric_limits<double>::infinity();
  responses.push_back(1e9);  // of a base row that has just begun
  EXPECT_EQ(usable_groups(responses, 5), 62u);
  const auto found = sobol_indices(responses, 3, 1);
  const auto expected = sobol_indices(kept, 3, 1);
  for (std::size_t d = 0; d < 3; ++d) {
    EXPECT_EQ(found[d].first, expected[d].first);
    EXPECT_EQ(found[d].total, expected[d].total);
    EXPECT_EQ(found[d].first_interval.low, expected[d].first_interval.low);
  }
}

TEST(SobolIndices, OfNothingAreNotKnown) {
  const auto found = sobol_indices({1, 2, kNone, 4}, 2, 1);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(usable_groups({1, 2, kNone, 4}, 4), 0u);
  EXPECT_TRUE(std::isnan(found[1].first) && std::isnan(found[1].total) && std::isnan(found[1].first_interval.low));
}

std::vector<MorrisEffect> morris_of(const Function& function, std::size_t dims, std::size_t trajectories,
                                    std::size_t levels = 4) {
  const Rows rows = morris_rows(trajectories, dims, levels, 17);
  return morris_effects(rows, responses_of(rows, function), dims, 17);
}

TEST(MorrisEffects, OfALinearFunctionAreItsSlopes) {
  const std::vector<double> slopes = {3, -2, 0, 0.25, 1e3};
  for (const std::size_t levels : {2u, 3u, 4u, 7u}) {
    const auto found =
        morris_of([&](const Row& row) { return std::inner_product(row.begin(), row.end(), slopes.begin(), 5.0); }, 5, 10, levels);
    ASSERT_EQ(found.size(), 5u);
    for (std::size_t d = 0; d < 5; ++d) {
      EXPECT_NEAR(found[d].mu, slopes[d], 1e-9);
      EXPECT_NEAR(found[d].mu_star, std::abs(slopes[d]), 1e-9);
      EXPECT_NEAR(found[d].sigma, 0, 1e-9);
      EXPECT_NEAR(found[d].mu_star_interval.low, std::abs(slopes[d]), 1e-9);
      EXPECT_NEAR(found[d].mu_star_interval.high, std::abs(slopes[d]), 1e-9);
    }
  }
}

// Four levels, steps of 2/3. Of x^2 the effect is the sum of both ends, 2/3 or 4/3. Of (x - 1/2) y it is y: 0, 1/3, 2/3 or 1 alike
// often; and of y it is x - 1/2, +-1/6 or +-1/2: mu 0, mu* 1/3, and a variance of 5/36, as that of x and y.
TEST(MorrisEffects, OfANonlinearFunction) {
  const auto found = morris_of([](const Row& row) { return row[0] * row[0] + (row[1] - 0.5) * row[2]; }, 4, 4000);
  EXPECT_NEAR(found[0].mu, 1, 0.02);
  EXPECT_NEAR(found[0].mu_star, 1, 0.02);
  EXPECT_NEAR(found[0].sigma, 1.0 / 3, 0.01);
  EXPECT_NEAR(found[1].mu, 0.5, 0.02);
  EXPECT_NEAR(found[1].mu_star, 0.5, 0.02);
  EXPECT_NEAR(found[1].sigma, std::sqrt(5.0 / 36), 0.01);
  EXPECT_NEAR(found[2].mu, 0, 0.02);
  EXPECT_NEAR(found[2].mu_star, 1.0 / 3, 0.01);
  EXPECT_NEAR(found[2].sigma, std::sqrt(5.0 / 36), 0.01);
  EXPECT_EQ(found[3].mu_star, 0);
  const Interval interval = found[2].mu_star_interval;
  EXPECT_LT(interval.low, 1.0 / 3);
  EXPECT_GT(interval.high, 1.0 / 3);
  EXPECT_NEAR(interval.high - interval.low, 2 * 1.96 / 6 / std::sqrt(4000.0), 0.002)
      << "|x - 1/2| has a standard deviation of 1/6";
}

TEST(MorrisEffects, SigmaIsThatOfASample) {
  const Rows rows = {{0}, {0.5}, {1}, {0.5}};
  const auto found = morris_effects(rows, {0, 1, 8, 5}, 1, 1);  // 2 and 6
  EXPECT_DOUBLE_EQ(found[0].mu, 4);
  EXPECT_DOUBLE_EQ(found[0].sigma, std::sqrt(8.0));
  EXPECT_EQ(morris_effects(rows, {0, 1}, 1, 1)[0].sigma, 0) << "one trajectory";
}

TEST(MorrisEffects, LeaveOutTrajectoriesWithARunWithoutTheResponse) {
  const Rows rows = {{0, 0}, {0.5, 0}, {0.5, 0.5}, {0, 0}, {0, 0.5}, {0.5, 0.5}};
  const std::vector<double> responses = {kNone, 1, 2, 0, 10, 13};
  EXPECT_EQ(usable_groups(responses, 3), 1u);
  const auto found = morris_effects(rows, responses, 2, 1);
  EXPECT_DOUBLE_EQ(found[0].mu, 6);
  EXPECT_DOUBLE_EQ(found[1].mu, 20);
  const auto none = morris_effects(rows, {1, 2, kNone, 1, kNone, 3}, 2, 1);
  EXPECT_TRUE(std::isnan(none[0].mu) && std::isnan(none[1].mu_star) && std::isnan(none[0].sigma) &&
              std::isnan(none[0].mu_star_interval.low));
}

TEST(MorrisEffects, RowsThatAreTheSameHaveNone) {
  const auto found = morris_effects({{0, 0}, {0, 0}, {0, 0.5}}, {1, 1, 3}, 2, 1);
  EXPECT_TRUE(std::isnan(found[0].mu));
  EXPECT_DOUBLE_EQ(found[1].mu, 4);
}

}  // namespace
}  // namespace tb::campaign
