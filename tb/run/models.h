// SPDX-License-Identifier: Apache-2.0
// Models of the SoC for numbers of harts that this build does not have yet.
#pragma once

#include "tb/run/backend.h"

namespace tb::run {

// Returns at once if there is a model with that many harts. Otherwise builds it and says so on stderr. Throws a ConfigError that
// names the command if it cannot be built.
void require_model(const Backend& backend, unsigned harts);

}  // namespace tb::run
