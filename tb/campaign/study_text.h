// SPDX-License-Identifier: Apache-2.0
// What the user reads on the terminal after a study.
#pragma once

#include <string>

#include "tb/campaign/study_result.h"

namespace tb::campaign {

// The points, what matters for each response, the cliffs, the fronts.
[[nodiscard]] std::string study_text(const StudyResult& result);
// Runs that gave no data: how many, and each reason once. Empty: none.
[[nodiscard]] std::string failures_text(const StudyResult& result);
// A number for people: whole from 1000 on, else 4 significant digits.
[[nodiscard]] std::string short_number(double value);
// "harts=4, variant=kick": where a point is on the axes but `without`.
[[nodiscard]] std::string place_text(const Study& study, const Point& point, std::optional<std::size_t> without = {});

}  // namespace tb::campaign
