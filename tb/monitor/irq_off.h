// SPDX-License-Identifier: Apache-2.0
// Stretches with interrupts off, per hart, from the events alone. A stretch begins at irq_off or at a trap and ends at
// irq_on, which the return from a trap leaves too. The idle loop sleeps in WFI with MIE 0, and any interrupt ends that
// sleep: time asleep keeps nothing waiting and does not count. An NMI leaves MIE alone: it lies inside a stretch or
// outside of one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/kernel/config.h"
#include "log/decode.h"

namespace tb::monitor {

struct IrqOffStretch {
  sim::HartId hart = 0;
  sim::Cycle from = 0;
  sim::Cycle to = 0;
  [[nodiscard]] sim::Cycle cycles() const { return to - from; }
};

class IrqOffMonitor {
 public:
  // The stretch that ends with this event, if any.
  std::optional<IrqOffStretch> on_event(const event_log::EventView& event);
  // The end of the run, or a reset: a stretch still open counts up to here.
  std::optional<IrqOffStretch> cut(sim::HartId hart, sim::Cycle cycle);

  [[nodiscard]] const IrqOffStretch& longest() const { return longest_; }
  // In cycles, of one hart.
  [[nodiscard]] sim::Cycle longest(sim::HartId hart) const { return harts_[hart].longest.cycles(); }
  [[nodiscard]] const IrqOffStretch& longest_of(sim::HartId hart) const { return harts_[hart].longest; }

 private:
  struct Hart {
    std::optional<sim::Cycle> off_since;
    IrqOffStretch longest;
  };

  std::array<Hart, kernel::kNrCpusMax> harts_{};
  IrqOffStretch longest_;
};

}  // namespace tb::monitor
