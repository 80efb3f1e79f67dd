// SPDX-License-Identifier: Apache-2.0
// For how many tasks each barrier waits.
#pragma once

#include "tb/config/match_reader.h"
#include "tb/config/scenario.h"

namespace tb::config {

// Of the tasks that have been read from `list`, all sound: fills in the scenario's barriers.
void count_barriers(const Tree& list, const ReadContext& in, Scenario& out);

}  // namespace tb::config
