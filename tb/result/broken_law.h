// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/hart_op.h"

namespace tb {

// A law of the event log that did not hold, and where that showed first.
struct BrokenLaw {
  std::string name;
  std::string text;  // what must hold
  sim::Cycle cycle = 0;
  sim::HartId hart = 0;
  std::string event;  // as printed
};

}  // namespace tb
