// SPDX-License-Identifier: Apache-2.0
// SystemC time, for processes that are neither the SoC's nor its software's. The clock runs ahead of sc_time_stamp(), which is
// brought up to the RTL cycle before any such process runs; the clock must not run past a cycle at which one is due.
#pragma once

#include <cstdint>

#include "sim/hart_op.h"
#include "sim/systemc.h"

namespace sim {

class ForeignTime {
 public:
  explicit ForeignTime(std::uint32_t clock_mhz) : period_(1'000'000.0 / clock_mhz, sc_core::SC_PS) {}

  // Whether foreign processes may have SystemC activity pending: then any of them may be woken at any time.
  [[nodiscard]] bool others() const { return others_; }
  // The cycle at which the next foreign process is due.
  [[nodiscard]] Cycle due() const { return due_; }

  // Software is about to notify a foreign process at cycle `now`.
  void sync(Cycle now) {
    others_ = true;
    catch_up(now);
  }
  // Lets foreign processes run that are due by cycle `now`. The calling thread must be the only one of ours that is runnable.
  void let_run(Cycle now);

 private:
  void catch_up(Cycle now);

  sc_core::sc_time period_;
  bool others_ = true;
  Cycle due_ = kNever;
};

}  // namespace sim
