// SPDX-License-Identifier: Apache-2.0
// The whole machine as the testbench sees it: RTL SoC, SystemC bridge and kernel, run once. SystemC elaborates once per
// process, so run_machine() may be called once per process.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "firmware/kernel/config.h"
#include "machine/hardware.h"
#include "sim/control.h"
#include "sim/end.h"
#include "sim/observer.h"
#include "sim/profile.h"
#include "sim/pulse.h"

namespace machine {

struct RunConfig {
  Hardware hardware;
  bool skip = true;             // skip quiet cycles (exact)
  bool profile = false;         // measure where the host's time goes
  std::string fst_path;         // empty: no waves can be opened
  std::uint64_t seed = 1;       // initial RTL state
  sim::Cycle cycles_max = 0;    // the run ends here at the latest
  unsigned reboots_max = 1;     // system resets survived; the next one ends the run
  sim::Pulse* pulse = nullptr;  // shows how far the run is, and can end it; null: nobody watches
};

struct RunResult {
  sim::End end;
  std::string message;   // kPanic, kRtlInvariant: what and where
  sim::Cycle cycles;     // simulated
  std::uint64_t clocks;  // evaluated (cycles minus what was skipped)
  std::uint64_t ops;     // hart port ops completed
  unsigned reboots;
  std::array<double, sim::Profile::kParts> profile{};  // share of each part; all 0 without RunConfig::profile
  double host_seconds;                                 // for the speed line only, as the next; never part of a decision
  double cpu_seconds = 0;                              // of them, how long the host let us run
};

// Where the software is that runs, or ran last: for a signal handler to note when a run dies. Allocates and locks nothing.
struct Whereabouts {
  bool known = false;  // false: no software has run yet
  sim::HartId hart = 0;
  std::uint32_t pid = 0;
  char comm[16] = {};
  const char* site = "";  // its function, by the shadow frame stack
};
[[nodiscard]] Whereabouts whereabouts();

// Hart counts that there are models of, ascending; and the command that builds another, as words for exec.
[[nodiscard]] std::vector<unsigned> supported_hart_counts();
[[nodiscard]] std::vector<std::string> model_build_command(unsigned harts);

// Builds the machine, boots `kernel` on it and runs to an end. `setup` is called once, at cycle 0, before any clock.
RunResult run_machine(const RunConfig& config, const kernel::KernelConfig& kernel, sim::Observer& observer,
                      const std::function<void(sim::Control&)>& setup);

}  // namespace machine
