// SPDX-License-Identifier: Apache-2.0
#include "tb/page/marks.h"

#include <fmt/format.h>

#include <algorithm>

#include "event_names.h"  // generated

namespace tb::page {
namespace {

constexpr std::size_t kFlagsMax = 40;

bool is_mark(std::uint8_t event) {
  switch (event) {
    case events::kTick:
    case events::kKick:
    case events::kHwWatchdogBark:
    case events::kHwWatchdogBite:
    case events::kScxError:
    case events::kScxEnable:
    case events::kScxDisable:
    case events::kWatchdogMiss:
    case events::kRqLockWait:
    case events::kSysrq:
    case events::kPowerSwitch:
    case events::kCpuOffline:
    case events::kCpuOnline:
    case events::kInvariant: return true;
    default: return false;
  }
}

}  // namespace

void Marks::on_event(const event_log::EventView& event, bool trapped) {
  moments_.on_event(event);
  if (is_mark(event.id)) {
    const bool special =
        event.id == events::kTick ? trapped : event.id == events::kKick && event.fields[events::kKickSelf].number;
    all_.push_back({event.cycle, event.hart, event.id, special});
  }
  if (flags_.size() >= kFlagsMax) return;
  switch (event.id) {
    case events::kScxEnable:
      flags_.push_back({event.cycle, fmt::format("{} on", event.fields[events::kScxEnableName].text), "the policy is loaded"});
      break;
    case events::kReset:
      if (const std::uint64_t boot = event.fields[events::kResetBoot].number; boot > 0)
        flags_.push_back({event.cycle, fmt::format("boot {}", boot), "the machine starts again"});
      break;
    default: break;
  }
}

std::vector<Flag> Marks::flags() const {
  std::vector<Flag> flags = flags_;
  for (const waves::Marker& marker : moments_.markers()) flags.push_back({marker.cycle, marker.name, marker.meaning});
  std::ranges::stable_sort(flags, {}, &Flag::cycle);
  return flags;
}

}  // namespace tb::page
