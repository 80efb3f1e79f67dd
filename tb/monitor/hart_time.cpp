// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/hart_time.h"

#include "event_names.h"  // generated

namespace tb::monitor {

void HartTimeMonitor::on_event(const event_log::EventView& event) {
  Hart& hart = hart_[event.hart];
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kSchedSwitch: {
      ++hart.switches;
      if (!hart.switched) (fields[events::kSchedSwitchPrevPid].number == 0 ? hart.idle : hart.busy).begin(boot_);
      hart.switched = true;
      const bool to_idle = fields[events::kSchedSwitchNextPid].number == 0;
      (to_idle ? hart.busy : hart.idle).end(event.cycle);
      (to_idle ? hart.idle : hart.busy).begin(event.cycle);
      break;
    }
    case events::kWfiEnter: hart.asleep.begin(event.cycle); break;
    case events::kWfiExit: hart.asleep.end(event.cycle); break;
    case events::kIrqEntry:
      if (hart.nested++ == 0) hart.irq.begin(event.cycle);
      break;
    case events::kIrqExit:
      if (hart.nested > 0 && --hart.nested == 0) hart.irq.end(event.cycle);
      break;
    case events::kBalanceEnter: hart.balance.begin(event.cycle); break;
    case events::kBalanceExit:
      hart.balance.end(event.cycle);
      hart.lock_wait += fields[events::kBalanceExitLockWait].number;
      break;
    case events::kTick: ++hart.ticks; break;
    case events::kReset: boot_ = event.cycle; break;
    case events::kCpuOffline:
      for (Stretch* stretch : {&hart.busy, &hart.idle, &hart.asleep}) stretch->end(event.cycle);
      break;
    case events::kIpiRaise: {
      const std::uint64_t target = fields[events::kIpiRaiseTargetCpu].number;
      const std::uint64_t reason = fields[events::kIpiRaiseReason].number;
      if (target < harts_ && reason < hart.ipis.size()) ++hart_[target].ipis[reason];
      break;
    }
    default: break;
  }
}

void HartTimeMonitor::cut(sim::Cycle cycle) {
  for (Hart& hart : hart_) {
    if (!hart.switched) hart.idle.begin(boot_);
    for (Stretch* stretch : {&hart.busy, &hart.idle, &hart.asleep, &hart.irq, &hart.balance}) stretch->end(cycle);
    hart.nested = 0;
    hart.switched = false;
  }
}

template <typename Figure>
json::Value HartTimeMonitor::group(const Figure& figure) const {
  json::Value per_hart = json::Value::array();
  std::uint64_t total = 0;
  for (unsigned hart = 0; hart < harts_; ++hart) {
    const std::uint64_t value = figure(hart_[hart]);
    per_hart.push_back(value);
    total += value;
  }
  return {{"total", total}, {"per_hart", per_hart}};
}

std::uint64_t HartTimeMonitor::busy_cycles() const {
  std::uint64_t total = 0;
  for (const Hart& hart : hart_) total += hart.busy.total;
  return total;
}

void HartTimeMonitor::add_to(json::Value& metrics) const {
  metrics["busy_cycles"] = group([](const Hart& hart) { return hart.busy.total; });
  metrics["idle_cycles"] = group([](const Hart& hart) { return hart.idle.total; });
  metrics["asleep_cycles"] = group([](const Hart& hart) { return hart.asleep.total; });
  metrics["irq_cycles"] = group([](const Hart& hart) { return hart.irq.total; });
  metrics["balance_cycles"] = group([](const Hart& hart) { return hart.balance.total; });
  metrics["balance_lock_wait_cycles"] = group([](const Hart& hart) { return hart.lock_wait; });
  metrics["ticks"] = group([](const Hart& hart) { return hart.ticks; });
  metrics["switches"] = group([](const Hart& hart) { return hart.switches; });
  json::Value ipis = group([](const Hart& hart) {
    std::uint64_t all = 0;
    for (const std::uint64_t number : hart.ipis) all += number;
    return all;
  });
  for (std::size_t reason = 0; reason < trace::schema::kIpiReasonNames.size(); ++reason)
    ipis[std::string(trace::schema::kIpiReasonNames[reason].name)] =
        group([reason](const Hart& hart) { return hart.ipis[reason]; })["total"];
  metrics["ipis"] = ipis;
}

}  // namespace tb::monitor
