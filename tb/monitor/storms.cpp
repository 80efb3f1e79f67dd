// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/storms.h"

#include <algorithm>

#include "event_names.h"  // generated

namespace tb::monitor {

void StormMonitor::on_event(const event_log::EventView& event, const WaitingTasks& waiting) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kIpiRaise:
      if (const auto target = fields[events::kIpiRaiseTargetCpu].number; target < harts_)
        ++at(static_cast<sim::HartId>(target), event.cycle, waiting).ipis.now;
      break;
    case events::kSchedSwitch: ++at(event.hart, event.cycle, waiting).switches.now; break;
    case events::kBalanceExit:
      at(event.hart, event.cycle, waiting).lock_wait.now += fields[events::kBalanceExitLockWait].number;
      break;
    default: break;
  }
}

// The hart, with the tick periods closed that are over.
StormMonitor::Hart& StormMonitor::at(sim::HartId id, sim::Cycle cycle, const WaitingTasks& waiting) {
  Hart& hart = hart_[id];
  const std::uint64_t period = cycle / tick_cycles_;
  if (period == hart.period) return hart;
  close(id, waiting);
  if (period != hart.period + 1) hart = Hart{};  // periods without an event lie between
  hart.period = period;
  return hart;
}

// True in the tick period in which it has been too much often enough.
bool StormMonitor::too_much(Count& count, std::uint64_t limit) {
  const bool too_much = count.now > limit;
  count.in_a_row = too_much ? count.in_a_row + 1 : 0;
  count.total = too_much ? count.total + count.now : 0;
  count.now = 0;
  return count.in_a_row == kStormTicks;
}

void StormMonitor::tell(WarningKind kind, sim::HartId hart, const Count& count, std::uint64_t pid) {
  const bool known =
      std::any_of(storms_.begin(), storms_.end(), [&](const Storm& s) { return s.kind == kind && s.hart == hart; });
  if (!known) storms_.push_back({kind, hart, (hart_[hart].period + 1 - kStormTicks) * tick_cycles_, count.total, pid});
}

void StormMonitor::close(sim::HartId id, const WaitingTasks& waiting) {
  Hart& hart = hart_[id];
  if (too_much(hart.ipis, kStormPerTick)) tell(WarningKind::ipi_storm, id, hart.ipis);
  if (too_much(hart.lock_wait, tick_cycles_ / kConvoyFraction)) tell(WarningKind::lock_convoy, id, hart.lock_wait);
  const std::uint64_t before = hart.switches.in_a_row;
  (void)too_much(hart.switches, kStormPerTick);
  if (before + 1 < kStormTicks || hart.switches.in_a_row < kStormTicks) return;
  // Switches are progress unless a task waits all the time.
  const sim::Cycle from = (hart.period + 1 - kStormTicks) * tick_cycles_;
  if (const auto pid = waiting.longest_on(id, from)) tell(WarningKind::livelock, id, hart.switches, *pid);
}

}  // namespace tb::monitor
