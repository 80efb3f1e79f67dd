// SPDX-License-Identifier: Apache-2.0
// Goal: the front has every point that no other dominates, and no other point.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tb/campaign/pareto.h"
#include "tb/campaign/samples.h"

namespace tb::campaign {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(ParetoFront, GoesFromTheLowestAToTheHighest) {
  const std::vector<double> a = {3, 1, 2, 2, 4};
  const std::vector<double> b = {1, 5, 3, 4, 1};
  EXPECT_THAT(pareto_front(a, Goal::less, b, Goal::less), ElementsAre(1, 2, 0));
  EXPECT_THAT(pareto_front(a, Goal::more, b, Goal::less), ElementsAre(4));
  EXPECT_THAT(pareto_front(a, Goal::less, b, Goal::more), ElementsAre(1));
  EXPECT_THAT(pareto_front(a, Goal::more, b, Goal::more), ElementsAre(1, 3, 4));
}

TEST(ParetoFront, EqualPointsAreOnItTogether) {
  EXPECT_THAT(pareto_front({2, 1, 2, 1, 2}, Goal::less, {1, 2, 1, 2, 1.5}, Goal::less), ElementsAre(1, 3, 0, 2));
  EXPECT_THAT(pareto_front({1, 1, 1}, Goal::less, {3, 2, 2}, Goal::less), ElementsAre(1, 2));
  EXPECT_THAT(pareto_front({1, 2, 3}, Goal::more, {2, 2, 2}, Goal::more), ElementsAre(2));
}

TEST(ParetoFront, APointWithoutAResponseIsNeverOnIt) {
  EXPECT_THAT(pareto_front({kNone, 1, 0}, Goal::less, {0, 1, kNone}, Goal::less), ElementsAre(1));
  EXPECT_THAT(pareto_front({kNone}, Goal::less, {kNone}, Goal::less), IsEmpty());
  EXPECT_THAT(pareto_front({}, Goal::less, {}, Goal::less), IsEmpty());
}

bool better(double x, double y, Goal goal) { return goal == Goal::less ? x < y : x > y; }

bool dominated(std::size_t i, const std::vector<double>& a, Goal goal_a, const std::vector<double>& b, Goal goal_b) {
  for (std::size_t j = 0; j < a.size(); ++j) {
    const bool worse = better(a[i], a[j], goal_a) || better(b[i], b[j], goal_b);
    if (!worse && (better(a[j], a[i], goal_a) || better(b[j], b[i], goal_b))) return true;
  }
  return false;
}

TEST(ParetoFront, IsWhatTheDefinitionSays) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<double> a;
    std::vector<double> b;
    for (const auto& row : random_rows(40, 2, seed)) {
      a.push_back(std::floor(10 * row[0]));
      b.push_back(std::floor(10 * row[1]));
    }
    for (const Goal goal_a : {Goal::less, Goal::more}) {
      for (const Goal goal_b : {Goal::less, Goal::more}) {
        std::vector<std::size_t> expected;
        for (std::size_t i = 0; i < a.size(); ++i)
          if (!dominated(i, a, goal_a, b, goal_b)) expected.push_back(i);
        std::stable_sort(expected.begin(), expected.end(), [&a](std::size_t x, std::size_t y) { return a[x] < a[y]; });
        EXPECT_EQ(pareto_front(a, goal_a, b, goal_b), expected) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace tb::campaign
