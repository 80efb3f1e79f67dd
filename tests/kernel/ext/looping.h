// SPDX-License-Identifier: Apache-2.0
// The looping-dispatch fixture, and its bursts cut out of the log.
#pragma once

#include "tests/kernel/kernel_run.h"

namespace kernel {

namespace test {

// qmap that loops after a few dispatches, in the form that arms on one CPU too.
inline SchedulerSpec& loop_soon(KernelRun& run, std::int64_t dispatches = 5) {
  return run.policy("qmap", {{"dsp_inf_loop_after", dispatches}, {"direct_dispatch", 0}, {"slice_us", 2'000}});
}

struct Burst {
  std::size_t enter = 0;  // indices of balance_enter and balance_exit
  std::size_t exit = 0;
};

// Balances of a hart that were left by the breakout.
inline std::vector<Burst> trapped_bursts(const Events& events) {
  std::vector<Burst> bursts;
  std::size_t enter = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].name == "balance_enter") enter = i;
    if (events[i].name == "balance_exit" && events[i].number("trapped") != 0) bursts.push_back({enter, i});
  }
  return bursts;
}

}  // namespace test

}  // namespace kernel
