// SPDX-License-Identifier: Apache-2.0
// Reads the `expect` list of a scenario.
#pragma once

#include <string_view>
#include <vector>

#include "tb/config/expectation.h"
#include "tb/config/match_reader.h"
#include "tb/config/tree.h"

namespace tb::config {

// An empty list is refused: a scenario that expects nothing cannot fail.
[[nodiscard]] std::vector<Expectation> read_expectations(const Tree& list, std::string_view path, const ReadContext& in);

}  // namespace tb::config
