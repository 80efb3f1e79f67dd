// SPDX-License-Identifier: Apache-2.0
// One simulation in a process of its own: SystemC elaborates once per process, and whatever kills it must not kill the
// report.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "tb/config/scenario.h"
#include "tb/run/backend.h"
#include "tb/run/recorder.h"
#include "tb/run/shared_state.h"

namespace tb::run {

struct ChildTask {
  const Backend& backend;
  const config::Scenario& scenario;
  std::filesystem::path dir;  // events.bin, console.log, simulator.log
  std::filesystem::path fst;  // used only with a window of waves
  WaveWindows waves;
  bool verbose;                         // log verbose events as well
  bool skip;                            // skip quiet cycles
  bool profile = false;                 // measure where the host's time goes
  sim::Cycle cycles_max = sim::kNever;  // the run ends there at the latest
};

// Returns the child's pid. Throws std::system_error.
[[nodiscard]] pid_t start_child(const ChildTask& task, SharedState& state);

}  // namespace tb::run
