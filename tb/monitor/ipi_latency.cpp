// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/ipi_latency.h"

#include <utility>

#include "event_names.h"  // generated

namespace tb::monitor {

void IpiLatencyMonitor::on_event(const event_log::EventView& event) {
  Hart& hart = harts_[event.hart];
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kSchedWakeup:
      hart.woke_on = fields[events::kSchedWakeupTargetCpu].number;
      hart.woke.reset();
      if (hart.woke_on != event.hart) hart.woke = event.cycle;
      break;
    case events::kIpiRaise: {
      const std::uint64_t target = fields[events::kIpiRaiseTargetCpu].number;
      if (target >= harts_.size()) break;
      if (!harts_[target].raised) harts_[target].raised = event.cycle;
      if (hart.woke && hart.woke_on == target && fields[events::kIpiRaiseReason].number == events::kIpiReasonReschedule) {
        const sim::Cycle woke = *std::exchange(hart.woke, std::nullopt);
        wakeup_to_ipi_.add(event.cycle - woke, woke);
      }
      break;
    }
    case events::kIrqEntry:
      if (fields[events::kIrqEntryCause].number != events::kCauseSoftware) break;
      if (const auto raised = std::exchange(hart.raised, std::nullopt)) ipi_to_trap_.add(event.cycle - *raised, *raised);
      hart.trapped = event.cycle;
      break;
    case events::kIrqWorkRun:
      if (const auto trapped = std::exchange(hart.trapped, std::nullopt)) trap_to_work_.add(event.cycle - *trapped, *trapped);
      break;
    case events::kIrqExit:
      hart.trapped.reset();
      hart.woke.reset();
      break;
    case events::kIrqOn:  // a wakeup tells the CPU before it lets interrupts in again, or not at all
    case events::kSchedSwitch: hart.woke.reset(); break;
    case events::kReset: cut(); break;
    default: break;
  }
}

void IpiLatencyMonitor::cut() { harts_ = {}; }

}  // namespace tb::monitor
