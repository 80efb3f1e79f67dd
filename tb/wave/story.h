// SPDX-License-Identifier: Apache-2.0
// What the verdicts and warnings of a run say of its cycles: waves are marked there, and opened from the cause to the effect.
#pragma once

#include <string>
#include <vector>

#include "tb/result/result.h"
#include "waves/view.h"

namespace tb::wave {

struct Story {
  std::string about;        // "failed: never hw_watchdog_bark", for the legend
  bool aside = false;       // a warning, or an expectation that held: told where there is nothing else
  sim::Cycle at = 0;        // what reports name: `wave --at`
  std::vector<Mark> marks;  // by cycle, one at least
};

// Failed expectations, broken laws, warnings, an early end, then what held; each that has a cycle.
[[nodiscard]] std::vector<Story> stories_of(const Result& result);

// The story that names that cycle, the first of several; null: none.
[[nodiscard]] const Story* story_at(const std::vector<Story>& stories, sim::Cycle cycle);

// As markers of the waves. Among those of other stories what it is about is told at the last one, which decided.
[[nodiscard]] std::vector<waves::Marker> markers_of(const Story& story, bool among_others);

// The harts it names, each once, the one it begins on first.
[[nodiscard]] std::vector<sim::HartId> harts_of(const Story& story);

}  // namespace tb::wave
