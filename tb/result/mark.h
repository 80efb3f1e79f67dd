// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "sim/hart_op.h"

namespace tb {

// A cycle that tells of an expectation or a warning: where it begins, what came of it. Waves are marked there.
struct Mark {
  std::string name;  // of an event, or a few words
  sim::Cycle cycle = 0;
  std::optional<sim::HartId> hart = {};  // none: of no one hart
};

}  // namespace tb
