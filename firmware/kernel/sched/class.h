// SPDX-License-Identifier: Apache-2.0
// A scheduling class: what the core asks of it. All calls with the rq lock held, except select_task_rq (p->pi_lock).
#pragma once

#include <stdint.h>

#include "trace_events.h"

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
  // Makes the class ready to be asked; true: it, or one above, has something to run.
  bool (*balance)(Rq& rq, Task& prev);
  Task* (*pick_task)(Rq& rq);
  // Called as a pair, and only if another task goes on.
  void (*put_prev_task)(Rq& rq, Task& prev, Task& next);
  void (*set_next_task)(Rq& rq, Task& next);
  void (*task_tick)(Rq& rq, Task& curr);
  unsigned (*select_task_rq)(Task& task, unsigned prev_cpu, uint32_t wake_flags);
};

extern const SchedClass kRtSchedClass;
extern const SchedClass kFairSchedClass;
extern const SchedClass kExtSchedClass;
extern const SchedClass kIdleSchedClass;

// a comes before b.
inline bool sched_class_above(const SchedClass* a, const SchedClass* b) { return a->id < b->id; }

// The highest class, and the next lower one: without fair when all its tasks are switched, without ext when no policy is
// loaded. Null after idle. The list has stop and deadline above rt once they exist.
const SchedClass* first_active_class();
const SchedClass* next_active_class(const SchedClass* sched_class);
