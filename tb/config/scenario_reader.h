// SPDX-License-Identifier: Apache-2.0
// Tree to Scenario: types, ranges, and what must fit together.
#pragma once

#include "tb/config/library.h"
#include "tb/config/scenario.h"
#include "tb/config/tree.h"

namespace tb::config {

// `tree` has no variants left and its hardware expanded; its `base` names the variant.
[[nodiscard]] Scenario read_scenario(const Tree& tree, const Library& library);

}  // namespace tb::config
