// SPDX-License-Identifier: Apache-2.0
// Points of the unit cube, one row per point and one column per factor. All coordinates are in (0, 1) but for morris_rows, whose
// grid has 0 and 1. Functions of their arguments alone: the same on every host. "Prefix-stable": fewer rows are the first ones of more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tb::campaign {

using Rows = std::vector<std::vector<double>>;

// Independent uniform points. Prefix-stable.
[[nodiscard]] Rows random_rows(std::size_t count, std::size_t dims, std::uint64_t seed);

// Of each factor, one point in each of `count` strata of equal width, in random order and at a random place in the stratum.
// Not prefix-stable. McKay, Beckman, Conover: A comparison of three methods..., Technometrics 21 (1979).
[[nodiscard]] Rows latin_hypercube(std::size_t count, std::size_t dims, std::uint64_t seed);

// Sobol's sequence from its first point on, with the direction numbers of Joe and Kuo (SIAM J. Sci. Comput. 30, 2008) and Owen's nested
// uniform scrambling, 32 bits deep (Randomly permuted (t,m,s)-nets and (t,s)-sequences, 1995), which keeps the properties of the net:
// each run of 2^m rows that begins at a multiple of 2^m is one. Prefix-stable; best with a power of two. More than 3667 dims:
// std::invalid_argument.
[[nodiscard]] Rows sobol_rows(std::size_t count, std::size_t dims, std::uint64_t seed);

// Morris' one-at-a-time plan, Technometrics 33 (1991): trajectories * (dims + 1) rows. In a trajectory each row differs from the one
// before in one factor, each factor once, in random order; by levels / 2 (rounded down) steps of a grid of `levels` values, 0 and 1
// among them. levels: at least 2; with an even number all values are equally likely. Prefix-stable in whole trajectories.
[[nodiscard]] Rows morris_rows(std::size_t trajectories, std::size_t dims, std::size_t levels, std::uint64_t seed);

// For sobol_indices: base * (dims + 2) rows. For each i: A_i, B_i, then dims rows AB_i, the j-th of which is A_i with factor j of B_i.
// Of sobol_rows(base, 2 * dims, seed), columns 2 j and 2 j + 1 are factor j of A and B: neighbours are the most even pairs, and for few
// base rows the indices come out better than with A and B in halves. base is best a power of two. Prefix-stable in whole groups.
// Saltelli et al.: Variance based sensitivity analysis of model output, Comput. Phys. Commun. 181 (2010).
[[nodiscard]] Rows saltelli_rows(std::size_t base, std::size_t dims, std::uint64_t seed);

}  // namespace tb::campaign
