// SPDX-License-Identifier: Apache-2.0
// A run's directory as waves are shown from it: what was dumped, and the moments of the run, dumped or not.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "waves/at.h"
#include "waves/view.h"

namespace tb::wave {

// What stands in the way of showing waves, in one sentence for the user.
class WaveError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct RunWaves {
  std::filesystem::path dir;
  std::string scenario;
  std::string variant;
  std::uint32_t clock_mhz = 0;
  sim::Cycle cycles = 0;              // of the whole run
  std::vector<waves::Window> dumped;  // in order; empty: the run has no waves
  std::vector<waves::Marker> moments;
  waves::Source source;         // its first hart: of the first trapped balance, else of the first bark
  sim::HartId barked_hart = 0;  // guarded by the watchdog that barked first; none: as the source's
};

// Throws WaveError: no run's directory, or one that cannot be read.
[[nodiscard]] RunWaves read_run(const std::filesystem::path& dir);

// The directories of runs that `dir` stands for: itself, or those in it.
[[nodiscard]] std::vector<std::filesystem::path> runs_in(const std::filesystem::path& dir);

// Reads moments and tasks from a run's event log.
void read_moments(RunWaves& run);

// "breakout @497899, kick @497917", or "none".
[[nodiscard]] std::string moments_text(const RunWaves& run);

}  // namespace tb::wave
