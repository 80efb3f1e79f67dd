// SPDX-License-Identifier: Apache-2.0
// Stretches in which a hart sleeps while a runnable task that may run there waits, wherever it waits: a dispatch queue of
// the policy, GLOBAL, the queue of another CPU. A hart sleeps from its first WFI until it looks for work, in a balance or a
// switch; an interrupt that it serves meanwhile ends nothing. A CPU that the operator has switched off does not count, until
// tasks may come to it again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/kernel/config.h"
#include "log/decode.h"
#include "tb/monitor/waiting.h"

namespace tb::monitor {

struct IdleStretch {
  sim::HartId hart = 0;
  sim::Cycle from = 0;
  sim::Cycle cycles = 0;
};

class IdleMonitor {
 public:
  explicit IdleMonitor(sim::Cycle tick_cycles) : tick_cycles_(tick_cycles) {}

  // `waiting` has seen the event already.
  void on_event(const event_log::EventView& event, const WaitingTasks& waiting);
  // The end of the run, or a reset.
  void cut(sim::Cycle cycle);

  [[nodiscard]] const IdleStretch& longest() const { return longest_; }
  // In cycles, of one hart.
  [[nodiscard]] sim::Cycle longest(sim::HartId hart) const { return harts_[hart].longest.cycles; }
  [[nodiscard]] const IdleStretch& longest_of(sim::HartId hart) const { return harts_[hart].longest; }
  // Stretches of a tick period and more.
  [[nodiscard]] std::uint64_t long_ones() const { return long_ones_; }
  // Cycles of all stretches of all harts.
  [[nodiscard]] sim::Cycle total() const { return total_; }

 private:
  struct Hart {
    bool asleep = false;
    bool switched_off = false;
    bool offline = false;
    std::optional<sim::Cycle> since;  // a stretch is open
    IdleStretch longest;
  };

  void close(sim::HartId hart, sim::Cycle cycle);

  sim::Cycle tick_cycles_;
  std::array<Hart, kernel::kNrCpusMax> harts_{};
  IdleStretch longest_;
  std::uint64_t long_ones_ = 0;
  sim::Cycle total_ = 0;
};

}  // namespace tb::monitor
