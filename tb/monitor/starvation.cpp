// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/starvation.h"

#include "event_names.h"  // generated

#include <algorithm>

namespace tb::monitor {

void StarvationMonitor::on_event(const event_log::EventView& event) {
  switch (event.id) {
    case events::kBypass:
      if (event.fields[events::kBypassOn].number) last_bypass_ = event.cycle;
      break;
    case events::kScxDisable: recovery_ = last_bypass_; break;
    case events::kReset:
      last_bypass_.reset();
      recovery_.reset();
      break;
    default: break;
  }
}

void StarvationMonitor::finish(sim::Cycle end, const WaitingTasks& waiting) {
  const sim::Cycle patience = kStarvedTicks * tick_cycles_;
  starved_.reset();
  if (recovery_ && end - *recovery_ < patience) return;
  starved_ = 0;
  if (!recovery_) return;
  const auto& tasks = waiting.all();
  starved_ = static_cast<std::uint64_t>(std::count_if(tasks.begin(), tasks.end(), [&](const auto& task) {
    return end - task.second >= patience;  // that much is left after the bypass
  }));
}

}  // namespace tb::monitor
