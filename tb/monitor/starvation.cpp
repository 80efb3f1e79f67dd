// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/starvation.h"

#include <algorithm>

#include "tb/monitor/vocabulary.h"

namespace tb::monitor {

void StarvationMonitor::on_event(const log::EventView& event) {
  switch (event.id) {
    case kSchedWakeup:
      on_wakeup(event);
      break;
    case kSchedSwitch:
      on_switch(event);
      break;
    case kBypass:
      if (event.fields[kBypassOn].number) last_bypass_ = event.cycle;
      break;
    case kScxDisable:
      recovery_ = last_bypass_;
      break;
    case kReset:
      waiting_.clear();
      running_.fill(0);
      last_bypass_.reset();
      recovery_.reset();
      break;
    default:
      break;
  }
}

// A task may be woken on its way to sleep, before it has left its CPU: then it waits for nothing.
void StarvationMonitor::on_wakeup(const log::EventView& event) {
  const std::uint64_t pid = event.fields[kSchedWakeupPid].number;
  if (std::find(running_.begin(), running_.end(), pid) == running_.end()) waiting_.emplace(pid, event.cycle);
}

void StarvationMonitor::on_switch(const log::EventView& event) {
  const std::uint64_t prev = event.fields[kSchedSwitchPrevPid].number;
  if (prev != 0 && event.fields[kSchedSwitchPrevState].number == kStateRunning) waiting_.emplace(prev, event.cycle);
  running_[event.hart] = event.fields[kSchedSwitchNextPid].number;
  waiting_.erase(running_[event.hart]);
}

void StarvationMonitor::finish(sim::Cycle end) {
  const sim::Cycle patience = kStarvedTicks * tick_cycles_;
  starved_.reset();
  if (recovery_ && end - *recovery_ < patience) return;
  starved_ = 0;
  if (!recovery_) return;
  starved_ = static_cast<std::uint64_t>(std::count_if(waiting_.begin(), waiting_.end(), [&](const auto& task) {
    return end - std::max(task.second, *recovery_) >= patience;
  }));
}

}  // namespace tb::monitor
