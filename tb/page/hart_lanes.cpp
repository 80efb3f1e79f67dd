// SPDX-License-Identifier: Apache-2.0
#include "tb/page/hart_lanes.h"

#include "event_names.h"  // generated
#include "tb/monitor/balance.h"
#include "tb/monitor/hart_life.h"

namespace tb::page {

HartLanes::HartLanes(unsigned harts) : harts_(harts), lanes_(harts) {
  for (HartLane& lane : lanes_) lane.segments.emplace_back();
}

void HartLanes::on_event(const event_log::EventView& event, const TaskTable& tasks) {
  if (event.id == events::kReset) return on_reset(event.cycle);
  if (event.hart >= harts_.size()) return;
  Hart& hart = harts_[event.hart];
  if (hart.off && monitor::shows_life(event.id)) hart.off = false;
  const bool was_balance = hart.balance;
  if (event.id == events::kBalanceExit) {
    hart.calls = static_cast<std::uint32_t>(event.fields[events::kBalanceExitDispatchCalls].number);
    hart.trapped = hart.loop = hart.loop || event.fields[events::kBalanceExitTrapped].number != 0;
    name_balance(event.hart);
  }
  apply(hart, event, tasks);
  cut(event.hart, event.cycle);
  if (hart.balance && !was_balance) hart.balance_begin = lanes_[event.hart].segments.size() - 1;
}

void HartLanes::apply(Hart& hart, const event_log::EventView& event, const TaskTable& tasks) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kSchedSwitch: hart.task = tasks.of(fields[events::kSchedSwitchNextPid].number); break;
    case events::kIrqEntry:
      hart.causes.push_back(static_cast<std::uint32_t>(fields[events::kIrqEntryCause].number));
      hart.asleep = false;
      break;
    case events::kIrqExit:
      if (!hart.causes.empty()) hart.causes.pop_back();
      break;
    case events::kWfiEnter: hart.asleep = true; break;
    case events::kWfiExit: hart.asleep = false; break;
    case events::kContentionBegin: hart.lock_wait = true; break;
    case events::kContentionEnd: hart.lock_wait = false; break;
    case events::kBalanceEnter:
      hart.balance = true;
      hart.loop = false;
      hart.calls = 0;
      break;
    case events::kDispatchCall:
      hart.calls = static_cast<std::uint32_t>(fields[events::kDispatchCallIteration].number);
      if (hart.calls > monitor::kBurst && !hart.loop) {
        hart.loop = hart.trapped = true;
        name_balance(event.hart);
      }
      break;
    case events::kBreakout:
      hart.loop = hart.trapped = true;
      name_balance(event.hart);
      break;
    case events::kBalanceExit: hart.balance = false; break;
    case events::kIrqOff:
      hart.irqs_off = true;
      hart.site = static_cast<std::uint32_t>(fields[events::kIrqOffSite].number);
      break;
    case events::kIrqOn: hart.irqs_off = false; break;
    case events::kCpuOffline: hart = Hart{}; break;
    case events::kScxDisable:
      for (Hart& each : harts_) each.trapped = false;
      break;
    default: break;
  }
}

void HartLanes::on_reset(sim::Cycle cycle) {
  for (sim::HartId id = 0; id < harts_.size(); ++id) {
    name_balance(id);
    harts_[id] = Hart{};
    cut(id, cycle);
  }
}

void HartLanes::name_balance(sim::HartId id) {
  const Hart& hart = harts_[id];
  if (!hart.balance) return;
  std::vector<HartSegment>& segments = lanes_[id].segments;
  for (std::size_t i = hart.balance_begin; i < segments.size(); ++i) {
    HartSegment& segment = segments[i];
    if (segment.state != HartState::kBalance && segment.state != HartState::kTrapped) continue;
    segment.state = hart.loop ? HartState::kTrapped : HartState::kBalance;
    segment.detail = hart.calls;
  }
}

void HartLanes::cut(sim::HartId id, sim::Cycle cycle) {
  const Hart& hart = harts_[id];
  std::vector<HartSegment>& segments = lanes_[id].segments;
  HartSegment now{cycle, HartState::kTask, hart.task & kTaskIdMax, 0};
  if (hart.off) now = {cycle, HartState::kOff, kIdleTask, 0};
  else if (!hart.causes.empty()) now = {cycle, HartState::kInterrupt, hart.task & kTaskIdMax, hart.causes.back()};
  else if (hart.asleep) now.state = HartState::kWfi;
  else if (hart.lock_wait) now.state = HartState::kLockWait;
  else if (hart.balance) {
    HartSegment& last = segments.back();
    const bool goes_on = last.state == HartState::kBalance || last.state == HartState::kTrapped;
    now.state = hart.loop ? HartState::kTrapped : HartState::kBalance;
    now.detail = goes_on ? last.detail : hart.calls;  // named when the balance ends
  } else if (hart.irqs_off) now = {cycle, HartState::kIrqsOff, hart.task & kTaskIdMax, hart.site};
  else if (hart.task == kIdleTask) now.state = HartState::kIdle;
  HartSegment& last = segments.back();
  if (now.same_as(last)) return;
  if (last.from < cycle) {
    segments.push_back(now);
    return;
  }
  last = now;  // the state before lasted no cycle
  if (segments.size() > 1 && segments[segments.size() - 2].same_as(last)) segments.pop_back();
}

void HartLanes::finish(sim::Cycle end) {
  for (sim::HartId id = 0; id < harts_.size(); ++id) {
    name_balance(id);
    lanes_[id].end = std::max(end, lanes_[id].segments.back().from);
  }
}

}  // namespace tb::page
