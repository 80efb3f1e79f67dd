// SPDX-License-Identifier: Apache-2.0
// Timers in jiffies. A timer belongs to the CPU that armed it: that CPU's tick, once it is due, raises the timer softirq,
// which runs it. It fires at the first tick at or after its time, never before; a real wheel rounds long delays up further.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/list.h"
#include "firmware/kernel/base/shared_ram.h"

namespace kernel {

struct TimerList {
  uint32_t expires = 0;                    // jiffies
  void (*function)(TimerList&) = nullptr;  // softirq, interrupts on; may arm the timer again
  void* data = nullptr;
  unsigned cpu = 0;  // whose base it is on; Kernel::timer_lock
  ListNode<TimerList> node;
};

// On this CPU. One that is pending is moved. A time that is past means the next tick.
void timer_add(TimerList& timer, uint32_t expires);
// True if it was pending. It may be running.
bool timer_del(TimerList& timer);
// And it does not run any more. Not from its own function, nor with a lock held that its function takes.
bool timer_del_sync(TimerList& timer);
// Sleeps that many ticks.
void schedule_timeout(uint32_t count);

// CPU hotplug: the timers of a CPU that is off go to the calling one; a CPU on its way up begins with a queue of now.
void timers_dead_cpu(unsigned cpu);
void timers_prepare_cpu(unsigned cpu);

// Of one CPU; guarded by Kernel::timer_lock. One lock for all bases: timers are rare, and may be deleted from anywhere.
struct TimerBase {
  List<TimerList, &TimerList::node> queue;  // by expiry; equal ones in order of arming
  TimerList* running = nullptr;
  uint32_t clk = 0;        // jiffies up to which it has been run
  SharedWord next_expiry;  // of the first one; far off when there is none. Read by the tick without the lock
};

inline constexpr uint32_t NEXT_TIMER_MAX_DELTA = (1u << 30) - 1;

// Boot.
void timers_init();
// The tick of this CPU: raises the softirq if something is due.
void run_local_timers(uint32_t now);
void run_timer_softirq();

}  // namespace kernel
