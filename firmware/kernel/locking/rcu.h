// SPDX-License-Identifier: Apache-2.0
// Grace periods: one ends when every CPU has been, since it began, in user mode, in a context switch, or idle. A CPU tells
// by its tick; one whose tick is stopped counts as idle. A reader is any code that runs with preemption off.
#pragma once

#include "firmware/kernel/base/cpumask.h"
#include "firmware/kernel/locking/rcu_head.h"
#include "firmware/kernel/locking/wait.h"
#include "firmware/kernel/time/timer.h"

namespace kernel {

// Sleeps until a grace period that began after the call is over.
void synchronize_rcu();
// Calls function(head) in the RCU softirq of this CPU after such a grace period. Any context, also with locks held.
void call_rcu(RcuHead& head, void (*function)(RcuHead&));

// --- reports from the rest of the kernel ---

// __schedule, on each pass.
void rcu_note_context_switch();
// The tick. resting: it interrupted user mode or the idle loop.
void rcu_sched_clock_irq(bool resting);
// The idle loop with its tick stopped, and the way out of it.
void rcu_idle_enter();
void rcu_idle_exit();
// This CPU has something to do for RCU and must keep its tick.
[[nodiscard]] bool rcu_needs_cpu();
// CPU hotplug: the calling CPU leaves, but still reads; it reads no more; its callbacks become the caller's.
void rcu_cpu_dying();
void rcu_report_dead();
void rcu_migrate_callbacks(unsigned dead_cpu);
// The RCU softirq.
void rcu_softirq();
// Boot; then the thread that drives grace periods, in task context.
void rcu_init();
void spawn_rcu_gp_kthread();

// Hart-private.
struct RcuCpu {
  uint32_t seq_seen = 0;                    // Rcu::seq at the last tick
  bool quiescent = false;                   // since then
  bool owes_report = false;                 // the grace period of seq_seen waits for this CPU
  uint32_t asked = 0;                       // grace period last asked for
  uint32_t idle_seq = 0;                    // Rcu::idle_seq of this CPU
  List<RcuHead, &RcuHead::node> callbacks;  // oldest first
};

struct Rcu {
  SpinLock lock;
  SharedWord seq;                       // odd: a grace period is under way. Written under the lock
  SharedWord idle_seq[kNrCpusMax];      // odd: asleep with the tick stopped. So a change tells of idleness that is over
  uint32_t idle_seen[kNrCpusMax] = {};  // when the grace period began; this and the rest: lock
  uint32_t needed = 0;                  // a grace period that ends with this seq is asked for
  Cpumask dying = 0;                    // no longer online, but not dead yet
  Cpumask holdouts = 0;                 // CPUs that have not been quiescent yet
  TimerList force_timer;                // to look at idle CPUs again
  WaitQueue thread;                     // the grace period thread
  WaitQueue waiters;                    // synchronize_rcu
};

}  // namespace kernel
