// SPDX-License-Identifier: Apache-2.0
// Reads the `scheduler` section: one policy with its loader, or a list of them.
#pragma once

#include <vector>

#include "tb/config/library.h"
#include "tb/config/problems.h"
#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

// Null: none. What is wrong goes to `problems`.
[[nodiscard]] std::vector<Scheduler> read_schedulers(const Tree& tree, const Library& library, Problems& problems);

}  // namespace tb::config
