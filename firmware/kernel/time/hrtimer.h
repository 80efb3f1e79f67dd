// SPDX-License-Identifier: Apache-2.0
// High-resolution timers: one queue per CPU over its MTIMECMP, used by that CPU only, with interrupts off. So it needs no
// lock: a timer is armed and expires on the same hart, unless that goes off: then another one inherits it.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/list.h"

namespace kernel {

struct HrTimer {
  uint64_t expires = 0;  // cycles
  void (*function)(HrTimer&) = nullptr;
  void* data = nullptr;
  ListNode<HrTimer> node;
};

class HrTimerBase {
 public:
  // Absolute expiry in cycles; of a timer that is armed already, the new one counts. Reprograms MTIMECMP only when the first
  // expiry changes.
  void start(HrTimer& timer, uint64_t expires);
  // True if it was armed here.
  bool cancel(HrTimer& timer);
  [[nodiscard]] bool holds(const HrTimer& timer) const { return queue_.contains(timer); }
  // The timer interrupt: runs the timers that have expired, then programs the next.
  void interrupt();
  [[nodiscard]] HrTimer* first() const { return queue_.front(); }
  // --- CPU hotplug: of another CPU's queue too, all CPUs being stopped; its CPU is told to reprogram() by IPI ---
  void put(HrTimer& timer, uint64_t expires);
  void take(HrTimer& timer);
  // Of the calling CPU: MTIMECMP by the timer that is first now.
  void reprogram();

  // The first one but for `timer`; null: there is none.
  [[nodiscard]] const HrTimer* first_besides(const HrTimer& timer) const;

 private:
  static constexpr uint64_t kUnprogrammed = ~uint64_t{0};

  void enqueue(HrTimer& timer);

  List<HrTimer, &HrTimer::node> queue_;  // by expiry; equal ones in order of arming
  uint64_t programmed_ = kUnprogrammed;  // MTIMECMP as last written, in ticks; all ones out of reset
  bool in_interrupt_ = false;
};

}  // namespace kernel
