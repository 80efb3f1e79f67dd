// SPDX-License-Identifier: Apache-2.0
// Measurements of the product itself: scx-cosim, run as a user runs it.
#pragma once

#include <string>
#include <vector>

#include "bench/process.h"

namespace bench {

inline constexpr unsigned kCyclesPerMs = 100'000;  // every machine measured has 100 MHz

struct Run {
  std::string scenario;  // shipped name, or a file
  std::string variant;
  std::vector<std::string> sets;  // KEY=VALUE
  std::vector<std::string> options = {};
};

// One run: cycles, clocks, ops, events, dispatch_calls, seconds (processor time of the simulation), wall_s and cpu_s
// (of the whole command), peak_mib, log_mb (events.bin), wave_mb (waves.fst, if there is one), hash (the event hash's
// first 48 bits), and with --profile the shares as share_PART. Throws if it did not come to its end.
Figures measure(const Run& run);

// What the longer of two runs did beyond the shorter one: what starting costs cancels.
Figures measure_between(const Run& shorter, const Run& longer);

// 200 runs of 100,000 cycles, one at a time, as a study or by the verb run: runs_per_core_hour, of all processes.
Figures measure_study();
Figures measure_runs();

// And per simulated time: mega_cycles_per_s, clocks_per_cycle, events_per_ms, ops_per_ms, dispatch_calls_per_ms.
Figures with_rates(Figures figures);

}  // namespace bench
