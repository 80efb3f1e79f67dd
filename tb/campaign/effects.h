// SPDX-License-Identifier: Apache-2.0
// Analysis of variance of a grid of points, one response per point: main effects and interactions of two factors.
//
// On a full grid with all responses (or the same number of each point) these are the textbook's means and sums of squares, and the
// shares and `rest` add up to 1. A grid with holes (points that a constraint left out; NaN or an infinity: a run without the response)
// confounds factors. There, shares come from least-squares fits:
//   shares        what only this effect explains: how much worse the fit gets without it. Main effects: in the model with main effects
//                 only; interactions: in the model with all main effects and all interactions of two factors. ("Type II"; Langsrud:
//                 ANOVA for unbalanced data, Statistics and Computing 13, 2003)
// An effect that the holes make indistinguishable from others has share 0; what it and they explain is in `shared`.
#pragma once

#include <cstddef>
#include <vector>

namespace tb::campaign {

struct MainEffect {
  std::vector<double> level_means;  // of the points that have the level; unit of the response; NaN of a level without a response
  double range = 0;                 // highest less lowest of the means; unit of the response
  double share = 0;                 // of the sum of squares of the response about its mean, 0 to 1
};

struct Interaction {
  std::size_t a = 0, b = 0;  // factors, a < b
  double share = 0;          // of the same sum
};

struct Effects {
  std::vector<MainEffect> main;           // of each factor
  std::vector<Interaction> interactions;  // of each pair: (0, 1), (0, 2), ..., (1, 2), ...
  double rest = 0;                        // share that neither explains: interactions of more factors, and chance
  double shared = 0;                      // share that no single effect accounts for: 0 on a full grid; less than 0 is possible
  std::size_t used = 0;                   // points with a response
};

// levels_of_point[i][f]: the level of factor f at point i, below level_counts[f]. A response without variance: all shares zero. No
// response at all: means and ranges are NaN, shares zero.
[[nodiscard]] Effects effects(const std::vector<std::vector<std::size_t>>& levels_of_point,
                              const std::vector<std::size_t>& level_counts, const std::vector<double>& responses);

}  // namespace tb::campaign
