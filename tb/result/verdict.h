// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/hart_op.h"
#include "tb/result/mark.h"

namespace tb {

// What became of one expectation.
struct Verdict {
  bool passed = false;
  std::string found;                // what decided, or the nearest thing that happened
  std::optional<sim::Cycle> cycle;  // of the deciding event; nothing if the run as a whole decided
  std::string event;                // the deciding event as printed; empty likewise
  std::vector<Mark> marks = {};     // from what it waited for to what decided, by cycle
};

}  // namespace tb
