// SPDX-License-Identifier: Apache-2.0
// The page of a study: charts of each response, what matters, where it flips, and of each dot the runs and the commands that repeat
// them.
#pragma once

#include <string>

#include "tb/page/study_data.h"

namespace tb::page {

// One HTML file that needs no network and no other file. A function of the result alone.
[[nodiscard]] std::string study_page(const campaign::StudyResult& result, const StudyLimits& limits = {});

}  // namespace tb::page
