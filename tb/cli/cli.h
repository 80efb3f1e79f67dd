// SPDX-License-Identifier: Apache-2.0
// The command line: scx-cosim VERB ...
#pragma once

#include "tb/run/backend.h"

namespace tb::cli {

// Returns the exit code of the process.
int run(const Backend& backend, int argc, const char* const* argv);

}  // namespace tb::cli
