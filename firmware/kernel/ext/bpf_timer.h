// SPDX-License-Identifier: Apache-2.0
// Timers of a policy. One expires on the CPU that armed it, in the hard interrupt, interrupts off, no rq locked; the field
// runs them in the softirq after it. A queue of hrtimers belongs to its hart, so a timer has a member in each: arming it
// elsewhere leaves the old one to expire unheard.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/pool.h"
#include "firmware/kernel/config.h"
#include "firmware/kernel/locking/spinlock.h"
#include "firmware/kernel/time/hrtimer.h"

namespace kernel {

class BpfTimer;
using BpfTimerCallback = void (*)(void* state, BpfTimer& timer);

// In a policy's state.
class BpfTimer {
 public:
  // 0; -EBUSY: it is initialised; -ENOMEM: the machine has no memory left. For ops.init.
  int init(BpfTimerCallback callback);
  // Runs the callback once, on this CPU, after that time. 0, or -EINVAL: not initialised, or the policy is at its end.
  int start(uint64_t delay_ns);
  // True if it was armed.
  bool cancel();

 private:
  friend struct BpfTimers;

  struct BpfTimerSlot* slot_ = nullptr;
};

struct BpfTimerSlot {
  BpfTimer* owner = nullptr;
  BpfTimerCallback callback = nullptr;
  bool armed = false;
  uint32_t generation = 0;                      // of the arming that counts
  HrTimer members[kNrCpusMax];                  // own hart each
  uint32_t member_generation[kNrCpusMax] = {};  // which arming the member belongs to
};

struct BpfTimers {
  SpinLock lock;  // all but the members
  Pool<BpfTimerSlot, 4> slots;
  unsigned nr_used = 0;  // the first so many are this load's
  unsigned nr_running = 0;
  bool stopped = true;

  void place() { lock.place(); }
  void reset();
};

// CPU hotplug: timers that the calling CPU has armed expire on `heir`. All others are stopped.
void bpf_timers_cpu_dying(unsigned heir);
// From its return on no timer of the policy runs. May spin until a callback on another CPU is done.
void bpf_timers_stop();

}  // namespace kernel
