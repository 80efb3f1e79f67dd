// SPDX-License-Identifier: Apache-2.0
// Which wait of a run is to be explained.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tb/analysis/subject.h"
#include "tb/explain/run_state.h"

namespace tb::explain {

// Of the waits that fit all that is given, the longest; of equal ones the first.
struct Question {
  enum class Of : std::uint8_t { both, tasks, harts };
  Of of = Of::both;       // of both, a hart only if it took no interrupt for a tick, and for longer than any task waited
  std::string task = {};  // name or PID; empty: any
  bool or_sleep = false;  // of the named task also the sleep from which nothing has woken it
  std::optional<sim::HartId> hart = {};  // the task was to run there, or ran there at last
  sim::Cycle ends_after = 0;             // cycle
  std::string at = {};                   // under way at that moment: a cycle, or a time such as 50ms; empty: at any
};

struct Found {
  analysis::Subject run;
  std::optional<Wait> wait;  // none: there is no such wait
  std::vector<Wait> others;  // of each other task and hart its longest, the longest first: those of a tick or more
};

// Throws config::ConfigError: no run there, no such task or hart, a moment that cannot be read or lies beyond the run.
[[nodiscard]] Found find_wait(const std::filesystem::path& run_dir, const Question& question);

}  // namespace tb::explain
