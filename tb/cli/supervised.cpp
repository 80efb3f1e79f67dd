// SPDX-License-Identifier: Apache-2.0
#include "tb/cli/supervised.h"

#include <fmt/format.h>

#include <cstdio>

#include "tb/cli/progress_line.h"
#include "tb/report/summary.h"

namespace tb::cli {

int run_supervised(std::vector<run::Job>& jobs, run::SupervisorOptions options, bool quiet,
                   const std::function<void(const run::Job&)>& done) {
  ProgressLines lines(quiet);
  options.progress = [&lines](const std::vector<const run::Job*>& running) { lines.show(running); };
  options.interrupted = [&lines] {
    lines.erase();
    fmt::print(stderr,
               "scx-cosim: interrupted: writing the reports and closing the waves; interrupt again to give up the waves\n");
  };
  return run::supervise(jobs, options, [&](const run::Job& job) {
    lines.erase();
    if (!job.report().lost.empty())
      fmt::print(stderr, "scx-cosim: result.json is lost: {}\n{}", job.report().lost, report::details(job.stored_result()));
    done(job);
  });
}

}  // namespace tb::cli
