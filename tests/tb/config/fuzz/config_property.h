// SPDX-License-Identifier: Apache-2.0
// What must hold of any text given to the loader of scenarios: the fuzzer looks for one of which it does not, and a test
// holds it of the corpus.
#pragma once

#include <string>
#include <string_view>

#include "tb/config/library.h"

namespace tb::fuzz {

// Either a ConfigError whose message has a place and says something, or a scenario of which each variant can be lowered
// and whose resolved form reads back as itself. Returns what was broken; empty if nothing. Other exceptions get out.
[[nodiscard]] std::string broken_property(std::string_view text, const config::Library& library);

}  // namespace tb::fuzz
