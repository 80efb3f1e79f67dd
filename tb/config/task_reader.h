// SPDX-License-Identifier: Apache-2.0
// Reads the `tasks` list of a scenario.
#pragma once

#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

// Into `tasks` and `locks` of the scenario.
void read_tasks(const Tree& list, unsigned harts, Scenario& out);

}  // namespace tb::config
