// SPDX-License-Identifier: Apache-2.0
// One simulation as the store keeps it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tb/result/ending.h"
#include "tb/result/outcome.h"

namespace tb::campaign {

struct Record {
  std::string key;  // hash of all that the run is a function of
  std::string scenario;
  std::string variant;
  std::uint64_t seed = 0;
  Outcome outcome = Outcome::kInternalError;
  std::string message;
  Ending ending = Ending::kRunning;
  std::uint64_t cycles = 0;
  std::uint64_t events = 0;
  std::string event_hash;
  std::uint32_t clock_mhz = 1;
  std::string metrics;                  // as in result.json, packed()
  std::map<std::string, double> found;  // what the log was searched for: Response::looked_for(), and the answer (NaN: nothing)
  double host_seconds = 0;              // of the simulation
  double cpu_seconds = 0;

  // It says how the machine behaves. The others, interrupted or failed on the host's side, are not kept.
  [[nodiscard]] bool is_data() const {
    return outcome != Outcome::kInternalError && outcome != Outcome::kInterrupted && outcome != Outcome::kHung;
  }
};

}  // namespace tb::campaign
