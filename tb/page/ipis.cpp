// SPDX-License-Identifier: Apache-2.0
#include "tb/page/ipis.h"

#include "event_names.h"  // generated

namespace tb::page {

void Ipis::on_event(const event_log::EventView& event) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kIpiRaise: {
      const std::uint64_t target = fields[events::kIpiRaiseTargetCpu].number;
      if (target >= pending_.size()) break;
      pending_[target].push_back(all_.size());
      all_.push_back({event.cycle, event.hart, static_cast<sim::HartId>(target), fields[events::kIpiRaiseReason].number, {}});
      break;
    }
    case events::kIrqEntry:
      if (fields[events::kIrqEntryCause].number != events::kCauseSoftware) break;
      for (const std::size_t ipi : pending_[event.hart]) all_[ipi].trap = event.cycle;
      pending_[event.hart].clear();
      break;
    case events::kReset:
      for (auto& ipis : pending_) ipis.clear();
      break;
    default: break;
  }
}

}  // namespace tb::page
