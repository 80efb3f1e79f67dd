// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/irq_off.h"

#include <algorithm>

#include "tb/monitor/vocabulary.h"

namespace tb::monitor {

std::optional<IrqOffStretch> IrqOffMonitor::on_event(const log::EventView& event) {
  Hart& hart = harts_[event.hart];
  const bool entry = event.id == kIrqEntry;
  const bool exit = event.id == kIrqExit;
  if ((entry && event.fields[kIrqEntryCause].number == kCauseNmi) ||
      (exit && event.fields[kIrqExitCause].number == kCauseNmi))
    return {};
  // A hart in WFI is at rest, not cut off: whatever comes wakes it at once.
  // One that goes off has nobody to serve any more.
  if (event.id == kIrqOn || event.id == kWfiEnter || event.id == kCpuOffline) return hart.off ? close(event.hart, event.cycle) : std::nullopt;
  std::optional<IrqOffStretch> closed;
  if (entry || event.id == kIrqOff || event.id == kWfiExit) {
    if (hart.off) closed = close(event.hart, hart.last);
    hart.off = true;
    hart.from = event.cycle;
  }
  hart.last = event.cycle;
  hart.leaving = exit || event.id == kSchedSwitch;
  return closed;
}

std::optional<IrqOffStretch> IrqOffMonitor::cut(sim::HartId id, sim::Cycle cycle) {
  const Hart& hart = harts_[id];
  if (!hart.off) return {};
  return close(id, hart.leaving ? hart.last : cycle);
}

std::optional<IrqOffStretch> IrqOffMonitor::close(sim::HartId id, sim::Cycle to) {
  Hart& hart = harts_[id];
  const IrqOffStretch stretch{id, hart.from, to};
  hart.off = false;
  hart.longest = std::max(hart.longest, stretch.cycles());
  if (stretch.cycles() > longest_.cycles()) longest_ = stretch;
  return stretch;
}

}  // namespace tb::monitor
