// SPDX-License-Identifier: Apache-2.0
// Judges a run from its event log.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "tb/config/scenario.h"
#include "tb/expect/check.h"
#include "tb/monitor/metrics.h"
#include "tb/result/broken_law.h"
#include "tb/result/warning.h"

namespace tb::run {

// What is known of a run besides its events.
struct RunFacts {
  sim::Cycle cycles = 0;        // simulated; 0: not known, the last event counts
  bool ended_by_reset = false;  // the watchdog reset that was one too many
};

struct Evaluation {
  json::Value metrics;
  std::vector<Verdict> verdicts;  // one per expectation of the scenario, in its order
  Ending ending = Ending::kRunning;
  std::optional<ExitRecord> exit;
  json::Value sysfs;  // as SysfsMonitor::shown
  std::string digest;
  sim::Cycle cycles = 0;
  std::uint64_t events = 0;
  bool log_complete = false;
  bool policy_loaded = false;
  std::vector<std::optional<sim::Cycle>> around;  // of each span of waves: its event's first cycle, if it has one
  std::vector<std::string> dump;                  // lines of the debug dumps
  std::vector<Warning> warnings;
  std::vector<BrokenLaw> broken_laws;  // as monitor::LawMonitor::broken
  std::string broken_invariant;        // name and detail of the first `invariant` event; empty: none

  [[nodiscard]] bool all_passed() const;
};

// Throws event_log::LogError.
[[nodiscard]] Evaluation evaluate(const config::Scenario& scenario, const std::filesystem::path& log, const RunFacts& facts);

}  // namespace tb::run
