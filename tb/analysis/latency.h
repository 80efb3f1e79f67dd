// SPDX-License-Identifier: Apache-2.0
// How long tasks waited for a CPU, in the columns of `perf sched latency`.
#pragma once

#include <filesystem>
#include <string>

#include "json/value.h"

namespace tb::analysis {

enum class LatencyOrder { kMax, kAverage, kP99, kRuntime, kSwitches, kName };

struct Latency {
  std::string text;
  json::Value json;
  std::string shortfall;  // of the run
};
// Throws as read_run() does.
[[nodiscard]] Latency latency(const std::filesystem::path& run_dir, LatencyOrder order);

}  // namespace tb::analysis
