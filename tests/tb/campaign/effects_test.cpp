// SPDX-License-Identifier: Apache-2.0
// Goal: effects of known functions on full grids are the textbook's, and holes in a grid do not make other effects of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "tb/campaign/effects.h"
#include "tb/campaign/group_fit.h"
#include "tb/campaign/samples.h"

namespace tb::campaign {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kNear = 1e-10;

using Levels = std::vector<std::size_t>;

// All combinations, the last factor the fastest.
std::vector<Levels> full_grid(const Levels& counts) {
  std::vector<Levels> points = {{}};
  for (const std::size_t count : counts) {
    std::vector<Levels> longer;
    for (const Levels& point : points) {
      for (std::size_t level = 0; level < count; ++level) {
        longer.push_back(point);
        longer.back().push_back(level);
      }
    }
    points = longer;
  }
  return points;
}

std::vector<double> responses_of(const std::vector<Levels>& points, const std::function<double(const Levels&)>& function) {
  std::vector<double> responses;
  for (const Levels& point : points) responses.push_back(function(point));
  return responses;
}

double sum_of_shares(const Effects& found) {
  double sum = found.rest + found.shared;
  for (const MainEffect& effect : found.main) sum += effect.share;
  for (const Interaction& interaction : found.interactions) sum += interaction.share;
  return sum;
}

double additive(const Levels& at) { return 1e6 + 10.0 * static_cast<double>(at[0]) - 4.0 * static_cast<double>(at[1] * at[1]); }

// 10 l over three levels: variance 200/3. -4 l^2 over two: variance 4. No interaction.
TEST(Effects, OfASumAreItsParts) {
  const auto points = full_grid({3, 2});
  const Effects found = effects(points, {3, 2}, responses_of(points, additive));
  ASSERT_EQ(found.main.size(), 2u);
  EXPECT_THAT(found.main[0].level_means, Pointwise(DoubleNear(1e-6), {1e6 - 2, 1e6 + 8, 1e6 + 18}));
  EXPECT_THAT(found.main[1].level_means, Pointwise(DoubleNear(1e-6), {1e6 + 10, 1e6 + 6}));
  EXPECT_NEAR(found.main[0].range, 20, 1e-6);
  EXPECT_NEAR(found.main[1].range, 4, 1e-6);
  EXPECT_NEAR(found.main[0].share, 200.0 / 212, kNear);
  EXPECT_NEAR(found.main[1].share, 12.0 / 212, kNear);
  ASSERT_EQ(found.interactions.size(), 1u);
  EXPECT_NEAR(found.interactions[0].share, 0, kNear);
  EXPECT_NEAR(found.rest, 0, kNear);
  EXPECT_NEAR(found.shared, 0, kNear);
  EXPECT_EQ(found.used, 6u);
}

double sign(std::size_t level) { return level == 0 ? -1 : 1; }

// Contrasts of a 2^4 grid: each has its square as its part of the variance.
TEST(Effects, OfContrastsAreTheirSquares) {
  const auto points = full_grid({2, 2, 2, 2});
  const Effects found = effects(points, {2, 2, 2, 2}, responses_of(points, [](const Levels& at) {
                                  const double a = sign(at[0]), b = sign(at[1]), c = sign(at[2]), d = sign(at[3]);
                                  return 2 * a + 3 * b + 1 * a * c + 4 * b * d + 5 * a * b * c - 3 * a * b * c * d;
                                }));
  const double all = 4 + 9 + 1 + 16 + 25 + 9;
  const std::vector<double> main = {4 / all, 9 / all, 0, 0};
  for (std::size_t f = 0; f < 4; ++f) EXPECT_NEAR(found.main[f].share, main[f], kNear) << f;
  EXPECT_NEAR(found.main[1].range, 6, kNear);
  ASSERT_EQ(found.interactions.size(), 6u);
  for (const Interaction& pair : found.interactions) {
    const double share = pair.a == 0 && pair.b == 2 ? 1 / all : pair.a == 1 && pair.b == 3 ? 16 / all : 0;
    EXPECT_NEAR(pair.share, share, kNear) << pair.a << " and " << pair.b;
  }
  EXPECT_NEAR(found.rest, 34 / all, kNear);
  EXPECT_NEAR(sum_of_shares(found), 1, kNear);
  EXPECT_NEAR(found.shared, 0, kNear);
}

// The formulas of the textbook for a full grid: sums of squares of means.
TEST(Effects, OfNoiseOnAFullGridAreTheTextbooks) {
  const Levels counts = {3, 4, 2};
  auto points = full_grid(counts);
  const auto again = points;
  points.insert(points.end(), again.begin(), again.end());  // two runs of each point
  std::vector<double> y;
  for (const auto& row : random_rows(points.size(), 1, 4)) y.push_back(row[0]);
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / 48;
  const auto between = [&](const std::function<std::size_t(const Levels&)>& group) {
    std::map<std::size_t, std::pair<double, double>> sums;
    for (std::size_t i = 0; i < y.size(); ++i) {
      sums[group(points[i])].first += y[i] - mean;
      sums[group(points[i])].second += 1;
    }
    return std::accumulate(sums.begin(), sums.end(), 0.0, [](double all, const auto& one) {
      return all + one.second.first * one.second.first / one.second.second;
    });
  };
  double all = 0;
  for (const double one : y) all += (one - mean) * (one - mean);
  const Effects found = effects(points, counts, y);
  double explained = 0;
  for (std::size_t a = 0; a < 3; ++a) {
    EXPECT_NEAR(found.main[a].share, between([a](const Levels& at) { return at[a]; }) / all, kNear);
    explained += found.main[a].share;
  }
  for (const Interaction& pair : found.interactions) {
    const double both = between([&pair](const Levels& at) { return at[pair.a] * 10 + at[pair.b]; }) / all;
    EXPECT_NEAR(pair.share, both - found.main[pair.a].share - found.main[pair.b].share, kNear);
    explained += pair.share;
  }
  EXPECT_NEAR(found.rest, 1 - explained, kNear);
  EXPECT_NEAR(found.shared, 0, kNear);
}

// Two thirds of the grid are not there, most of all where both factors are high; plain means would be far off.
TEST(Effects, HolesDoNotMixFactors) {
  const Levels counts = {5, 4, 3};
  auto points = full_grid(counts);
  std::erase_if(points, [](const Levels& at) { return at[0] + at[1] > 3; });
  auto responses = responses_of(points, additive);
  for (std::size_t i = 3; i < responses.size(); i += 7) responses[i] = kNone;
  const Effects found = effects(points, counts, responses);
  for (std::size_t f = 0; f < 3; ++f) {  // means are of the points that are there, whatever their other factors are
    for (std::size_t level = 0; level < counts[f]; ++level) {
      double sum = 0, count = 0;
      for (std::size_t i = 0; i < points.size(); ++i) {
        if (points[i][f] != level || std::isnan(responses[i])) continue;
        sum += responses[i];
        ++count;
      }
      if (count == 0) EXPECT_TRUE(std::isnan(found.main[f].level_means[level])) << "not on the grid";
      else EXPECT_NEAR(found.main[f].level_means[level], sum / count, 1e-9) << f << " " << level;
    }
  }
  EXPECT_NEAR(found.main[2].share, 0, kNear);
  EXPECT_GT(found.main[0].share, 0.1);
  for (const Interaction& pair : found.interactions) EXPECT_NEAR(pair.share, 0, kNear);
  EXPECT_NEAR(found.rest, 0, kNear);
  EXPECT_NEAR(sum_of_shares(found), 1, kNear);
  EXPECT_EQ(found.used,
            static_cast<std::size_t>(std::count_if(responses.begin(), responses.end(), [](double y) { return !std::isnan(y); })));
}

// y = a of the points (0,0) (0,1) (1,1): without a the best fit is by b, 0 and 1/2, and its error 1/2 of 2/3.
TEST(Effects, OnAGridWithAHoleSharesAreWhatOnlyTheEffectExplains) {
  const Effects found = effects({{0, 0}, {0, 1}, {1, 1}}, {2, 2}, {0, 0, 1});
  EXPECT_NEAR(found.main[0].share, 0.75, kNear);
  EXPECT_NEAR(found.main[1].share, 0, kNear);
  EXPECT_NEAR(found.shared, 0.25, kNear);
  EXPECT_THAT(found.main[0].level_means, ElementsAre(DoubleNear(0, kNear), DoubleNear(1, kNear)));
}

TEST(Effects, FactorsThatMoveTogetherShareWhatTheyExplain) {
  const Effects found = effects({{0, 0}, {1, 1}, {2, 2}}, {3, 3}, {1, 2, 6});
  EXPECT_NEAR(found.main[0].share, 0, kNear);
  EXPECT_NEAR(found.main[1].share, 0, kNear);
  EXPECT_NEAR(found.interactions[0].share, 0, kNear);
  EXPECT_NEAR(found.rest, 0, kNear);
  EXPECT_NEAR(found.shared, 1, kNear);
}

TEST(Effects, WithoutVarianceAllSharesAreZero) {
  const auto points = full_grid({3, 2});
  const Effects found = effects(points, {3, 2}, std::vector<double>(6, 0.1));
  EXPECT_EQ(sum_of_shares(found), 0);
  EXPECT_EQ(found.main[0].range, 0);
  EXPECT_THAT(found.main[0].level_means, ElementsAre(0.1, 0.1, 0.1));
}

TEST(Effects, OfNoResponseAreNotKnown) {
  for (const Effects& found : {effects({{0, 0}, {1, 0}}, {2, 1}, {kNone, kNone}), effects({}, {2, 1}, {})}) {
    ASSERT_EQ(found.main.size(), 2u);
    EXPECT_TRUE(std::isnan(found.main[0].range) && std::isnan(found.main[0].level_means[1]));
    EXPECT_EQ(sum_of_shares(found), 0);
    EXPECT_EQ(found.used, 0u);
  }
  EXPECT_TRUE(effects({}, {}, {}).main.empty());
}

TEST(Effects, OfOneFactor) {
  const Effects found = effects({{0}, {0}, {1}, {1}}, {2}, {1, 3, 5, 7});
  EXPECT_NEAR(found.main[0].share, 0.8, kNear);
  EXPECT_NEAR(found.rest, 0.2, kNear);
  EXPECT_TRUE(found.interactions.empty());
}

// A path of points through a grid is the hardest to fit: what is known of one end has to go all the way.
TEST(GroupFit, GoesAllTheWayAlongAPath) {
  Term a{{}, 60}, b{{}, 60};
  std::vector<double> values;
  for (std::size_t step = 0; step < 119; ++step) {
    a.group_of.push_back((step + 1) / 2);
    b.group_of.push_back(step / 2);
    values.push_back(std::sin(static_cast<double>(step)));
  }
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 119;
  double squares = 0;
  for (double& value : values) {
    value -= mean;
    squares += value * value;
  }
  const Fit found = fit({&a, &b}, values);
  EXPECT_NEAR(found.explained / squares, 1, 1e-9);
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(found.coefficients[0][a.group_of[i]] + found.coefficients[1][b.group_of[i]], values[i], 1e-6);
  EXPECT_EQ(fit({}, values).explained, 0);
}

}  // namespace
}  // namespace tb::campaign
