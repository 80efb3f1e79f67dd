// SPDX-License-Identifier: Apache-2.0
// What the user reads on the terminal after a run.
#pragma once

#include <string>
#include <vector>

#include "tb/run/job.h"

namespace tb::report {

// One scenario's variants side by side: what each did to the machine.
[[nodiscard]] std::string comparison_table(const std::vector<const run::Job*>& jobs);

// Outcome, directory, the command that opens the waves; for a failure each failed expectation and the replay command.
[[nodiscard]] std::string details(const run::Job& job);

}  // namespace tb::report
