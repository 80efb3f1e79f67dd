// SPDX-License-Identifier: Apache-2.0
// How long it takes until a hart hears of another: from the IPI to the trap, from the trap to the work.
#pragma once

#include <array>
#include <optional>

#include "firmware/kernel/config.h"
#include "log/decode.h"
#include "tb/monitor/histogram.h"

namespace tb::monitor {

class IpiLatencyMonitor {
 public:
  void on_event(const event_log::EventView& event);
  // The end of the run, or a reset: what has not arrived is forgotten.
  void cut();

  // From the begin of a wakeup to the write to MSIP that it leads to, on the hart that wakes.
  [[nodiscard]] const Histogram& waking_to_ipi() const { return waking_to_ipi_; }
  // From the first write to MSIP that has not led to a trap yet to the trap. Writes while the hart serves a software interrupt are left
  // out: its handler may take them along, and no event says so.
  [[nodiscard]] const Histogram& ipi_to_trap() const { return ipi_to_trap_; }
  // From that trap to the first irq_work that it runs, if it runs one.
  [[nodiscard]] const Histogram& trap_to_work() const { return trap_to_work_; }

 private:
  struct Hart {
    std::optional<sim::Cycle> waking;   // it wakes a task, since
    std::optional<sim::Cycle> raised;   // MSIP, since
    std::optional<sim::Cycle> trapped;  // in a software interrupt whose work has not begun
    bool in_software = false;           // in a software interrupt
  };

  std::array<Hart, kernel::kNrCpusMax> harts_{};
  Histogram waking_to_ipi_, ipi_to_trap_, trap_to_work_;
};

}  // namespace tb::monitor
