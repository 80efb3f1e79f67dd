// SPDX-License-Identifier: Apache-2.0
// Runs jobs side by side, watches that they get on, and passes the user's signals on to them.
#pragma once

#include <functional>
#include <vector>

#include "tb/run/job.h"

namespace tb::run {

struct SupervisorOptions {
  unsigned parallel = 1;
  double hung_after_cpu_s = 60;  // host CPU a child may use without simulated progress; ten times that when it only waits
  std::function<void(const std::vector<const Job*>&)> progress = {};  // called with the running jobs, a few times a second
  std::function<void()> interrupted = {};  // called at the user's first signal, when there is something to wait for
};

// Runs all jobs; calls `done` for each in their order, however they finish. Returns the signal that ended it all, or 0:
// then jobs that had not begun are left out.
int supervise(std::vector<Job>& jobs, const SupervisorOptions& options, const std::function<void(const Job&)>& done);

}  // namespace tb::run
