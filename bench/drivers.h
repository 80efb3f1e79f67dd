// SPDX-License-Identifier: Apache-2.0
// Ways to clock the SoC through one workload. Each needs a process of its own: SystemC elaborates once.
#pragma once

#include <ctime>

#include "bench/workload.h"

namespace bench {

// Processor time counts only while the host runs this process, so measurements on a busy machine still
// compare.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const { return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC; }

 private:
  std::clock_t start_ = std::clock();
};

struct Driven {
  double seconds = 0;      // processor time of the clocks, without building the model
  std::uint64_t hash = 0;  // of the cycles at which ops were served: equal workloads, equal hashes
};

// The reference: a plain loop over the Verilated class, no SystemC, no Model. Four harts.
Driven plain_driver(const Workload& load);
// The same over a model that was verilated without tracing.
Driven plain_driver_untraced(const Workload& load);
// The product's bridge: SC_THREADs through sc_port<hart_if>.
Driven bridge(const Workload& load, bool skip);
// `verilator --sc`, an sc_clock, sc_signals, and a clocked SC_THREAD per hart. Four harts.
Driven naive_sc(const Workload& load);

[[nodiscard]] const char* verilator_version();

}  // namespace bench
