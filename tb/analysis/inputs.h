// SPDX-License-Identifier: Apache-2.0
// What two runs were given, and where that is not the same: keys of their resolved configurations, the RTL, the program, its tools.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tb/analysis/subject.h"
#include "tb/config/tree.h"

namespace tb::analysis {

struct InputChange {
  std::string key;               // dotted: "kernel.breakout.retry", "tasks.rt.prio"; "RTL", "binary", "compiler", "skips.on"
  std::optional<std::string> a;  // as written, on one line; none: the run has no such key
  std::optional<std::string> b;
  bool watches = false;  // it says what is looked at, shown or expected, and changes nothing in the machine
};

// Keys in the order of the files. Of lists whose elements have names, each element is looked for by its name.
[[nodiscard]] std::vector<InputChange> config_changes(const config::Tree& a, const config::Tree& b);
// Those of two runs: of their config.yaml, and of what their results name. Throws config::ConfigError.
[[nodiscard]] std::vector<InputChange> input_changes(const Subject& a, const Subject& b);

}  // namespace tb::analysis
