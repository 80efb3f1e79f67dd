// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/ipi_latency.h"

#include <utility>

#include "event_names.h"  // generated

namespace tb::monitor {

void IpiLatencyMonitor::on_event(const event_log::EventView& event) {
  Hart& hart = harts_[event.hart];
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kSchedWaking: hart.waking = event.cycle; break;
    case events::kSchedWakeup: hart.waking.reset(); break;
    case events::kIpiRaise: {
      if (const auto waking = std::exchange(hart.waking, std::nullopt)) waking_to_ipi_.add(event.cycle - *waking, *waking);
      const std::uint64_t target = fields[events::kIpiRaiseTargetCpu].number;
      if (target < harts_.size() && !harts_[target].in_software && !harts_[target].raised) harts_[target].raised = event.cycle;
      break;
    }
    case events::kIrqEntry:
      if (fields[events::kIrqEntryCause].number != events::kCauseSoftware) break;
      if (const auto raised = std::exchange(hart.raised, std::nullopt)) ipi_to_trap_.add(event.cycle - *raised, *raised);
      hart.trapped = event.cycle;
      hart.in_software = true;
      break;
    case events::kIrqWorkRun:
      if (const auto trapped = std::exchange(hart.trapped, std::nullopt)) trap_to_work_.add(event.cycle - *trapped, *trapped);
      break;
    case events::kIrqExit:
      if (fields[events::kIrqExitCause].number != events::kCauseSoftware) break;
      hart.trapped.reset();
      hart.in_software = false;
      break;
    case events::kReset: cut(); break;
    default: break;
  }
}

void IpiLatencyMonitor::cut() { harts_ = {}; }

}  // namespace tb::monitor
