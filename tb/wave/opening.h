// SPDX-License-Identifier: Apache-2.0
// Where the view of one run opens: on which cycles, marked how, with which harts first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tb/wave/run_waves.h"

namespace tb::wave {

struct Opening {
  waves::Place place;
  std::vector<waves::Window> needed;        // must be dumped; more than one: what lies between is of no interest
  std::vector<waves::Marker> markers = {};  // beside the moments of the run
  std::vector<sim::HartId> harts = {};      // first; empty: as usual
  std::string about = {};                   // a line for the title
  std::optional<waves::View> view = {};     // shows it best
};

// `text`: a moment (waves::all_ats), a cycle, a time ("1.5ms"), an event, or an event and fields ("sched_switch next_comm=rt").
// A cycle that a verdict or a warning names stands for all its cycles, from the cause to the effect. Throws WaveError.
[[nodiscard]] Opening opening_at(const RunWaves& run, const std::string& text);

// The same for a text that is empty: what suits the view, if that was dumped.
[[nodiscard]] std::optional<Opening> usual_opening(const RunWaves& run, waves::View view);

// The moments of a run as its waves are marked with them; a run without moments is marked by its expectations.
[[nodiscard]] std::vector<waves::Marker> usual_markers(const RunWaves& run);

// The harts of a run, those first on which most happens in that window.
[[nodiscard]] std::vector<unsigned> busiest_harts(const RunWaves& run, const waves::Window& window);

// The names that --at may have.
[[nodiscard]] std::vector<std::string> at_names();

}  // namespace tb::wave
