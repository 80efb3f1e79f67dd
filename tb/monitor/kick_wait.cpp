// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/kick_wait.h"

#include <algorithm>

#include "event_names.h"  // generated
#include "firmware/kernel/ext/flags.h"

namespace tb::monitor {

void KickWaitMonitor::on_event(const event_log::EventView& event) {
  Hart& hart = harts_[event.hart];
  switch (event.id) {
    case events::kKick:
      // Nobody waits for the own CPU.
      hart.asked |=
          (event.fields[events::kKickFlags].number & kernel::SCX_KICK_WAIT) != 0 && event.fields[events::kKickSelf].number == 0;
      break;
    case events::kIrqWorkRun:
      if (hart.from) close(event.hart, event.cycle, true);  // the next work of the same interrupt
      if (event.fields[events::kIrqWorkRunWork].number != events::kIrqWorkKickCpus) break;
      if (hart.asked) hart.from = event.cycle;
      hart.asked = false;
      break;
    case events::kIrqExit:
      if (hart.from && event.fields[events::kIrqExitCause].number != events::kCauseNmi) close(event.hart, event.cycle, true);
      break;
    case events::kIrqOn:  // a CPU that is stopped runs its irq_work outside of an interrupt
    case events::kCpuOffline:
      if (hart.from) close(event.hart, event.cycle, true);
      break;
    default: break;
  }
}

void KickWaitMonitor::cut(sim::Cycle cycle) {
  for (sim::HartId id = 0; id < harts_.size(); ++id) {
    if (harts_[id].from) close(id, cycle, false);
    harts_[id].asked = false;
  }
}

void KickWaitMonitor::close(sim::HartId id, sim::Cycle to, bool ended) {
  Hart& hart = harts_[id];
  const KickWait wait{id, *hart.from, to, ended};
  hart.from.reset();
  hart.longest = std::max(hart.longest, wait.cycles());
  never_ended_ += ended ? 0 : 1;
  if (wait.cycles() > longest_.cycles()) longest_ = wait;
}

}  // namespace tb::monitor
