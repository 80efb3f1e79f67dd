// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/kick.h"

#include <algorithm>

#include "tb/monitor/vocabulary.h"

namespace tb::monitor {

void KickMonitor::on_event(const log::EventView& event) {
  auto& kicked = kicked_[event.hart];
  if (event.id == kKick && event.fields[kKickSelf].number && event.fields[kKickFlags].number == 0) {
    ++self_kicks_;
    if (!kicked) kicked = event.cycle;
  } else if (event.id == kIrqEntry && event.fields[kIrqEntryCause].number == kCauseSoftware && kicked) {
    latency_max_ = std::max(latency_max_, event.cycle - *kicked);
    kicked.reset();
  } else if (event.id == kBalanceEnter && kicked) {
    ++unanswered_;
    kicked.reset();
  } else if (event.id == kCpuOffline) {
    kicked.reset();
  }
}

void KickMonitor::cut() { kicked_.fill(std::nullopt); }

}  // namespace tb::monitor
