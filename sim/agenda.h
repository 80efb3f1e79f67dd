// SPDX-License-Identifier: Apache-2.0
// Actions of the testbench, each due at a cycle.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "sim/hart_op.h"

namespace sim {

class Agenda {
 public:
  void add(Cycle at, std::function<void()> action) { actions_.push({at, count_++, std::move(action)}); }

  // The cycle of the first action; kNever if there is none.
  [[nodiscard]] Cycle next() const { return actions_.empty() ? kNever : actions_.top().at; }

  // Runs what is due at cycle `now`, in the order of the cycles, then of the calls; also what an action adds.
  void run(Cycle now) {
    while (next() <= now) {
      auto run = std::move(const_cast<Action&>(actions_.top()).run);  // moved from: popped before the queue compares it again
      actions_.pop();
      run();
    }
  }

 private:
  struct Action {
    Cycle at;
    std::uint64_t order;
    std::function<void()> run;
    bool operator>(const Action& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  std::uint64_t count_ = 0;
  std::priority_queue<Action, std::vector<Action>, std::greater<>> actions_;
};

}  // namespace sim
