// SPDX-License-Identifier: Apache-2.0
// Several runs as one view, their first trapped balances at one time.
#pragma once

#include "tb/run/backend.h"
#include "tb/wave/run_waves.h"

namespace tb::wave {

struct Aligned {
  std::filesystem::path dir;  // holds waves.fst
  waves::Picture picture;
  std::shared_ptr<run::RunLock> lock = {};  // of `dir`
};

// Writes DIR/waves.fst from `runs`; those whose waves miss their first trapped balance are run again. Throws WaveError.
[[nodiscard]] Aligned align_runs(const Backend& backend, const std::vector<RunWaves>& runs, const std::filesystem::path& dir);

}  // namespace tb::wave
