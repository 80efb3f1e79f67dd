// SPDX-License-Identifier: Apache-2.0
// What every driver makes the harts do: COMPUTE and bus ops in turn, one op per `op_cycles` cycles on average.
#pragma once

#include <cstdint>

#include "sim/hart_op.h"

namespace bench {

inline constexpr unsigned kHarts = 4;
inline constexpr sim::Cycle kComparedCycles = 4'000'000;  // no driver runs for less

// Each hart's stream depends on its own index and nothing else, so all drivers run the very same ops.
class OpStream {
 public:
  OpStream(unsigned hart, std::uint32_t op_cycles) : hart_(hart), op_cycles_(op_cycles), state_(hart * 2654435761u + 1) {}

  sim::Op next() {
    step_ = !step_;
    if (!step_) return bus_op();
    // The bus op that follows takes about kBusCycles of the pair's time.
    const std::uint32_t mean = 2 * op_cycles_ > kBusCycles + 1 ? 2 * op_cycles_ - kBusCycles : 1;
    return {.opcode = sim::Opcode::kCompute, .data = mean / 2 + 1 + draw() % mean};
  }

  // The cycle of every service up to kComparedCycles, for comparing drivers that run for different times.
  void account(sim::Cycle cycle) {
    if (cycle < kComparedCycles) hash_ = (hash_ ^ cycle) * 0x100000001b3u;
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  static constexpr std::uint32_t kBusCycles = 8;

  sim::Op bus_op() {
    const std::uint32_t addr = platform::ram::kBase + 4 * (draw() % 1024);
    switch (draw() % 3) {
      case 0: return {.opcode = sim::Opcode::kLoad, .addr = addr};
      case 1: return {.opcode = sim::Opcode::kStore, .addr = addr, .data = hart_};
      default: return {.opcode = sim::Opcode::kAmoAdd, .addr = addr, .data = 1};
    }
  }

  std::uint32_t draw() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state_ >> 33);
  }

  unsigned hart_;
  std::uint32_t op_cycles_;
  std::uint64_t state_;
  bool step_ = false;
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

inline constexpr std::uint32_t kAllComputing = 0;  // op_cycles: every hart burns without end

struct Measurement {
  double mega_cycles_per_s = 0;
  std::uint64_t hash = 0;
};

// The reference: a plain loop over the Verilated class, no SystemC, no Model.
Measurement plain_driver(std::uint32_t op_cycles, sim::Cycle cycles);
// The product's bridge: SC_THREADs through sc_port<hart_if>.
Measurement bridge(std::uint32_t op_cycles, sim::Cycle cycles, bool skip);

}  // namespace bench
