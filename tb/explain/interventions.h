// SPDX-License-Identifier: Apache-2.0
// Changes of a scenario, each of which takes one cause away.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tb/config/library.h"
#include "tb/config/scenario.h"
#include "tb/explain/explanation.h"

namespace tb::explain {

struct Intervention {
  std::string text;  // "with kernel.breakout.limit = 32"
  std::function<void(config::Scenario&)> apply;
};

// Those that take the cause of the verdict away, the mildest first. Empty: a scenario cannot do without it.
[[nodiscard]] std::vector<Intervention> interventions(const Explanation& of, const config::Scenario& scenario,
                                                      const config::Library& library);

}  // namespace tb::explain
