// SPDX-License-Identifier: Apache-2.0
// Each IPI: who raised it, and the software interrupt that it became.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "log/decode.h"

namespace tb::page {

struct Ipi {
  sim::Cycle cycle = 0;  // MSIP was written
  sim::HartId from = 0, to = 0;
  std::uint64_t reason = 0;
  std::optional<sim::Cycle> trap;  // the next software interrupt there; none: the run, or the boot, ended before
};

class Ipis {
 public:
  explicit Ipis(unsigned harts) : pending_(harts) {}
  void on_event(const event_log::EventView& event);
  // To be taken once.
  [[nodiscard]] std::vector<Ipi> take() { return std::move(all_); }

 private:
  std::vector<Ipi> all_;
  std::vector<std::vector<std::size_t>> pending_;  // by target
};

}  // namespace tb::page
