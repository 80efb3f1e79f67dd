// SPDX-License-Identifier: Apache-2.0
// Which points no other point beats in two responses at once.
#pragma once

#include <cstddef>
#include <vector>

namespace tb::campaign {

enum class Goal { less, more };  // which values of a response are better

// Indices of the points that no other dominates: is at least as good in both responses and better in one. From the lowest `a` to the
// highest, equal points by index; equal points do not dominate each other, so all or none of them are there. A point with NaN is never
// on the front and dominates none. a and b have the same size.
[[nodiscard]] std::vector<std::size_t> pareto_front(const std::vector<double>& a, Goal goal_a, const std::vector<double>& b,
                                                    Goal goal_b);

}  // namespace tb::campaign
