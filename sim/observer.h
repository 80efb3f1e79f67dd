// SPDX-License-Identifier: Apache-2.0
// Observers of a run. They touch the machine only through the Control they are given, so a run is the same with any
// observer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/hart_op.h"

namespace sim {

// One event as it happened. Events arrive ordered by (cycle, hart), equal ones in program order.
struct Event {
  Cycle cycle;  // clock cycles since power-on, also across watchdog resets
  HartId hart;
  std::uint8_t id;                        // trace::Event
  std::span<const std::uint8_t> payload;  // encoded fields (firmware/kernel/trace/encode.h); valid during the call
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_event(const Event& event) = 0;
  // Whether on_event for that id must come at the event's own cycle, because what it does to the machine depends on it.
  // Others may come later, in order all the same. Asked once per id, before the run.
  [[nodiscard]] virtual bool wants_at_once(std::uint8_t /*id*/) const { return true; }
  virtual void on_console(HartId hart, std::string_view text) = 0;
};

}  // namespace sim
