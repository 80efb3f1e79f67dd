// SPDX-License-Identifier: Apache-2.0
// Waves that a run did not dump: it is run again as far as they go, and has to log the same events.
#pragma once

#include "tb/run/backend.h"
#include "tb/wave/run_waves.h"

namespace tb::wave {

// The same run with `windows`, in order, in its waves, below its directory; a former one is taken if it will do. Throws WaveError.
[[nodiscard]] RunWaves with_waves(const Backend& backend, const RunWaves& run, const std::vector<waves::Window>& windows);

}  // namespace tb::wave
