// SPDX-License-Identifier: Apache-2.0
// Software on the RTL through the bridge, seen as the reference machine shows itself.
#pragma once

#include <bitset>
#include <functional>
#include <string>

#include "tests/sim/reference_machine.h"

namespace sim_test {

struct BridgeOptions {
  bool skip = true;
  std::string fst_path = {};  // waves from wave_from to wave_to
  sim::Cycle wave_from = 0;
  sim::Cycle wave_to = 0;
  std::bitset<256> prompt = {};  // events whose observer wants them at once
};

struct BridgeTrace : Trace {
  sim::Cycle boot = 0;                   // the cycle at which mtime was 0
  std::vector<sim::Cycle> delivered_at;  // for each event: the cycle at which the observer got it
  std::vector<std::pair<sim::Cycle, std::size_t>>
      known;            // each op served: its cycle, and how many events the observer had by then
  std::string trouble;  // why the run ended early
  sim::Cycle end = 0;
  std::uint64_t clocks = 0;
};

// Once per process: SystemC elaborates once.
[[nodiscard]] BridgeTrace run_on_bridge(const Setup& setup, Software& software, const BridgeOptions& options);

// What `body` says in a process of its own; or that this died.
[[nodiscard]] std::string in_child(const std::function<std::string()>& body);

// The first difference, in words; empty: none.
[[nodiscard]] std::string difference(const Trace& expected, const Trace& found);

}  // namespace sim_test
