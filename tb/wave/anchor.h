// SPDX-License-Identifier: Apache-2.0
// The place at which several runs are aligned, in each of them.
#pragma once

#include <string>
#include <vector>

#include "tb/wave/run_waves.h"

namespace tb::wave {

struct Anchor {
  std::string name;     // of its marker
  std::string meaning;  // told in the legend
  struct At {
    sim::Cycle cycle = 0;
    sim::HartId hart = 0;  // shown first
  };
  std::vector<At> at;  // by run
};

inline constexpr std::string_view kAtParting = "parting";    // the first event that differs
inline constexpr std::string_view kAtDecision = "decision";  // the first decision that differs

// `text` names a moment (waves::all_ats), `parting`, `decision`, an event, a filter of events ("kick,hart=1" or "kick hart=1"), a cycle
// or a time ("1.5ms"). Empty: the
// begin of the first trapped balance if each run has one, else where the two runs part. Throws WaveError: a run has no such
// place; std::invalid_argument: no such event or field.
[[nodiscard]] Anchor anchor_of(const std::vector<RunWaves>& runs, const std::string& text);

}  // namespace tb::wave
