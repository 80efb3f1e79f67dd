// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/pareto.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <tuple>

namespace tb::campaign {
namespace {

struct Point {
  double a, b;  // less is better
  std::size_t index;
};

std::vector<Point> best_first(const std::vector<double>& a, Goal goal_a, const std::vector<double>& b, Goal goal_b) {
  assert(a.size() == b.size());
  std::vector<Point> points;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!std::isnan(a[i]) && !std::isnan(b[i]))
      points.push_back({goal_a == Goal::less ? a[i] : -a[i], goal_b == Goal::less ? b[i] : -b[i], i});
  std::sort(points.begin(), points.end(),
            [](const Point& x, const Point& y) { return std::tie(x.a, x.b, x.index) < std::tie(y.a, y.b, y.index); });
  return points;
}

}  // namespace

std::vector<std::size_t> pareto_front(const std::vector<double>& a, Goal goal_a, const std::vector<double>& b, Goal goal_b) {
  std::vector<Point> front;
  // All points before one are at least as good in a, and the last of the front is the best of them in b.
  for (const Point& point : best_first(a, goal_a, b, goal_b))
    if (front.empty() || point.b < front.back().b || (point.b == front.back().b && point.a == front.back().a))
      front.push_back(point);
  std::vector<std::size_t> indices;
  for (const Point& point : front) indices.push_back(point.index);
  std::stable_sort(indices.begin(), indices.end(), [&a](std::size_t x, std::size_t y) { return a[x] < a[y]; });
  return indices;
}

}  // namespace tb::campaign
