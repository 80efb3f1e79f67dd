// SPDX-License-Identifier: Apache-2.0
// Writes a GTKWave save file and its translate files for one run: groups per hart, names for numbers, markers at the
// moments the run is about.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sim/hart_op.h"

namespace waves {

// A named moment; GTKWave shows it as marker A, B, ...
struct Marker {
  std::string name;
  sim::Cycle cycle;
};

struct View {
  unsigned harts;
  std::uint32_t clock_mhz;
  sim::Cycle from;                               // the window that was dumped
  sim::Cycle to;
  std::vector<Marker> markers;                   // at most kMarkersMax are written
  std::map<std::uint64_t, std::string> tasks;    // pid -> comm
  unsigned first_hart;                           // shown first: the one the markers are about
};

inline constexpr std::size_t kMarkersMax = 26;

// Writes DIR/waves.gtkw for DIR/waves.fst, and DIR/translate/*.txt. Throws std::runtime_error if a file cannot be written.
void write_save_file(const std::filesystem::path& dir, const View& view);

}  // namespace waves
