// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/recovery.h"

#include "tb/monitor/vocabulary.h"

namespace tb::monitor {

void RecoveryMonitor::on_event(const log::EventView& event) {
  switch (event.id) {
    case kScxError:
      if (!reported_) {
        reported_ = event.cycle;
        under_way_ = true;
      }
      break;
    case kBypass:
      on_bypass(event);
      break;
    case kScxDisable:
      if (under_way_) disabled_ = event.cycle;
      under_way_ = false;
      break;
    case kTaskAudit:
      tasks_lost_ = tasks_lost_.value_or(0) + event.fields[kTaskAuditLost].number;
      break;
    case kDispatchCall:
      calls_in_bypass_ += bypassing_[event.hart] ? 1 : 0;
      break;
    case kReset:
      bypassing_.fill(false);
      under_way_ = false;
      break;
    default:
      break;
  }
}

void RecoveryMonitor::on_bypass(const log::EventView& event) {
  const bool on = event.fields[kBypassOn].number != 0;
  if (const auto cpu = event.fields[kBypassCpu].number; cpu < bypassing_.size()) bypassing_[cpu] = on;
  if (on && under_way_) last_bypass_ = event.cycle;
}

}  // namespace tb::monitor
