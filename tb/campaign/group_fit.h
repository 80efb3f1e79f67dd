// SPDX-License-Identifier: Apache-2.0
// Least squares of models in which a response is a sum of coefficients, one for each group that a point is in.
#pragma once

#include <cstddef>
#include <vector>

namespace tb::campaign {

// One way to put all points into groups: by the level of a factor, or by those of two.
struct Term {
  std::vector<std::size_t> group_of;  // each point
  std::size_t groups = 0;
};

struct Fit {
  std::vector<std::vector<double>> coefficients;  // of each term, of each group; where many fit equally well, small ones
  double explained = 0;                           // the sum of squares of what the model gives the points
};

// By conjugate gradients on the normal equations (Hestenes, Stiefel, J. Res. NBS 49, 1952; the variant CGLS of Björck, Numerical methods
// for least squares problems, 1996) with columns of equal length: no matrix is formed, and effects that points cannot tell apart are no
// special case. values are about their mean.
[[nodiscard]] Fit fit(const std::vector<const Term*>& terms, const std::vector<double>& values);

}  // namespace tb::campaign
