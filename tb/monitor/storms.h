// SPDX-License-Identifier: Apache-2.0
// What a hart does too often: counted in each tick period, told when it was too much in several of them in a row.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

#include "firmware/kernel/config.h"
#include "log/decode.h"
#include "tb/monitor/lock_spin.h"
#include "tb/monitor/waiting.h"
#include "tb/result/warning.h"

namespace tb::monitor {

inline constexpr std::uint64_t kStormPerTick = 50;  // more IPIs, or switches, than that in a tick period are too many
inline constexpr unsigned kConvoyFraction = 4;      // more of a tick period than 1/4 waiting for locks is too much
inline constexpr unsigned kStormTicks = 5;          // tick periods in a row

class StormMonitor {
 public:
  StormMonitor(unsigned harts, sim::Cycle tick_cycles) : harts_(harts), tick_cycles_(tick_cycles) {}

  // `waiting` has seen the event already.
  void on_event(const event_log::EventView& event, const WaitingTasks& waiting);
  void on_lock_wait(const LockWait& wait, const WaitingTasks& waiting);
  // The end of the run, or a reset: the tick period under way does not count.
  void cut(sim::Cycle cycle, const WaitingTasks& waiting);

  // The first storm of each kind and hart, in the order they were found. `count`: events, or cycles, in the first tick periods of it.
  struct Storm {
    WarningKind kind;
    sim::HartId hart;
    sim::Cycle from;
    std::uint64_t count;
    std::uint64_t pid = 0;  // livelock: the task that waited
    bool single = false;    // lock_convoy: one wait of `count` cycles, not several in tick periods in a row
  };
  [[nodiscard]] const std::vector<Storm>& storms() const { return storms_; }

 private:
  // One count of one hart.
  struct Count {
    std::uint64_t now = 0;                          // in the tick period under way
    unsigned in_a_row = 0;                          // tick periods before it in which it was too much
    std::array<std::uint64_t, kStormTicks> last{};  // the counts of the last ones, in a ring
    [[nodiscard]] std::uint64_t total() const { return std::accumulate(last.begin(), last.end(), std::uint64_t{0}); }
  };
  struct Hart {
    std::uint64_t period = 0;  // under way, from 0 at cycle 0
    Count ipis, switches, lock_wait;
  };

  Hart& at(sim::HartId hart, sim::Cycle cycle, const WaitingTasks& waiting);
  void close(sim::HartId hart, const WaitingTasks& waiting);
  bool too_much(Count& count, std::uint64_t limit);
  void tell(WarningKind kind, sim::HartId hart, const Count& count, std::uint64_t pid = 0);
  void tell(const Storm& storm);

  unsigned harts_;
  sim::Cycle tick_cycles_;
  std::array<Hart, kernel::kNrCpusMax> hart_{};
  std::vector<Storm> storms_;
};

}  // namespace tb::monitor
