// SPDX-License-Identifier: Apache-2.0
// Models of hart counts that this build has not got yet.
#pragma once

#include <functional>

#include "tb/run/backend.h"

namespace tb::cli {

// Calls `act` with the backend. When that throws ModelNotBuilt, builds the model, says so on stderr, and calls again. If it
// cannot be built, `act` finds it among `not_buildable` of the library, and its next ModelNotBuilt goes to the caller.
int with_models_built(const Backend& backend, const std::function<int(const Backend&)>& act);

}  // namespace tb::cli
