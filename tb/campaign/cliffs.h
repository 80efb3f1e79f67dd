// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tb/campaign/study_result.h"

namespace tb::campaign {

// Where the responses of the study's cliffs flip between neighbouring levels of their axes, for each combination of the other axes and
// each seed: bisected to neighbouring integers. `result` has points and runs.
[[nodiscard]] std::vector<Flip> find_flips(const StudyResult& result, Engine& engine);

}  // namespace tb::campaign
