// SPDX-License-Identifier: Apache-2.0
// What is shown of one run, or of several in one dump: which signals, where the markers are, what the window opens on.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/hart_op.h"
#include "waves/signals.h"

namespace waves {

// A named moment; GTKWave shows it as marker A, B, ...
struct Marker {
  std::string name;
  std::string meaning;  // told in the legend
  sim::Cycle cycle;
};
inline constexpr std::size_t kMarkersMax = 26;

// Cycles, both included.
struct Window {
  sim::Cycle from;
  sim::Cycle to;

  [[nodiscard]] bool has(sim::Cycle cycle) const { return cycle >= from && cycle <= to; }
};

// One run in the dump.
struct Source {
  std::string top = "TOP";              // its scope in the dump
  std::string title;                    // of its groups; empty: there is one run only
  std::string translate = "translate";  // folder of its names
  unsigned harts = 1;
  unsigned first_hart = 0;                     // the one the markers are about
  std::vector<unsigned> next_harts = {};       // those that matter next, if not all fit on a screen
  std::map<std::uint64_t, std::string> tasks;  // pid -> comm
};

struct Picture {
  View view = View::kOverview;
  std::vector<std::string> title = {};  // lines above all signals: which run it is, and what it shows
  std::vector<Source> sources;
  std::uint32_t clock_mhz = 1;
  std::vector<Window> dumped;   // in order
  Window focus{};               // what the window opens on
  sim::Cycle at = 0;            // values are told for this cycle
  std::vector<Marker> markers;  // those in the dump, by cycle, kMarkersMax at most
};

// The one that has that cycle, or null.
[[nodiscard]] const Window* window_of(sim::Cycle cycle, const std::vector<Window>& dumped);

// Those of `markers` that are in the dump, in order; the last ones go if there are too many.
[[nodiscard]] std::vector<Marker> dumped_markers(const std::vector<Marker>& markers, const std::vector<Window>& dumped);

}  // namespace waves
