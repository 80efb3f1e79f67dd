// SPDX-License-Identifier: Apache-2.0
// Which tasks wait for a CPU in vain once bypass has been switched on to take a policy out (a load bypasses too): those
// that are runnable then, or become so later, and get no CPU for the rest of the run.
#pragma once

#include <cstdint>
#include <optional>

#include "log/decode.h"
#include "tb/monitor/waiting.h"

namespace tb::monitor {

inline constexpr unsigned kStarvedTicks = 20;  // a task that has waited for less at the end is not starved

class StarvationMonitor {
 public:
  explicit StarvationMonitor(sim::Cycle tick_cycles) : tick_cycles_(tick_cycles) {}

  void on_event(const event_log::EventView& event);
  void finish(sim::Cycle end, const WaitingTasks& waiting);

  // Tasks starved: none if no policy was taken out; nothing if that was too short before the end to tell.
  [[nodiscard]] std::optional<std::uint64_t> starved() const { return starved_; }

 private:
  sim::Cycle tick_cycles_;
  std::optional<sim::Cycle> last_bypass_;
  std::optional<sim::Cycle> recovery_;  // the bypass that an scx_disable followed
  std::optional<std::uint64_t> starved_;
};

}  // namespace tb::monitor
