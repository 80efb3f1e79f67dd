// SPDX-License-Identifier: Apache-2.0
// Models of hart counts that this build has not got yet.
#pragma once

#include <functional>

#include "tb/backend.h"

namespace tb::cli {

// Calls `act` with the backend. When that asks for a model that is not built, builds it, says so on stderr, and calls again.
// What cannot be built leaves as the ModelNotBuilt it was: nothing has run, and its message names the command.
int with_models_built(const Backend& backend, const std::function<int(const Backend&)>& act);

}  // namespace tb::cli
