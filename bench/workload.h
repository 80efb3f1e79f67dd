// SPDX-License-Identifier: Apache-2.0
// What every driver makes the harts do: COMPUTE and bus ops in turn, one op per `op_cycles` cycles on average.
#pragma once

#include <cstdint>

#include "sim/hart_op.h"

namespace bench {

inline constexpr std::uint32_t kAllComputing = 0;  // op_cycles: every hart burns without end
inline constexpr sim::Cycle kResetClocks = 5;      // as the bridge holds it

struct Workload {
  unsigned harts = 4;
  std::uint32_t op_cycles = kAllComputing;
  sim::Cycle cycles = 4'000'000;
  sim::Cycle compared = 1'000'000;  // services up to this cycle are hashed; no more than cycles
};

// Knobs that all drivers set alike.
inline constexpr std::uint16_t kMemLatency = 2, kIpiLatency = 4, kIrqEntryLatency = 6;

// Hart 0's first op: lets the others go. Of more than 32 harts it takes two.
inline sim::Op release(unsigned harts, unsigned word) {
  const unsigned left = harts - 32 * word;
  return {.opcode = sim::Opcode::kStore, .addr = platform::hart_control::run(word), .data = left >= 32 ? ~0u : (1u << left) - 1};
}

// Each hart's stream depends on its own index and nothing else, so all drivers run the very same ops.
class OpStream {
 public:
  OpStream(unsigned hart, const Workload& load)
      : hart_(hart), op_cycles_(load.op_cycles), compared_(load.compared), state_(hart * 2654435761u + 1) {}

  sim::Op next() {
    if (op_cycles_ == kAllComputing) return {.opcode = sim::Opcode::kCompute, .data = 0xffffffff};
    step_ = !step_;
    if (!step_) return bus_op();
    // The bus op that follows takes about kBusCycles of the pair's time.
    const std::uint32_t mean = 2 * op_cycles_ > kBusCycles + 1 ? 2 * op_cycles_ - kBusCycles : 1;
    return {.opcode = sim::Opcode::kCompute, .data = mean / 2 + 1 + draw() % mean};
  }

  // An op was served at that cycle.
  void account(sim::Cycle cycle) {
    if (cycle < compared_) hash_ = (hash_ ^ cycle) * 0x100000001b3u;
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
  sim::Cycle compared_;
  std::uint64_t state_;
  bool step_ = false;
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace bench
