// SPDX-License-Identifier: Apache-2.0
// Software on one hart that expects to be interrupted: runs ops to their end, however often a trap comes between, with a
// handler for each cause, and keeps account of where the clocks went.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "tests/rtl/soc_bench.h"

namespace bench {

class TrappingHart {
 public:
  TrappingHart(SocBench& soc, unsigned hart, std::uint32_t entry_latency)
      : soc_(soc), hart_(hart), entry_latency_(entry_latency) {}

  // Called before every clock edge.
  void before_each_clock(std::function<void()> action) { before_clock_ = std::move(action); }

  // Executes the op to its end; returns its data. WFI is over when its trap has been handled.
  std::uint32_t execute(const Op& op);
  void execute_all(const std::vector<Op>& ops) {
    for (const Op& op : ops) execute(op);
  }

  // Handlers that ran, by cause; index 0 counts NMIs.
  [[nodiscard]] unsigned handled(std::uint32_t cause) const { return handled_[cause]; }
  [[nodiscard]] unsigned handled_in_all() const;
  // Clocks between the work of the interrupted code and its next clock of work.
  [[nodiscard]] std::uint64_t trap_clocks() const { return trap_clocks_; }
  // Status, cause, remaining and cycle of every trap report.
  struct Trap {
    std::uint64_t cycle;
    Status status;
    std::uint32_t cause, remaining;
    bool operator==(const Trap&) const = default;
  };
  [[nodiscard]] const std::vector<Trap>& traps() const { return traps_; }

 private:
  Response issue(const Op& op);
  void handle(const Response& trap);
  static bool settles(const Op& op);

  SocBench& soc_;
  unsigned hart_;
  std::uint32_t entry_latency_;
  std::function<void()> before_clock_ = [] {};
  std::array<unsigned, 16> handled_{};
  std::uint64_t trap_clocks_ = 0;
  unsigned depth_ = 0;
  std::vector<Trap> traps_;
};

}  // namespace bench
