// SPDX-License-Identifier: Apache-2.0
// Stretches with interrupts off, per hart, from the events alone. A stretch begins at irq_off or at a trap and ends at
// irq_on. A return from a trap shows no event where MIE comes back: such a stretch ends at the last event before the
// proof that interrupts had been on (the next irq_off or trap). The idle loop sleeps in WFI with MIE 0, and any
// interrupt ends that sleep: time asleep keeps nothing waiting and does not count. NMIs leave MIE alone and are
// ignored.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/kernel/config.h"
#include "tb/log/decode.h"

namespace tb::monitor {

struct IrqOffStretch {
  sim::HartId hart = 0;
  sim::Cycle from = 0;
  sim::Cycle to = 0;
  [[nodiscard]] sim::Cycle cycles() const { return to - from; }
};

class IrqOffMonitor {
 public:
  // The stretch that this event shows to be over, if any.
  std::optional<IrqOffStretch> on_event(const log::EventView& event);
  // The end of the run, or a reset: a stretch still open counts up to here, unless the hart was on its way out of a
  // trap.
  std::optional<IrqOffStretch> cut(sim::HartId hart, sim::Cycle cycle);

  [[nodiscard]] const IrqOffStretch& longest() const { return longest_; }
  // In cycles, of one hart.
  [[nodiscard]] sim::Cycle longest(sim::HartId hart) const { return harts_[hart].longest; }

 private:
  struct Hart {
    bool off = false;
    bool leaving = false;  // the last event was the end of a trap or a switch: MIE may have come back since
    sim::Cycle from = 0;
    sim::Cycle last = 0;  // last event seen in the stretch
    sim::Cycle longest = 0;
  };

  std::optional<IrqOffStretch> close(sim::HartId hart, sim::Cycle to);

  std::array<Hart, kNrCpusMax> harts_{};
  IrqOffStretch longest_;
};

}  // namespace tb::monitor
