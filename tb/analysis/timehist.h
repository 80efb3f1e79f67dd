// SPDX-License-Identifier: Apache-2.0
// Every stay of a task on a CPU, in the columns of `perf sched timehist`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "log/decode.h"

namespace tb::analysis {

struct TimehistOptions {
  std::string task = {};                 // only tasks of this name; empty: all
  std::optional<sim::HartId> hart = {};  // only this one
  sim::Cycle from = 0;                   // only stays that end here or later
  std::optional<sim::Cycle> to = {};     // and not later than here
  bool idle = false;                     // stays of the idle task, too
};

// Prints line by line. Returns what the run lacks, in a line for the user; empty: nothing. Throws as read_run() does, and
// config::ConfigError if no task has that name or the machine no such hart.
std::string timehist(const std::filesystem::path& run_dir, const TimehistOptions& options,
                     const std::function<void(const std::string&)>& print);

}  // namespace tb::analysis
