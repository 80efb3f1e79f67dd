// SPDX-License-Identifier: Apache-2.0
// `kernel` of a scenario: read into the kernel's knobs, and written out again.
#pragma once

#include "firmware/kernel/config.h"
#include "tb/config/problems.h"
#include "tb/config/tree.h"

namespace tb::config {

// `harts` of the machine. What is wrong goes to `problems`.
[[nodiscard]] kernel::Knobs read_knobs(const Tree& tree, unsigned harts, Problems& problems);
// All of them, defaults included.
[[nodiscard]] Tree knobs_tree(const kernel::Knobs& knobs);

}  // namespace tb::config
