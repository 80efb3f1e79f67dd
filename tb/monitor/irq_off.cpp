// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/irq_off.h"

#include <algorithm>

#include "tb/monitor/vocabulary.h"

namespace tb::monitor {

std::optional<IrqOffStretch> IrqOffMonitor::on_event(const log::EventView& event) {
  switch (event.id) {
    case kIrqEntry:
      if (event.fields[kIrqEntryCause].number == kCauseNmi) break;
      [[fallthrough]];
    case kIrqOff:
    case kWfiExit: {
      auto& since = harts_[event.hart].off_since;
      if (!since) since = event.cycle;
      break;
    }
    case kIrqOn:
    case kWfiEnter:    // at rest, not cut off: whatever comes wakes it at once
    case kCpuOffline:  // it serves no task any more
      return cut(event.hart, event.cycle);
    default:
      break;
  }
  return {};
}

std::optional<IrqOffStretch> IrqOffMonitor::cut(sim::HartId id, sim::Cycle cycle) {
  Hart& hart = harts_[id];
  if (!hart.off_since) return {};
  const IrqOffStretch stretch{id, *hart.off_since, cycle};
  hart.off_since.reset();
  hart.longest = std::max(hart.longest, stretch.cycles());
  if (stretch.cycles() > longest_.cycles()) longest_ = stretch;
  return stretch;
}

}  // namespace tb::monitor
