// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/setscheduler.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/task_life.h"
#include "firmware/kernel/sched/change.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/fair.h"
#include "firmware/kernel/trace/frame.h"

namespace kernel {

namespace {

bool valid(unsigned policy, unsigned rt_priority) {
  switch (policy) {
    case SCHED_FIFO:
    case SCHED_RR: return rt_priority >= 1 && rt_priority < kRtPrioMax;
    case SCHED_NORMAL:
    case SCHED_BATCH:
    case SCHED_IDLE:
    case SCHED_EXT: return rt_priority == 0;
    default: return false;
  }
}

// Inside a change. The class the task still has hears of its new weight.
template <class Change>
void change_weight(Rq& rq, Task& task, Change change) {
  const uint32_t before = load_weight_of(task);
  change();
  if (load_weight_of(task) != before && task.sched_class->reweight_task != nullptr) task.sched_class->reweight_task(rq, task);
}

int set_policy(Rq& rq, Task& task, unsigned policy, unsigned rt_priority) {
  if (task.sched_class == &kStopSchedClass) return -EINVAL;
  const int error = scx_check_setscheduler(task, policy);
  if (error != 0) return error;
  const SchedClass* const prev_class = task.sched_class;
  {
    SchedChange change(rq, task);
    change_weight(rq, task, [&] {
      task.policy = policy;
      task.rt_priority = rt_priority;
    });
    task.sched_class = normal_class_of(task);
    check_class_changing(rq, task, prev_class);
  }
  check_class_changed(rq, task, prev_class);
  return 0;
}

}  // namespace

unsigned sched_policy_of(TaskClass task_class) {
  switch (task_class) {
    case TaskClass::kNormal: return SCHED_NORMAL;
    case TaskClass::kFifo: return SCHED_FIFO;
    case TaskClass::kBatch: return SCHED_BATCH;
    case TaskClass::kIdle: return SCHED_IDLE;
    case TaskClass::kExt: return SCHED_EXT;
    case TaskClass::kRr: return SCHED_RR;
  }
  return SCHED_NORMAL;
}

int sched_setscheduler(Task& task, unsigned policy, unsigned rt_priority) {
  PreemptGuard preempt;
  Frame frame(trace::Site::kSchedSetscheduler);
  if (!valid(policy, rt_priority)) return -EINVAL;
  SpinLockIrqSave guard(task.pi_lock);
  Rq& rq = task_rq_lock(task);
  const int error = set_policy(rq, task, policy, rt_priority);
  rq_unlock(rq);
  return error;
}

void set_user_nice(Task& task, int nice) {
  PreemptGuard preempt;
  Frame frame(trace::Site::kSchedSetscheduler);
  if (nice < -20) nice = -20;
  if (nice > 19) nice = 19;
  SpinLockIrqSave guard(task.pi_lock);
  Rq& rq = task_rq_lock(task);
  if (task.nice != nice) {
    {
      SchedChange change(rq, task, DEQUEUE_SAVE);
      change_weight(rq, task, [&] { task.nice = nice; });
    }
    check_class_changed(rq, task, task.sched_class);
  }
  rq_unlock(rq);
}

}  // namespace kernel
