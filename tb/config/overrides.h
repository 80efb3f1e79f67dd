// SPDX-License-Identifier: Apache-2.0
// Dotted paths into a scenario, as variants and --set use them: kernel.breakout.limit, tasks.rt.prio, tasks.0.count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tb/config/tree.h"

namespace tb::config {

struct Override {
  std::string path;
  Place place;  // of the path, for messages
  Tree value;
};

// "a.b.c=value", the value in YAML; `option` is named in messages.
[[nodiscard]] Override parse_set(std::string_view text, std::string_view option = "--set");

// Sets the value, making the maps on the way. A list is entered by index or by the `name` of one of its items. A key
// that excludes another (until_ms, until_us) replaces it.
void apply_override(Tree& root, const Override& override);

}  // namespace tb::config
