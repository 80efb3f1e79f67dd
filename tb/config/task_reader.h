// SPDX-License-Identifier: Apache-2.0
// Reads the `tasks` list of a scenario.
#pragma once

#include <string>
#include <vector>

#include "tb/config/match_reader.h"
#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

// Into `tasks` and `locks` of the scenario.
void read_tasks(const Tree& list, const ReadContext& in, Scenario& out);
// The names in the list, of sound entries or not.
[[nodiscard]] std::vector<std::string> group_names(const Tree& tasks);

}  // namespace tb::config
