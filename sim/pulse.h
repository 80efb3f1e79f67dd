// SPDX-License-Identifier: Apache-2.0
// The progress that a running machine reports to its supervisor, and the request to stop. They lie in memory that processes
// share, and cost a load and a store each time the clock loop returns to software.
#pragma once

#include <atomic>
#include <cstdint>

#include "sim/hart_op.h"

namespace sim {

struct Pulse {
  std::atomic<Cycle> cycle{0};        // the clock has run so far
  std::atomic<bool> stop{false};      // asks for the end of the run at the next cycle where software has nothing left to do
  std::atomic<bool> stopping{false};  // the end has come, this or another: only files are left to close
};
static_assert(std::atomic<Cycle>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "shared between processes, and written by signal handlers");

// However quiet the machine, the clock loop returns after that many cycles.
inline constexpr Cycle kPulsePeriod = Cycle{1} << 20;

}  // namespace sim
