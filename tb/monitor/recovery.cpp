// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/recovery.h"

#include "event_names.h"  // generated

namespace tb::monitor {

void RecoveryMonitor::on_event(const event_log::EventView& event) {
  switch (event.id) {
    case events::kScxError:
      if (!reported_) {
        reported_ = event.cycle;
        under_way_ = true;
      }
      break;
    case events::kBypass: on_bypass(event); break;
    case events::kScxDisable:
      if (under_way_) disabled_ = event.cycle;
      under_way_ = false;
      break;
    case events::kTaskAudit: tasks_lost_ = tasks_lost_.value_or(0) + event.fields[events::kTaskAuditLost].number; break;
    case events::kDispatchCall: calls_in_bypass_ += bypassing_[event.hart] ? 1 : 0; break;
    case events::kReset:
      bypassing_.fill(false);
      under_way_ = false;
      break;
    default: break;
  }
}

void RecoveryMonitor::on_bypass(const event_log::EventView& event) {
  const bool on = event.fields[events::kBypassOn].number != 0;
  if (const auto cpu = event.fields[events::kBypassCpu].number; cpu < bypassing_.size()) bypassing_[cpu] = on;
  if (on && under_way_) last_bypass_ = event.cycle;
}

}  // namespace tb::monitor
