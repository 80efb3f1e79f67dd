// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/starvation.h"

#include <algorithm>

#include "tb/monitor/vocabulary.h"

namespace tb::monitor {

void StarvationMonitor::on_event(const log::EventView& event) {
  switch (event.id) {
    case kBypass:
      if (event.fields[kBypassOn].number) last_bypass_ = event.cycle;
      break;
    case kScxDisable:
      recovery_ = last_bypass_;
      break;
    case kReset:
      last_bypass_.reset();
      recovery_.reset();
      break;
    default:
      break;
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
