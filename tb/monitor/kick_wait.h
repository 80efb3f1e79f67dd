// SPDX-License-Identifier: Apache-2.0
// Waits for CPUs that were kicked with SCX_KICK_WAIT. A hart waits in the irq_work that carries its kicks out, with interrupts
// off, until each of those CPUs has left the extensible class: for ever, if one of them is idle or runs a task of a higher
// class. A wait counts from the begin of that irq_work to its end.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/kernel/config.h"
#include "log/decode.h"

namespace tb::monitor {

struct KickWait {
  sim::HartId hart = 0;
  sim::Cycle from = 0;
  sim::Cycle to = 0;
  bool ended = true;  // false: it was cut by the end of the run, or of the kernel
  [[nodiscard]] sim::Cycle cycles() const { return to - from; }
};

class KickWaitMonitor {
 public:
  void on_event(const event_log::EventView& event);
  // The end of the run, or a reset: a wait still open counts up to here.
  void cut(sim::Cycle cycle);

  [[nodiscard]] const KickWait& longest() const { return longest_; }
  [[nodiscard]] sim::Cycle longest(sim::HartId hart) const { return harts_[hart].longest; }
  [[nodiscard]] std::uint64_t never_ended() const { return never_ended_; }

 private:
  struct Hart {
    bool asked = false;              // a kick that is to be waited for has not been carried out yet
    std::optional<sim::Cycle> from;  // it waits
    sim::Cycle longest = 0;
  };

  void close(sim::HartId hart, sim::Cycle to, bool ended);

  std::array<Hart, kNrCpusMax> harts_{};
  KickWait longest_;
  std::uint64_t never_ended_ = 0;
};

}  // namespace tb::monitor
