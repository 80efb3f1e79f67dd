// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/change.h"

#include "firmware/kernel/base/charge.h"

namespace kernel {

SchedChange::SchedChange(Rq& rq, Task& task, uint64_t flags)
    : rq_(rq), task_(task), flags_(flags), queued_(task.on_rq.load() == TASK_ON_RQ_QUEUED), running_(rq.curr == &task) {
  if (!rq.lock.held_here() || task.cpu != rq.cpu) arch::panic("a task is changed without the lock of its rq");
  if (queued_) {
    charge(Cost::dequeue);
    task.sched_class->dequeue_task(rq, task, flags);
  }
  if (running_) task.sched_class->put_prev_task(rq, task, task);
}

SchedChange::~SchedChange() {
  if (queued_) {
    charge(Cost::enqueue);
    task_.sched_class->enqueue_task(rq_, task_, flags_);
  }
  if (!running_) return;
  task_.sched_class->set_next_task(rq_, task_);
  arch::trace_reg(arch::TraceReg::kClass, rq_.cpu, static_cast<uint32_t>(task_.sched_class->id));
}

void check_class_changing(Rq& rq, Task& task, const SchedClass* prev_class) {
  if (task.sched_class == prev_class || task.sched_class->switching_to == nullptr) return;
  task.sched_class->switching_to(rq, task);
}

void check_class_changed(Rq& rq, Task& task, const SchedClass* prev_class) {
  if (task.sched_class == prev_class) {
    if (prev_class->prio_changed != nullptr) prev_class->prio_changed(rq, task);
    return;
  }
  trace::class_switch(task.pid, prev_class->id, task.sched_class->id);
  if (prev_class->switched_from != nullptr) prev_class->switched_from(rq, task);
  if (task.sched_class->switched_to != nullptr) task.sched_class->switched_to(rq, task);
}

}  // namespace kernel
