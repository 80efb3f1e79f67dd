// SPDX-License-Identifier: Apache-2.0
// Where the time of each hart goes, and which interrupts of other harts it gets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "event_schema.h"  // generated
#include "firmware/kernel/config.h"
#include "json/value.h"
#include "log/decode.h"

namespace tb::monitor {

class HartTimeMonitor {
 public:
  explicit HartTimeMonitor(unsigned harts) : harts_(harts) {}

  void on_event(const event_log::EventView& event);
  // The end of the run, or a reset.
  void cut(sim::Cycle cycle);

  // Groups of `total` and `per_hart`: cycles of a task other than idle, of the idle task, in WFI, in interrupts, in balance_scx, waiting
  // for locks there; numbers of ticks, of switches, and of IPIs by reason.
  void add_to(json::Value& metrics) const;
  // Of all harts: a task other than the idle task has the CPU.
  [[nodiscard]] std::uint64_t busy_cycles() const;

 private:
  using Reasons = std::array<std::uint64_t, trace::schema::kIpiReasonNames.size()>;
  // A state with a begin, and how long it lasted in all.
  struct Stretch {
    std::optional<sim::Cycle> since;
    sim::Cycle total = 0;
    void begin(sim::Cycle cycle) {
      if (!since) since = cycle;
    }
    void end(sim::Cycle cycle) {
      if (since) total += cycle - *since;
      since.reset();
    }
  };
  struct Hart {
    Stretch busy, idle, asleep, irq, balance;
    unsigned nested = 0;    // interrupts
    bool switched = false;  // since the boot, which the idle task runs
    sim::Cycle lock_wait = 0;
    std::uint64_t ticks = 0, switches = 0;
    Reasons ipis{};
  };

  template <typename Figure>
  [[nodiscard]] json::Value group(const Figure& figure) const;

  unsigned harts_;
  sim::Cycle boot_ = 0;
  std::array<Hart, kernel::kNrCpusMax> hart_{};
};

}  // namespace tb::monitor
