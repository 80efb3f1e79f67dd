// SPDX-License-Identifier: Apache-2.0
// What signals do to a simulating child. SIGTERM, from the parent or by the parent's death, ends the run at a cycle
// boundary with all files closed, or by SIGKILL if the software does not get there; a fault leaves a note of where it was.
#pragma once

#include "tb/run/shared_state.h"

namespace tb::run {

inline constexpr unsigned kStopWithinS = 2;    // host time from SIGTERM to the end of the simulation
inline constexpr unsigned kCloseWithinS = 60;  // and from there to the end of the process: a waveform file takes its time
inline constexpr long kSyncEveryMs = 500;      // the event log reaches the file this often, full buffers or not

// `whereabouts` may be null.
void install_child_signals(SharedState& state, machine::Whereabouts (*whereabouts)());

}  // namespace tb::run
