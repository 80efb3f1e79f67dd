// SPDX-License-Identifier: Apache-2.0
// What the monitors found that the user should know without asking: tb/result/warnings.def has the list and the thresholds.
#pragma once

#include <cstdint>
#include <vector>

#include "tb/monitor/idle.h"
#include "tb/monitor/irq_off.h"
#include "tb/monitor/kick_wait.h"
#include "tb/monitor/storms.h"
#include "tb/monitor/tasks.h"
#include "tb/result/warning.h"

namespace tb::monitor {

struct Findings {
  unsigned harts;
  sim::Cycle tick_cycles;
  std::uint32_t clock_mhz;
  const TaskMonitor& tasks;
  const IdleMonitor& idle;
  const IrqOffMonitor& irq_off;
  const KickWaitMonitor& kick_wait;
  const StormMonitor& storms;
};

// In the order of their cycles. The monitors have seen the whole run.
[[nodiscard]] std::vector<Warning> warnings_of(const Findings& found);

}  // namespace tb::monitor
