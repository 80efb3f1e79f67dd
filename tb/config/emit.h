// SPDX-License-Identifier: Apache-2.0
// Trees back to text: YAML for people, JSON for result.json.
#pragma once

#include <string>

#include "json/value.h"
#include "tb/config/tree.h"

namespace tb::config {

// Block style two levels deep, flow style below: what a person would write. Ends in a newline.
[[nodiscard]] std::string emit_yaml(const Tree& tree);
// One line, flow style.
[[nodiscard]] std::string emit_flow(const Tree& tree);
// Numbers and booleans become JSON's; key order is kept.
[[nodiscard]] json::Value to_json(const Tree& tree);

}  // namespace tb::config
