// SPDX-License-Identifier: Apache-2.0
// A scenario file and the runs it stands for: the scenario as written, and one more for each of its variants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tb/config/library.h"
#include "tb/config/overrides.h"
#include "tb/config/scenario.h"

namespace tb::config {

inline constexpr std::string_view kBaseVariant = "base";  // unless the scenario's `base` key says otherwise

struct ScenarioFile {
  std::string path;
  Tree tree;
  std::vector<std::string> variants;  // the scenario as written first
};

// A path, or the name of a shipped scenario. Throws ConfigError.
[[nodiscard]] std::string find_scenario(const std::string& path_or_name, const Library& library);
// The same for words of which each may be a pattern (* ? []) for names of shipped scenarios; one that names none stays as it is.
[[nodiscard]] std::vector<std::string> expand_patterns(const std::vector<std::string>& words, const Library& library);
[[nodiscard]] ScenarioFile read_scenario_file(const std::string& path, const Library& library);
[[nodiscard]] ScenarioFile scenario_from_tree(Tree tree, const std::string& path);

// The scenario of one variant, after `sets`, which win over the variant's own.
[[nodiscard]] Scenario resolve(const ScenarioFile& file, const std::string& variant, const std::vector<Override>& sets,
                               const Library& library);

}  // namespace tb::config
