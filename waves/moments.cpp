// SPDX-License-Identifier: Apache-2.0
#include "waves/moments.h"

#include <algorithm>

#include "event_names.h"  // generated

namespace waves {

namespace {

constexpr sim::Cycle kAtOnce = 1000;  // cycles; a later bark is as good as one with the first

}  // namespace

void Moments::on_event(const event_log::EventView& event) {
  switch (event.id) {
    case events::kTaskNew:
      tasks_[event.fields[events::kTaskNewPid].number] = std::string(event.fields[events::kTaskNewComm].text);
      return;
    case events::kHwWatchdogBark:
      return on_bark(static_cast<sim::HartId>(event.fields[events::kHwWatchdogBarkGuardedCpu].number), event.cycle);
    case events::kHwWatchdogBite: return mark(bite_, event.cycle);
    case events::kSysrq: return mark(sysrq_, event.cycle);
    case events::kWatchdogMiss: return mark(watchdog_miss_, event.cycle);
    case events::kScxError: return mark(error_, event.cycle);
    case events::kBypass:
      if (error_ || sysrq_) mark(bypass_, event.cycle);  // earlier ones belong to a load
      return;
    case events::kScxDisable: return mark(disable_, event.cycle);
    default: return on_hart_event(event);
  }
}

void Moments::on_bark(sim::HartId guarded, sim::Cycle cycle) {
  if (!bark_) guarded_hart_ = guarded;
  mark(bark_, cycle);
  const bool known = std::ranges::find(barks_, guarded, &Bark::guarded) != barks_.end();
  if (!known && barks_.size() < kBarksMax) barks_.push_back({guarded, cycle});
}

void Moments::on_hart_event(const event_log::EventView& event) {
  if (event.id == events::kBalanceEnter) balance_since_[event.hart] = event.cycle;
  // Taken for trapped, breakout or not.
  if (event.id == events::kDispatchCall && !trapped_hart_ &&
      event.fields[events::kDispatchCallIteration].number == kernel::SCX_DSP_MAX_LOOPS) {
    trapped_hart_ = event.hart;
    loop_start_ = balance_since_[event.hart];
  }
  if (trapped_hart_ != event.hart) return;
  switch (event.id) {
    case events::kBreakout: return mark(breakout_, event.cycle);
    case events::kKick: return mark(kick_, event.cycle);
    case events::kIrqWorkRun:
      if (kick_) mark(irq_work_, event.cycle);
      return;
    case events::kBalanceEnter:
      if (breakout_) mark(fresh_balance_, event.cycle);
      return;
    default: return;
  }
}

std::vector<Marker> Moments::markers() const {
  const std::array<std::optional<sim::Cycle>, kMoments.size()> cycles{
      loop_start_, breakout_, kick_, irq_work_, fresh_balance_, sysrq_, watchdog_miss_, error_, bypass_, disable_, bark_, bite_};
  std::vector<Marker> out;
  for (std::size_t i = 0; i < kMoments.size(); ++i)
    if (cycles[i]) out.push_back({std::string(kMoments[i].name), std::string(kMoments[i].meaning), *cycles[i]});
  for (const Bark& bark : barks_)
    if (bark.cycle > *bark_ + kAtOnce) out.push_back({"bark of hart " + std::to_string(bark.guarded), "", bark.cycle});
  return out;
}

}  // namespace waves
