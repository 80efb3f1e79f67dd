// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sim/hart_op.h"

namespace tb {

// A stretch of a run that goes into the waveform file.
struct WaveWindow {
  sim::Cycle from = 0;
  sim::Cycle to = sim::kNever;  // kNever: to the end
};
using WaveWindows = std::vector<WaveWindow>;  // none: no waves

// In order, those that overlap or touch made one.
[[nodiscard]] WaveWindows merged(WaveWindows windows);

}  // namespace tb
