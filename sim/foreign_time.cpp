// SPDX-License-Identifier: Apache-2.0
#include "sim/foreign_time.h"

namespace sim {

void ForeignTime::catch_up(Cycle now) {
  const sc_core::sc_time due = period_ * static_cast<double>(now);
  if (due > sc_core::sc_time_stamp()) sc_core::wait(due - sc_core::sc_time_stamp());
}

// All that SystemC has pending belongs to foreign processes. If nothing is pending, only software can wake them, and it says so
// by sync().
void ForeignTime::let_run(Cycle now) {
  for (;;) {
    while (sc_core::sc_pending_activity_at_current_time()) sc_core::wait(sc_core::SC_ZERO_TIME);
    others_ = sc_core::sc_pending_activity_at_future_time();
    due_ = kNever;
    if (!others_) return;
    const sc_core::sc_time next = sc_core::sc_time_stamp() + sc_core::sc_time_to_pending_activity();
    due_ = (next.value() + period_.value() - 1) / period_.value();
    if (due_ > now) return;
    catch_up(now);
  }
}

}  // namespace sim
