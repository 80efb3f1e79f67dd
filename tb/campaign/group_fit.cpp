// SPDX-License-Identifier: Apache-2.0
#include "tb/campaign/group_fit.h"

#include <cmath>
#include <numeric>

namespace tb::campaign {
namespace {

using Vector = std::vector<double>;
using Coefficients = std::vector<Vector>;  // of each term

constexpr int kMostSteps = 2000;
constexpr double kPrecision = 1e-13;  // of the gradient, to that of the first step

double squares(const Vector& values) { return std::inner_product(values.begin(), values.end(), values.begin(), 0.0); }

double squares(const Coefficients& all) {
  double sum = 0;
  for (const Vector& of_term : all) sum += squares(of_term);
  return sum;
}

// The indicators of the groups, each divided by its length.
class Design {
 public:
  Design(const std::vector<const Term*>& terms, std::size_t points) : terms_(terms), points_(points) {
    for (const Term* term : terms_) {
      Vector& scale = scales_.emplace_back(term->groups, 0.0);
      for (const std::size_t group : term->group_of) scale[group] += 1;
      for (double& one : scale) one = one == 0 ? 0 : 1 / std::sqrt(one);
    }
  }

  [[nodiscard]] Coefficients zero() const {
    Coefficients all;
    for (const Term* term : terms_) all.emplace_back(term->groups, 0.0);
    return all;
  }
  // What the model gives each point.
  [[nodiscard]] Vector of_points(const Coefficients& all) const {
    Vector values(points_, 0.0);
    for (std::size_t t = 0; t < terms_.size(); ++t) {
      for (std::size_t i = 0; i < points_; ++i) {
        const std::size_t group = terms_[t]->group_of[i];
        values[i] += all[t][group] * scales_[t][group];
      }
    }
    return values;
  }
  [[nodiscard]] Coefficients gradient(const Vector& residual) const {
    Coefficients all = zero();
    for (std::size_t t = 0; t < terms_.size(); ++t)
      for (std::size_t i = 0; i < points_; ++i) all[t][terms_[t]->group_of[i]] += residual[i];
    return scaled(std::move(all));
  }
  [[nodiscard]] Coefficients scaled(Coefficients all) const {
    for (std::size_t t = 0; t < terms_.size(); ++t)
      for (std::size_t group = 0; group < all[t].size(); ++group) all[t][group] *= scales_[t][group];
    return all;
  }

 private:
  const std::vector<const Term*>& terms_;
  std::size_t points_;
  Coefficients scales_;
};

void add(Vector& to, double times, const Vector& what) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += times * what[i];
}

void add(Coefficients& to, double times, const Coefficients& what) {
  for (std::size_t t = 0; t < to.size(); ++t) add(to[t], times, what[t]);
}

}  // namespace

Fit fit(const std::vector<const Term*>& terms, const std::vector<double>& values) {
  const Design design(terms, values.size());
  Coefficients solution = design.zero();
  Vector residual = values;
  Coefficients direction = design.gradient(residual);
  double steepness = squares(direction);
  const double enough = kPrecision * kPrecision * steepness;
  for (int step = 0; step < kMostSteps && steepness > enough; ++step) {
    const Vector change = design.of_points(direction);
    const double length = steepness / squares(change);
    add(solution, length, direction);
    add(residual, -length, change);
    Coefficients gradient = design.gradient(residual);
    const double next = squares(gradient);
    add(gradient, next / steepness, direction);
    direction = std::move(gradient);
    steepness = next;
  }
  return {design.scaled(std::move(solution)), squares(values) - squares(residual)};
}

}  // namespace tb::campaign
