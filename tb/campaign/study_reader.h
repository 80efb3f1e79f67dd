// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tb/campaign/study.h"
#include "tb/config/library.h"

namespace tb::campaign {

// What the command line changes in a study.
struct StudyChanges {
  std::vector<std::string> axes = {};  // NAME=VALUES, as `values` has them
  std::string seeds = {};              // empty: the study's
  std::vector<std::string> sets = {};  // PATH=VALUE, in all runs
  std::size_t count = 0;               // of a sample; 0: the study's
};

// A path, or the name of a shipped study. Throws ConfigError.
[[nodiscard]] std::string find_study(const std::string& path_or_name, const config::Library& library);

// Everything is checked that can be without running: each level of each axis by itself gives a sound scenario. Throws
// ConfigError with everything that is wrong.
[[nodiscard]] Study read_study(const std::string& path, const StudyChanges& changes, const config::Library& library);

}  // namespace tb::campaign
