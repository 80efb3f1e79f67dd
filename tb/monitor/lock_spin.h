// SPDX-License-Identifier: Apache-2.0
// How long harts wait for spinlocks.
#pragma once

#include <array>
#include <optional>

#include "event_schema.h"  // generated
#include "firmware/kernel/config.h"
#include "json/value.h"
#include "log/decode.h"
#include "tb/monitor/histogram.h"

namespace tb::monitor {

// A wait for a lock that is over.
struct LockWait {
  sim::HartId hart = 0;
  std::uint64_t kind = 0;  // events::kLockKind*
  sim::Cycle from = 0, to = 0;

  [[nodiscard]] sim::Cycle cycles() const { return to - from; }
};

class LockSpinMonitor {
 public:
  explicit LockSpinMonitor(unsigned harts) : harts_(harts) {}

  // The wait that ends with the event.
  std::optional<LockWait> on_event(const event_log::EventView& event);
  // The end of the run, or a reset: the wait of that hart that is under way ends.
  std::optional<LockWait> cut(sim::HartId hart, sim::Cycle cycle);

  // `total` and `per_hart` in cycles, and histograms of the waits: by kind of lock, and of those that begin while bypass has the hart.
  [[nodiscard]] json::Value to_json() const;

 private:
  struct Hart {
    std::optional<LockWait> wait;
    sim::Cycle total = 0;
    bool bypass = false;
    bool wait_in_bypass = false;
  };

  std::optional<LockWait> end(Hart& hart, sim::Cycle cycle);

  unsigned harts_;
  std::array<Hart, kernel::kNrCpusMax> hart_{};
  std::array<Histogram, trace::schema::kLockKindNames.size()> by_kind_;
  Histogram in_bypass_;
};

}  // namespace tb::monitor
