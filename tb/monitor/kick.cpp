// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/kick.h"

#include "event_names.h"  // generated

#include <algorithm>

namespace tb::monitor {

void KickMonitor::on_event(const event_log::EventView& event) {
  auto& kicked = kicked_[event.hart];
  if (event.id == events::kKick && event.fields[events::kKickSelf].number && event.fields[events::kKickFlags].number == 0) {
    ++self_kicks_;
    if (!kicked) kicked = event.cycle;
  } else if (event.id == events::kIrqEntry && event.fields[events::kIrqEntryCause].number == events::kCauseSoftware && kicked) {
    latency_max_ = std::max(latency_max_, event.cycle - *kicked);
    kicked.reset();
  } else if (event.id == events::kBalanceEnter && kicked) {
    ++unanswered_;
    kicked.reset();
  } else if (event.id == events::kCpuOffline) {
    kicked.reset();
  }
}

void KickMonitor::cut() { kicked_.fill(std::nullopt); }

}  // namespace tb::monitor
