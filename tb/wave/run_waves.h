// SPDX-License-Identifier: Apache-2.0
// A run's directory as waves are shown from it: what was dumped, and the moments of the run, dumped or not.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "log/reader.h"
#include "tb/run/run_lock.h"
#include "tb/wave/story.h"
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
  std::string label;  // among several: the variant, and the seed where variants are the same
  std::uint64_t seed = 0;
  unsigned place = 0;  // of the variant in its scenario
  std::uint32_t clock_mhz = 0;
  sim::Cycle cycles = 0;              // of the whole run
  std::vector<waves::Window> dumped;  // in order; empty: the run has no waves
  std::vector<waves::Marker> moments;
  std::vector<Story> stories = {};          // of its verdicts and warnings
  waves::Source source;                     // its first hart: of the first trapped balance, else of the first bark
  std::shared_ptr<run::RunLock> lock = {};  // it does not change meanwhile
  sim::HartId barked_hart = 0;              // guarded by the watchdog that barked first; none: as the source's
};

// Throws WaveError: no run's directory, or one that cannot be read.
[[nodiscard]] RunWaves read_run(const std::filesystem::path& dir);

// The directories of runs that `dir` stands for: itself, or those in it; says on stderr which of those have no result.
// Throws WaveError: none, or itself without one.
[[nodiscard]] std::vector<std::filesystem::path> runs_in(const std::filesystem::path& dir);

// "looping_stall/kick, seed 1".
[[nodiscard]] std::string title_of(const RunWaves& run);

// Reads moments and tasks from a run's event log, and says how far that goes.
event_log::LogExtent read_moments(RunWaves& run);

// "breakout @497899, kick @497917", or "none".
[[nodiscard]] std::string moments_text(const RunWaves& run);

}  // namespace tb::wave
