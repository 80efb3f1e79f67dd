// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "tb/run/supervisor.h"

namespace tb::cli {

// Runs the jobs with progress on the terminal; `done` prints on stdout. What could not be written to result.json is said on
// stderr. Returns the signal that ended it all, or 0.
int run_supervised(std::vector<run::Job>& jobs, run::SupervisorOptions options, bool quiet,
                   const std::function<void(const run::Job&)>& done);

}  // namespace tb::cli
