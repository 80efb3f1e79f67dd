// SPDX-License-Identifier: Apache-2.0
// Several runs as one view, one place of each at one time.
#pragma once

#include "tb/run/backend.h"
#include "tb/wave/anchor.h"
#include "tb/wave/run_waves.h"

namespace tb::wave {

struct Aligned {
  std::filesystem::path dir;  // holds waves.fst
  waves::Picture picture;
  std::shared_ptr<run::RunLock> lock = {};  // of `dir`
};

// Writes DIR/waves.fst from `runs`, shifted so that their anchors are at one time; those whose waves miss it are run again.
// Throws WaveError.
[[nodiscard]] Aligned align_runs(const Backend& backend, const std::vector<RunWaves>& runs, const Anchor& anchor,
                                 const std::filesystem::path& dir);

}  // namespace tb::wave
