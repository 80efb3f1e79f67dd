// SPDX-License-Identifier: Apache-2.0
// What a scenario may say and hardly means.
#pragma once

#include <string>
#include <vector>

#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

// "file:line:column: path: text", each; `tree` is what the scenario was read from.
[[nodiscard]] std::vector<std::string> warnings_of(const Scenario& scenario, const Tree& tree);

}  // namespace tb::config
