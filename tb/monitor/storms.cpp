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
      on_lock_wait(at(event.hart, event.cycle, waiting), event.hart, fields[events::kBalanceExitLockWait].number);
      break;
    default: break;
  }
}

// A wait that is a convoy by itself is told at once: it lies in periods that are closed already.
void StormMonitor::on_lock_wait(Hart& hart, sim::HartId id, sim::Cycle cycles) {
  hart.lock_wait.now += cycles;
  if (cycles > kStormTicks * tick_cycles_ && hart.period >= kStormTicks) {
    Count whole;
    whole.last[0] = cycles;
    tell(WarningKind::lock_convoy, id, whole);
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

void StormMonitor::cut(sim::Cycle cycle, const WaitingTasks& waiting) {
  for (sim::HartId hart = 0; hart < harts_; ++hart) (void)at(hart, cycle, waiting);
  hart_ = {};
}

// True in the tick period in which it has been too much often enough.
bool StormMonitor::too_much(Count& count, std::uint64_t limit) {
  count.last[count.in_a_row % kStormTicks] = count.now;
  count.in_a_row = count.now > limit ? count.in_a_row + 1 : 0;
  count.now = 0;
  return count.in_a_row == kStormTicks;
}

void StormMonitor::tell(WarningKind kind, sim::HartId hart, const Count& count, std::uint64_t pid) {
  const bool known =
      std::any_of(storms_.begin(), storms_.end(), [&](const Storm& s) { return s.kind == kind && s.hart == hart; });
  if (!known) storms_.push_back({kind, hart, (hart_[hart].period + 1 - kStormTicks) * tick_cycles_, count.total(), pid});
}

void StormMonitor::close(sim::HartId id, const WaitingTasks& waiting) {
  Hart& hart = hart_[id];
  if (too_much(hart.ipis, kStormPerTick)) tell(WarningKind::ipi_storm, id, hart.ipis);
  if (too_much(hart.lock_wait, tick_cycles_ / kConvoyFraction)) tell(WarningKind::lock_convoy, id, hart.lock_wait);
  (void)too_much(hart.switches, kStormPerTick);
  if (hart.switches.in_a_row < kStormTicks) return;
  // Switches are progress unless a task waits all the time.
  const sim::Cycle from = (hart.period + 1 - kStormTicks) * tick_cycles_;
  if (const auto pid = waiting.longest_on(id, from)) tell(WarningKind::livelock, id, hart.switches, *pid);
}

}  // namespace tb::monitor
