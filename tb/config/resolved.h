// SPDX-License-Identifier: Apache-2.0
// A Scenario written out in full, every default included. Reading it again gives the same scenario.
#pragma once

#include <string>

#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

[[nodiscard]] Tree resolved_tree(const Scenario& scenario);

// Two runs with one of these had the same resolved configuration.
[[nodiscard]] std::string config_hash(const Scenario& scenario);

}  // namespace tb::config
