// SPDX-License-Identifier: Apache-2.0
// Harts driven at random through the SystemC hart port: every op, marks, interrupts from timers and from each other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/soc.h"

namespace sim_test {

struct Traffic {
  unsigned harts = 4;
  std::uint64_t seed = 1;
  sim::Cycle cycles = 100'000;
  bool skip = true;
  bool split_computes = false;  // every COMPUTE(a + b) as COMPUTE(a) COMPUTE(b)
  std::string fst_path = {};    // waves from cycle 2000 to 6000
  sim::Knobs knobs = {.mem_latency = 2, .ipi_latency = 4, .irq_entry_latency = 6, .timer_prescale = 0};
};

struct Seen {
  std::uint64_t services = 0;  // hash over (cycle, status, cause, data) of every op that hardware can see
  std::uint64_t marks = 0;     // hash over (cycle, hart, value) of every event mark
  std::uint64_t traps = 0;
  std::uint64_t clocks = 0;
  std::uint64_t ops = 0;
  bool operator==(const Seen&) const = default;
};

// Runs the traffic in a child process (SystemC elaborates once per process). Throws if the run did not reach its end.
[[nodiscard]] Seen run(const Traffic& traffic);

}  // namespace sim_test
