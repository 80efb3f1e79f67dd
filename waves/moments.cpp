// SPDX-License-Identifier: Apache-2.0
#include "waves/moments.h"

#include "trace_events.h"

namespace waves {

namespace {

// A balance that has called dispatch this often is taken for trapped (SCX_DSP_MAX_LOOPS), breakout or not.
constexpr std::uint64_t kTrappedCalls = 32;

std::uint64_t first_number(std::span<const std::uint8_t>& payload) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  while (!payload.empty()) {
    const std::uint8_t byte = payload.front();
    payload = payload.subspan(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    shift += 7;
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

}  // namespace

void Moments::on_event(const sim::Event& event) {
  auto payload = event.payload;
  const auto id = static_cast<trace::Event>(event.id);
  if (id == trace::Event::kTaskNew) {
    const std::uint64_t pid = first_number(payload);
    const std::uint64_t length = first_number(payload);
    tasks_[pid] = std::string(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(length));
    return;
  }
  switch (id) {
    case trace::Event::kHwWatchdogBark:
      if (!bark_) guarded_hart_ = static_cast<sim::HartId>(first_number(payload));
      return mark(bark_, event.cycle);
    case trace::Event::kHwWatchdogBite: return mark(bite_, event.cycle);
    case trace::Event::kSysrq: return mark(sysrq_, event.cycle);
    case trace::Event::kWatchdogMiss: return mark(watchdog_miss_, event.cycle);
    case trace::Event::kScxError: return mark(error_, event.cycle);
    case trace::Event::kBypass:
      if (error_ || sysrq_) mark(bypass_, event.cycle);  // earlier ones belong to a load
      return;
    case trace::Event::kScxDisable: return mark(disable_, event.cycle);
    default: return on_hart_event(event);
  }
}

void Moments::on_hart_event(const sim::Event& event) {
  auto payload = event.payload;
  const auto id = static_cast<trace::Event>(event.id);
  if (id == trace::Event::kBalanceEnter) balance_since_[event.hart] = event.cycle;
  if (id == trace::Event::kDispatchCall && !trapped_hart_ && first_number(payload) == kTrappedCalls) {
    trapped_hart_ = event.hart;
    loop_start_ = balance_since_[event.hart];
  }
  if (trapped_hart_ != event.hart) return;
  switch (id) {
    case trace::Event::kBreakout: mark(breakout_, event.cycle); break;
    case trace::Event::kKick: mark(kick_, event.cycle); break;
    case trace::Event::kIrqWorkRun:
      if (kick_) mark(irq_work_, event.cycle);
      break;
    case trace::Event::kBalanceEnter:
      if (breakout_) mark(fresh_balance_, event.cycle);
      break;
    default: break;
  }
}

std::vector<Marker> Moments::markers() const {
  const std::array<std::optional<sim::Cycle>, kMoments.size()> cycles{
      loop_start_, breakout_, kick_, irq_work_, fresh_balance_, sysrq_, watchdog_miss_, error_, bypass_, disable_, bark_, bite_};
  std::vector<Marker> out;
  for (std::size_t i = 0; i < kMoments.size(); ++i)
    if (cycles[i]) out.push_back({std::string(kMoments[i].name), std::string(kMoments[i].meaning), *cycles[i]});
  return out;
}

}  // namespace waves
