// SPDX-License-Identifier: Apache-2.0
// Runs jobs side by side, watches that they get on, and passes the user's signal on to them.
#pragma once

#include <functional>
#include <vector>

#include "tb/run/job.h"

namespace tb::run {

struct SupervisorOptions {
  unsigned parallel = 1;
  double hung_after_cpu_s = 60;  // host CPU a child may use without simulated progress
};

// Runs all jobs; calls `done` for each in their order, however they finish. Returns the signal that ended it all, or 0.
int supervise(std::vector<Job>& jobs, const SupervisorOptions& options, const std::function<void(const Job&)>& done);

}  // namespace tb::run
