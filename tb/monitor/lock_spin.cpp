// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/lock_spin.h"

#include <utility>

#include "event_names.h"  // generated

namespace tb::monitor {

std::optional<LockWait> LockSpinMonitor::on_event(const event_log::EventView& event) {
  Hart& hart = hart_[event.hart];
  if (event.id == events::kReset)
    for (Hart& one : hart_) one.bypass = false;
  if (event.id == events::kBypass && event.fields[events::kBypassCpu].number < harts_)
    hart_[event.fields[events::kBypassCpu].number].bypass = event.fields[events::kBypassOn].number != 0;
  if (event.id == events::kContentionBegin) {
    hart.wait_in_bypass = hart.bypass;
    hart.wait = LockWait{event.hart, event.fields[events::kContentionBeginKind].number, event.cycle, event.cycle};
  }
  return event.id == events::kContentionEnd ? end(hart, event.cycle) : std::nullopt;
}

std::optional<LockWait> LockSpinMonitor::cut(sim::HartId hart, sim::Cycle cycle) { return end(hart_[hart], cycle); }

std::optional<LockWait> LockSpinMonitor::end(Hart& hart, sim::Cycle cycle) {
  std::optional<LockWait> wait = std::exchange(hart.wait, std::nullopt);
  if (!wait) return wait;
  wait->to = cycle;
  hart.total += wait->cycles();
  if (wait->kind < by_kind_.size()) by_kind_[wait->kind].add(wait->cycles(), wait->from);
  if (hart.wait_in_bypass) in_bypass_.add(wait->cycles(), wait->from);
  return wait;
}

json::Value LockSpinMonitor::to_json() const {
  json::Value per_hart = json::Value::array();
  sim::Cycle total = 0;
  for (unsigned hart = 0; hart < harts_; ++hart) {
    per_hart.push_back(hart_[hart].total);
    total += hart_[hart].total;
  }
  json::Value json = {{"total", total}, {"per_hart", per_hart}};
  for (std::size_t kind = 0; kind < by_kind_.size(); ++kind)
    json[std::string(trace::schema::kLockKindNames[kind].name)] = by_kind_[kind].to_json();
  json["in_bypass"] = in_bypass_.to_json();
  return json;
}

}  // namespace tb::monitor
