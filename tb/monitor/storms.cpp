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
    default: break;
  }
}

// A wait counts in the tick period in which it ends. One that is longer than a convoy is one by itself.
void StormMonitor::on_lock_wait(const LockWait& wait, const WaitingTasks& waiting) {
  at(wait.hart, wait.to, waiting).lock_wait.now += wait.cycles();
  if (wait.cycles() > kStormTicks * tick_cycles_) tell({WarningKind::lock_convoy, wait.hart, wait.from, wait.cycles(), 0, true});
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
  tell({kind, hart, (hart_[hart].period + 1 - kStormTicks) * tick_cycles_, count.total(), pid, false});
}

void StormMonitor::tell(const Storm& storm) {
  const bool known =
      std::any_of(storms_.begin(), storms_.end(), [&](const Storm& s) { return s.kind == storm.kind && s.hart == storm.hart; });
  if (!known) storms_.push_back(storm);
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
