// SPDX-License-Identifier: Apache-2.0
// One line per running job at the foot of a terminal: cycles, simulated time, speed, time left. Gone when the run is over.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tb/run/job.h"

namespace tb::cli {

// How far one job is.
struct ProgressFacts {
  std::string name;  // scenario/variant
  double cycle = 0;
  double target = 0;        // it ends there at the latest
  double cycles_per_s = 0;  // 0: not known yet
  double clock_mhz = 1;
};

// On one line of fewer than `columns` characters. What goes first where there is no room: simulated time, speed, cycles, the
// end of the name; the time left stays.
[[nodiscard]] std::string progress_text(const ProgressFacts& facts, std::size_t columns);

// stderr is a terminal that can erase a line, and neither --quiet is given nor CI is set in the environment.
[[nodiscard]] bool progress_wanted(bool quiet);
// "12 s", "5 min", "2.5 h".
[[nodiscard]] std::string duration_text(double seconds);

class ProgressLines {
 public:
  // Shows nothing unless progress is wanted.
  explicit ProgressLines(bool quiet);
  ~ProgressLines() { erase(); }
  ProgressLines(const ProgressLines&) = delete;
  ProgressLines& operator=(const ProgressLines&) = delete;

  void show(const std::vector<const run::Job*>& running);
  // Before anything else is printed.
  void erase();

 private:
  using Clock = std::chrono::steady_clock;
  struct Seen {  // of one job's pass
    Clock::time_point at;
    sim::Cycle cycle = 0;
    bool waves_pass = false;
    double rate = 0;  // cycles per second, smoothed
  };

  [[nodiscard]] ProgressFacts facts_of(const run::Job& job, Clock::time_point now);

  bool enabled_ = false;
  unsigned shown_ = 0;
  Clock::time_point start_;
  Clock::time_point last_;
  std::map<std::string, Seen> seen_;  // by directory
};

}  // namespace tb::cli
