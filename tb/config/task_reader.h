// SPDX-License-Identifier: Apache-2.0
// Reads the `tasks` list of a scenario.
#pragma once

#include <vector>

#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

[[nodiscard]] std::vector<TaskGroup> read_tasks(const Tree& list, unsigned harts);

}  // namespace tb::config
