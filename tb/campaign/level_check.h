// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tb/campaign/study.h"
#include "tb/config/library.h"
#include "tb/config/problems.h"

namespace tb::campaign {

// Adds a problem for each level of which no point, of the first few that have it and that the conditions allow, is a scenario. Other
// combinations that are none show when they run. Throws ConfigError as points_of() does.
void check_levels(const Study& study, const config::Library& library, config::Problems& problems);

}  // namespace tb::campaign
