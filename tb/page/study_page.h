// SPDX-License-Identifier: Apache-2.0
// The page of a study: charts of each response, what matters, where it flips, and of each dot the runs and the commands that repeat
// them. assets/study_data.js reads its data: both say what a list holds.
#pragma once

#include <cstddef>
#include <string>

#include "tb/campaign/study_result.h"

namespace tb::page {

struct StudyLimits {
  std::size_t runs = 50'000;  // of more, the page has the runs of every n-th point, and of those on fronts
};

// One HTML file that needs no network and no other file. A function of the result alone.
[[nodiscard]] std::string study_page(const campaign::StudyResult& result, const StudyLimits& limits = {});

}  // namespace tb::page
