// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tb/campaign/study.h"
#include "tb/config/library.h"
#include "tb/config/problems.h"
#include "tb/config/strict_map.h"

namespace tb::campaign {

// Throws ConfigError if study.csv has a column of that name anyway.
void refuse_column_of_files(const std::string& name, const config::Place& place, const std::string& path);

// The responses of a study whose scenario is known. Throws ConfigError, or adds to `problems`.
[[nodiscard]] std::vector<Response> read_responses(const config::StrictMap& study_map, const Study& study,
                                                   const config::Library& library, config::Problems& problems);

}  // namespace tb::campaign
