// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/balance.h"

#include "event_names.h"  // generated

#include <algorithm>

namespace tb::monitor {

void BalanceMonitor::on_event(const event_log::EventView& event) {
  Hart& hart = harts_[event.hart];
  switch (event.id) {
    case events::kBalanceEnter:
      hart.in_balance = true;
      hart.entered = event.cycle;
      hart.calls = 0;
      break;
    case events::kDispatchCall:
      hart.calls = event.fields[events::kDispatchCallIteration].number;
      calls_max_ = std::max(calls_max_, hart.calls);
      if (hart.calls > kBurst) hart.trapped = true;
      break;
    case events::kBreakout: hart.trapped = true; break;
    case events::kBalanceExit:
      leave(hart, event.fields[events::kBalanceExitDispatchCalls].number, event.fields[events::kBalanceExitTrapped].number != 0,
            event.fields[events::kBalanceExitLockWait].number);
      break;
    case events::kTick: hart.ticks += hart.trapped ? 1 : 0; break;
    case events::kCpuOffline: hart.trapped = false; break;
    case events::kScxError: reported_ = true; break;
    case events::kScxDisable:
      reported_ = false;
      for (Hart& each : harts_) each.trapped = false;
      break;
    default: break;
  }
}

void BalanceMonitor::leave(Hart& hart, std::uint64_t calls, bool trapped, sim::Cycle lock_wait) {
  hart.in_balance = false;
  hart.trapped = trapped;
  ++histogram_[calls];
  calls_max_ = std::max(calls_max_, calls);
  if (!trapped) return;
  trapped_.calls_min = trapped_.count == 0 ? calls : std::min(trapped_.calls_min, calls);
  trapped_.calls_max = std::max(trapped_.calls_max, calls);
  ++trapped_.count;
  if (reported_) return;
  hart.burst_since = hart.entered;
  hart.lock_wait = lock_wait;
}

void BalanceMonitor::on_irqs_on(sim::HartId id, sim::Cycle cycle) {
  Hart& hart = harts_[id];
  if (!hart.burst_since) return;
  const sim::Cycle cycles = cycle - *hart.burst_since;
  trapped_.cycles_max = std::max(trapped_.cycles_max, cycles - std::min(cycles, hart.lock_wait));
  hart.burst_since.reset();
}

void BalanceMonitor::cut() {
  reported_ = false;
  for (Hart& hart : harts_) {
    if (hart.in_balance) endless_calls_ = std::max(endless_calls_, hart.calls);
    const std::uint64_t ticks = hart.ticks;
    hart = Hart{};
    hart.ticks = ticks;
  }
}

}  // namespace tb::monitor
