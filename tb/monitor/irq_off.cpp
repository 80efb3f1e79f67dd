// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/irq_off.h"

#include "event_names.h"  // generated

#include <algorithm>

namespace tb::monitor {

std::optional<IrqOffStretch> IrqOffMonitor::on_event(const event_log::EventView& event) {
  switch (event.id) {
    case events::kIrqEntry:
      if (event.fields[events::kIrqEntryCause].number == events::kCauseNmi) break;
      [[fallthrough]];
    case events::kIrqOff:
    case events::kWfiExit: {
      auto& since = harts_[event.hart].off_since;
      if (!since) since = event.cycle;
      break;
    }
    case events::kIrqOn:
    case events::kWfiEnter:    // at rest, not cut off: whatever comes wakes it at once
    case events::kCpuOffline:  // it serves no task any more
      return cut(event.hart, event.cycle);
    default: break;
  }
  return {};
}

std::optional<IrqOffStretch> IrqOffMonitor::cut(sim::HartId id, sim::Cycle cycle) {
  Hart& hart = harts_[id];
  if (!hart.off_since) return {};
  const IrqOffStretch stretch{id, *hart.off_since, cycle};
  hart.off_since.reset();
  if (stretch.cycles() > hart.longest.cycles()) hart.longest = stretch;
  if (stretch.cycles() > longest_.cycles()) longest_ = stretch;
  return stretch;
}

}  // namespace tb::monitor
