// SPDX-License-Identifier: Apache-2.0
// Of what a wait consists: each of its cycles goes to one cause.
#pragma once

#include <cstdint>
#include <vector>

#include "tb/page/hart_lanes.h"

namespace tb::page {

struct Cause {
  HartState state = HartState::kOff;
  TaskId task = kIdleTask;  // kTask and kIrqsOff: of that task; other states: of all
  sim::Cycle cycles = 0;
};

// What the hart did in [from, to), most cycles first. The sum is to - from, of which cycles after the end of the lane are `kOff`.
[[nodiscard]] std::vector<Cause> ledger(const HartLane& hart, sim::Cycle from, sim::Cycle to);

}  // namespace tb::page
