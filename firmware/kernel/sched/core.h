// SPDX-License-Identifier: Apache-2.0
// The scheduler core: the switch, wakeups, need_resched, the tick's part.
#pragma once

#include <stdint.h>

#include "firmware/kernel/sched/class.h"
#include "firmware/kernel/sched/flags.h"
#include "firmware/kernel/sched/rq.h"

namespace kernel {

// --- scheduling ---

// The calling task may sleep: it does if its state says so. The idle task never does. Interrupts on.
void schedule();
// The calling task stays runnable, also in a sleeping state. Interrupts on or off; on when it returns.
void preempt_schedule();
// Gives way if asked to; only a kernel with voluntary preemption does.
void cond_resched();

// Sends the current task of rq to the scheduler; by IPI if it runs elsewhere. Rq locked.
void resched_curr(Rq& rq);
// Of the calling task.
bool need_resched();

// A new task's first steps on its own context.
void schedule_tail();

// The tick, on every CPU, idle or not.
void scheduler_tick();

// --- tasks on run queues ---

void activate_task(Rq& rq, Task& task, uint64_t flags);
void deactivate_task(Rq& rq, Task& task, uint64_t flags);
// pi_lock or the lock of the rq it leaves held.
void set_task_cpu(Task& task, unsigned cpu);
// A runnable task arrived on rq: does curr give way?
void wakeup_preempt(Rq& rq, Task& task);

// The end of every system call, on the way back to user mode: gives way if asked to, handles signals.
void exit_to_user_mode();
// One round of it: the work that these thread flags ask for.
void do_user_exit_work(uint32_t thread_flags);
// How a state is shown.
trace::TaskState task_state_letter(uint32_t state);

// --- wakeups (wakeup.cpp) ---

// Wakes the task if its state is in `state_mask`. True if it did.
bool try_to_wake_up(Task& task, uint32_t state_mask, uint32_t wake_flags);
inline bool wake_up_process(Task& task) { return try_to_wake_up(task, TASK_NORMAL, 0); }
void wake_up_new_task(Task& task);
// Announces that the calling task is about to sleep. The condition is checked, or the timer armed, after this.
void set_current_state(uint32_t state);

// --- preemption control: of the calling task ---

class PreemptGuard {
 public:
  PreemptGuard();
  ~PreemptGuard();
  PreemptGuard(const PreemptGuard&) = delete;
  PreemptGuard& operator=(const PreemptGuard&) = delete;

 private:
  Task& task_;
};

}  // namespace kernel
