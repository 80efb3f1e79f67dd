// SPDX-License-Identifier: Apache-2.0
// Which factors a response depends on, from the responses to saltelli_rows or morris_rows. NaN (or an infinity) stands for a run
// without the response: the whole group of rows with it, a base row or a trajectory, is left out, as is an incomplete group at the end.
// usable_groups tells how many are left; if none is, all figures are NaN. Intervals are 95 % percentile intervals of a bootstrap over
// groups: those of a few groups are too narrow, and those of Sobol rows, which are more even than chance, rather too wide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tb/campaign/samples.h"
#include "tb/campaign/statistics.h"

namespace tb::campaign {

// Groups without NaN; of dims + 2 rows in saltelli_rows, of dims + 1 rows in morris_rows.
[[nodiscard]] std::size_t usable_groups(const std::vector<double>& responses, std::size_t rows_per_group);

// Shares of the variance of the response, both from 0 to 1 but for the error of the estimate.
struct SobolIndex {
  double first = 0;  // of the factor alone
  double total = 0;  // of the factor alone and with others: 0 means that it does not matter
  Interval first_interval, total_interval;
};

// One index per factor. responses are in the row order of saltelli_rows. First: Saltelli et al., Comput. Phys. Commun. 181 (2010),
// table 2 (b), of centred responses; total: Jansen, Comput. Phys. Commun. 117 (1999), table 2 (f) there. The variance is that of the
// responses to A and B. A response without variance: all zero.
[[nodiscard]] std::vector<SobolIndex> sobol_indices(const std::vector<double>& responses, std::size_t dims, std::uint64_t seed,
                                                    unsigned rounds = kRounds);

// Of the elementary effects of a factor, each the change of the response per unit of the cube, that is from the factor's lowest to its
// highest value. One trajectory: sigma is 0.
struct MorrisEffect {
  double mu = 0;       // the mean
  double mu_star = 0;  // the mean of the absolute values: 0 means that the factor does not matter
  double sigma = 0;    // the standard deviation (of a sample): 0 means that the effect is linear and needs no other factor
  Interval mu_star_interval;
};

// One effect per factor. rows and responses are in the order of morris_rows; of a pair of rows the factor is the one that differs.
// mu and sigma: Morris, Technometrics 33 (1991); mu_star: Campolongo, Cariboni, Saltelli, Environ. Model. Softw. 22 (2007).
[[nodiscard]] std::vector<MorrisEffect> morris_effects(const Rows& rows, const std::vector<double>& responses, std::size_t dims,
                                                       std::uint64_t seed, unsigned rounds = kRounds);

}  // namespace tb::campaign
