// SPDX-License-Identifier: Apache-2.0
// Changing a task's class, priority, weight or affinity wherever it stands: asleep, queued or running.
#pragma once

#include "firmware/kernel/sched/class.h"
#include "firmware/kernel/sched/flags.h"
#include "firmware/kernel/sched/rq.h"

namespace kernel {

// Takes the task off its rq for a scope and puts it back as it was: queued, running, both (a running task is queued
// too) or neither. Its rq is locked throughout, and p->pi_lock unless only its place in the class changes.
class SchedChange {
 public:
  SchedChange(Rq& rq, Task& task, uint64_t flags = DEQUEUE_SAVE | DEQUEUE_MOVE);
  ~SchedChange();
  SchedChange(const SchedChange&) = delete;
  SchedChange& operator=(const SchedChange&) = delete;

 private:
  Rq& rq_;
  Task& task_;
  const uint64_t flags_;  // ENQUEUE_RESTORE and _MOVE have the values of DEQUEUE_SAVE and _MOVE
  const bool queued_;
  const bool running_;
};

// Inside the change, once task.sched_class is set: tells the new class.
void check_class_changing(Rq& rq, Task& task, const SchedClass* prev_class);
// After the change: tells both classes, which may ask for a reschedule. The class_switch event.
void check_class_changed(Rq& rq, Task& task, const SchedClass* prev_class);

}  // namespace kernel
