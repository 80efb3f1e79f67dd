// SPDX-License-Identifier: Apache-2.0
// Goal: quantiles are those of type 7, and a 95 % interval has the true value in it about 95 times of 100.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "tb/campaign/samples.h"
#include "tb/campaign/statistics.h"

namespace tb::campaign {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

TEST(Quantile, IsOfType7) {
  const std::vector<double> values = {40, 10, 30, 20};
  EXPECT_DOUBLE_EQ(quantile(values, 0), 10);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 40);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 17.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 37);
  EXPECT_DOUBLE_EQ(median(values), 25);
  EXPECT_DOUBLE_EQ(median({3, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(median({5}), 5);
}

TEST(Quantile, LeavesOutRunsWithoutTheResponse) {
  EXPECT_DOUBLE_EQ(median({kNone, 3, 1, kNone, 2}), 2);
  EXPECT_TRUE(std::isnan(median({})));
  EXPECT_TRUE(std::isnan(median({kNone, kNone})));
  EXPECT_EQ(quantile({1, kInfinite, kInfinite}, 0.75), kInfinite);
  EXPECT_DOUBLE_EQ(mean({1, kNone, 4}), 2.5);
  EXPECT_TRUE(std::isnan(mean({})));
}

TEST(MiddleOf, LeavesAsMuchBelowAsAbove) {
  std::vector<double> values;
  for (int i = 0; i <= 1000; ++i) values.push_back(i);
  const Interval most = middle_of(values);
  EXPECT_NEAR(most.low, 25, 1e-9);
  EXPECT_NEAR(most.high, 975, 1e-9);
  const Interval half = middle_of(values, 0.5);
  EXPECT_NEAR(half.low, 250, 1e-9);
  EXPECT_NEAR(half.high, 750, 1e-9);
}

using Method = std::function<Interval(const std::vector<double>&, std::uint64_t)>;

// In how many of 400 samples of x^2, x uniform, the interval has `truth` in it.
int covered(std::size_t size, double truth, const Method& interval) {
  int count = 0;
  for (std::uint64_t draw = 0; draw < 400; ++draw) {
    std::vector<double> values;
    for (const auto& row : random_rows(size, 1, 1000 + draw)) values.push_back(row[0] * row[0]);
    const Interval found = interval(values, draw);
    count += found.low <= truth && truth <= found.high ? 1 : 0;
  }
  return count;
}

TEST(Bootstrap, TheIntervalOfTheMedianCovers) {
  const auto most = [](const auto& values, std::uint64_t seed) { return bootstrap_median(values, seed, 0.95, 400); };
  const auto half = [](const auto& values, std::uint64_t seed) { return bootstrap_median(values, seed, 0.5, 400); };
  for (const std::size_t size : {15u, 40u}) {
    EXPECT_GE(covered(size, 0.25, most), 360) << size;
    EXPECT_LE(covered(size, 0.25, most), 396) << size;
  }
  EXPECT_GE(covered(40, 0.25, half), 170);
  EXPECT_LE(covered(40, 0.25, half), 230);
}

TEST(Bootstrap, TheIntervalOfTheMeanCovers) {
  const auto most = [](const auto& values, std::uint64_t seed) { return bootstrap_mean(values, seed, 0.95, 400); };
  EXPECT_GE(covered(40, 1.0 / 3, most), 360);
  EXPECT_LE(covered(40, 1.0 / 3, most), 396);
}

TEST(Bootstrap, TheIntervalGetsNarrower) {
  std::vector<double> values;
  for (const auto& row : random_rows(1600, 1, 3)) values.push_back(row[0]);
  const Interval of_many = bootstrap_median(values, 1);
  values.resize(100);
  const Interval of_few = bootstrap_median(values, 1);
  const double ratio = (of_few.high - of_few.low) / (of_many.high - of_many.low);
  EXPECT_GT(ratio, 2.5);
  EXPECT_LT(ratio, 6) << "4 in the mean: the root of 16";
}

TEST(Bootstrap, OfOneValueItIsThatValue) {
  for (const std::vector<double>& values : {std::vector<double>{7}, {kNone, 7}, {7, 7, 7}}) {
    EXPECT_EQ(bootstrap_median(values, 1).low, 7);
    EXPECT_EQ(bootstrap_median(values, 1).high, 7);
  }
  EXPECT_TRUE(std::isnan(bootstrap_median({}, 1).low));
  EXPECT_TRUE(std::isnan(bootstrap_median({kNone}, 1).high));
}

TEST(Bootstrap, DependsOnTheSeedAlone) {
  std::vector<double> values;
  for (const auto& row : random_rows(30, 1, 3)) values.push_back(row[0]);
  EXPECT_EQ(bootstrap_mean(values, 5).low, bootstrap_mean(values, 5).low);
  EXPECT_NE(bootstrap_mean(values, 5).low, bootstrap_mean(values, 6).low);
  values.push_back(kNone);
  EXPECT_EQ(bootstrap_mean(values, 5).low, bootstrap_mean({values.begin(), values.end() - 1}, 5).low);
}

// About the means 2 and 12: 2 and 2; about 7: 104.
TEST(ShareWithin, IsTheSquaresOfTheGroupsAgainstThoseOfAll) {
  EXPECT_NEAR(share_within({{1, 3}, {11, 13}}), 4.0 / 104, 1e-12);
  EXPECT_NEAR(share_within({{1, 3}, {3, 1}}), 1, 1e-12);
  EXPECT_NEAR(share_within({{1, kNone, 1}, {5, 5}}), 0, 1e-12);
  EXPECT_EQ(share_within({{4, 4}, {4}}), 0);
  EXPECT_EQ(share_within({}), 0);
}

}  // namespace
}  // namespace tb::campaign
