// SPDX-License-Identifier: Apache-2.0
// A run that is over, or under way, as those who look at it find it: its directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "log/event_hash.h"
#include "log/reader.h"
#include "tb/result/result.h"

namespace tb::analysis {

struct Subject {
  std::filesystem::path dir;
  unsigned harts = 0;
  std::uint32_t clock_mhz = 0;
  std::uint32_t hz = 0;          // ticks per second
  std::optional<Result> result;  // none: the run was killed, or is under way
  sim::Cycle end = 0;            // the cycle at which the run ended, or at which its log does; known after read_run()
  std::string shortfall;         // what is missing, in a line for the user; empty: nothing

  [[nodiscard]] sim::Cycle tick_cycles() const { return sim::Cycle{clock_mhz} * 1'000'000 / hz; }
  [[nodiscard]] double ms(double cycles) const { return cycles / 1000 / clock_mhz; }
};

// DIR/events.bin. Throws config::ConfigError, which names the runs below `dir`, if it is not there.
[[nodiscard]] std::filesystem::path log_of(const std::filesystem::path& dir);
// Why this log is not all of its run, as far as can be told; empty: it is.
[[nodiscard]] std::string shortfall_of(const std::filesystem::path& log, const event_log::LogExtent& extent);

// Calls `begin` with what the run is, then `see` with each of its events. The end is the cycle at which the run ended, or at which its
// log does. `hash`, if there is one, gets each event too. Throws config::ConfigError if `dir` is not the directory of a run,
// event_log::LogError if its log cannot be read.
Subject read_run(const std::filesystem::path& dir, const std::function<void(const Subject&)>& begin,
                 const std::function<void(const event_log::EventView&)>& see, event_log::EventHash* hash = nullptr);

}  // namespace tb::analysis
