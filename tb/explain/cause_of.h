// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tb/explain/run_state.h"

namespace tb::explain {

// Why the task does not run now: one cause for every state of the machine, and those behind it. The task exists and does not run.
[[nodiscard]] Chain cause_of(const RunState& state, std::uint64_t pid);
// Why the hart takes no interrupt now.
[[nodiscard]] Chain deafness_of(const RunState& state, sim::HartId hart);

}  // namespace tb::explain
