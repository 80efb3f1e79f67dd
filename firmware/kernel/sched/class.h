// SPDX-License-Identifier: Apache-2.0
// A scheduling class: its functions that the core calls. All calls with the rq lock held, except select_task_rq (p->pi_lock).
#pragma once

#include <stdint.h>

#include "trace_events.h"

namespace kernel {

struct Rq;
struct Task;

struct SchedClass {
  trace::Class id;
  const char* name;
  void (*enqueue_task)(Rq& rq, Task& task, uint64_t flags);
  void (*dequeue_task)(Rq& rq, Task& task, uint64_t flags);
  void (*yield_task)(Rq& rq);
  // task, of this very class, woke up on rq.
  void (*wakeup_preempt)(Rq& rq, Task& task);
  // task, of this class, has been woken up on rq: all is done but the release of the lock, which may be dropped for a while.
  // Null: nothing to do.
  void (*task_woken)(Rq& rq, Task& task) = nullptr;
  // Makes the class ready to be asked; true: it, or one above, has something to run.
  bool (*balance)(Rq& rq, Task& prev);
  Task* (*pick_task)(Rq& rq);
  // Called as a pair, and only if another task goes on.
  void (*put_prev_task)(Rq& rq, Task& prev, Task& next);
  void (*set_next_task)(Rq& rq, Task& next);
  void (*task_tick)(Rq& rq, Task& curr);
  unsigned (*select_task_rq)(Task& task, unsigned prev_cpu, uint32_t wake_flags);

  // Changes of a task's attributes, pi_lock held too; null: nothing to do. The task is off its rq in the first three.
  void (*switching_to)(Rq& rq, Task& task) = nullptr;                     // it has just been given this class
  void (*reweight_task)(Rq& rq, Task& task) = nullptr;                    // its load weight has changed
  void (*set_cpus_allowed)(Task& task, uint64_t cpus_allowed) = nullptr;  // null: set_cpus_allowed_common
  // It is back on its rq, if it was on it.
  void (*switched_from)(Rq& rq, Task& task) = nullptr;  // it had this class
  void (*switched_to)(Rq& rq, Task& task) = nullptr;    // it has this class now
  void (*prio_changed)(Rq& rq, Task& task) = nullptr;   // it kept this class
};

extern const SchedClass kStopSchedClass;
extern const SchedClass kRtSchedClass;
extern const SchedClass kFairSchedClass;
extern const SchedClass kExtSchedClass;
extern const SchedClass kIdleSchedClass;

// a comes before b.
inline bool sched_class_above(const SchedClass* a, const SchedClass* b) { return a->id < b->id; }

// The highest class, and the next lower one: without fair when all its tasks are switched, without ext when no policy is
// loaded. Null after idle. There is no deadline class.
const SchedClass* first_active_class();
const SchedClass* next_active_class(const SchedClass* sched_class);

// The class that its policy and priority ask for; its present one may be another.
const SchedClass* normal_class_of(const Task& task);

}  // namespace kernel
