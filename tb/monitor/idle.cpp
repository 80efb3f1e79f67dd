// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/idle.h"

#include "event_names.h"  // generated

#include <algorithm>

namespace tb::monitor {

void IdleMonitor::on_event(const event_log::EventView& event, const WaitingTasks& waiting) {
  switch (event.id) {
    case events::kWfiEnter: harts_[event.hart].asleep = true; break;
    case events::kBalanceEnter:
    case events::kSchedSwitch: harts_[event.hart].asleep = false; break;
    case events::kCpuOffline:
      harts_[event.hart].asleep = false;
      harts_[event.hart].offline = true;
      break;
    case events::kCpuOnline:
      if (const auto cpu = event.fields[events::kCpuOnlineCpu].number; cpu < harts_.size()) harts_[cpu].offline = false;
      break;
    case events::kPowerSwitch:
      if (const auto cpu = event.fields[events::kPowerSwitchCpu].number; cpu < harts_.size())
        harts_[cpu].switched_off = event.fields[events::kPowerSwitchOn].number == 0;
      break;
    case events::kSchedWakeup:
    case events::kSetCpusAllowed: break;
    default: return;
  }
  for (sim::HartId id = 0; id < harts_.size(); ++id) {
    Hart& hart = harts_[id];
    const bool wasted = hart.asleep && !hart.switched_off && !hart.offline && waiting.allowed_on(id) != 0;
    if (wasted && !hart.since) hart.since = event.cycle;
    if (!wasted) close(id, event.cycle);
  }
}

void IdleMonitor::cut(sim::Cycle cycle) {
  for (sim::HartId id = 0; id < harts_.size(); ++id) {
    close(id, cycle);
    const IdleStretch longest = harts_[id].longest;
    harts_[id] = Hart{};
    harts_[id].longest = longest;
  }
}

void IdleMonitor::close(sim::HartId id, sim::Cycle cycle) {
  Hart& hart = harts_[id];
  if (!hart.since) return;
  const IdleStretch stretch{id, *hart.since, cycle - *hart.since};
  hart.since.reset();
  if (stretch.cycles > hart.longest.cycles) hart.longest = stretch;
  if (stretch.cycles > longest_.cycles) longest_ = stretch;
  if (stretch.cycles >= tick_cycles_) ++long_ones_;
  total_ += stretch.cycles;
}

}  // namespace tb::monitor
