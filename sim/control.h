// SPDX-License-Identifier: Apache-2.0
// The testbench's control of a running machine. All of it takes effect at a cycle, never "now by the host's clock".
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/hart_op.h"

namespace sim {

class Control {
 public:
  virtual ~Control() = default;
  [[nodiscard]] virtual Cycle now() const = 0;
  // Runs action between the clock edges of cycles `at` - 1 and `at`. In the past: at the next cycle. Equal cycles: in order of the calls.
  virtual void at(Cycle at, std::function<void()> action) = 0;
  // Ends the run at that cycle (the earliest request counts).
  virtual void stop_at(Cycle at) = 0;
  // Level of a test interrupt source (PLIC id 3 + index), and the key shown with index 0 (sysrq).
  virtual void set_irq_source(unsigned index, bool level) = 0;
  virtual void set_sysrq_key(char key) = 0;
  // The operator's switch of a hart; all are on at first.
  virtual void set_power_switch(HartId hart, bool on) = 0;
  // Opens the waveform window / closes it. Opening again appends a gap to the same file.
  virtual void waves_on() = 0;
  virtual void waves_off() = 0;
};

}  // namespace sim
