// SPDX-License-Identifier: Apache-2.0
// Tree to Scenario: types, ranges, and what must fit together.
#pragma once

#include "tb/config/library.h"
#include "tb/config/problems.h"
#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

// `tree` has no variants left; its `base` names the variant. `near` is the scenario's folder. Throws a ConfigError of all
// that is wrong, `problems` found before included.
[[nodiscard]] Scenario read_scenario(Tree tree, const Library& library, const std::filesystem::path& near, Problems& problems);

}  // namespace tb::config
