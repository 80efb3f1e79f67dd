// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/affinity.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/change.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/hotplug.h"
#include "firmware/kernel/sched/stop.h"
#include "firmware/kernel/trace/frame.h"

namespace kernel {

namespace {

// Moves the task if it waits on a CPU it may not use any more. One that runs there is its CPU's stopper's business: that CPU;
// else -1. rq, the task's, is locked, and is not on return.
int settle(Rq& rq, Task& task) {
  const bool queued = task.on_rq.load() == TASK_ON_RQ_QUEUED;
  const bool misplaced = queued && !cpumask_test(task.cpus_allowed, rq.cpu);
  task.migration_pending = misplaced && rq.curr == &task;
  const int runs_on = task.migration_pending ? static_cast<int>(rq.cpu) : -1;
  if (misplaced && !task.migration_pending) {
    move_queued_task(rq, task);
  } else {
    rq_unlock(rq);
  }
  return runs_on;
}

// On the CPU the task was seen running on. Nothing runs there now but this.
void migration_cpu_stop(void* arg) {
  Task& task = *static_cast<Task*>(arg);
  SpinLockIrqSave guard(task.pi_lock);
  settle(task_rq_lock(task), task);  // it may be running elsewhere by now: the caller looks again
}

// runs_on: as settle says.
int change_mask(Task& task, Cpumask cpus_allowed, int& runs_on) {
  SpinLockIrqSave guard(task.pi_lock);
  Rq& rq = task_rq_lock(task);
  if (task.sched_class == &kStopSchedClass || task.is_idle_task()) {  // of its CPU
    rq_unlock(rq);
    return -EINVAL;
  }
  if (task.cpus_allowed != cpus_allowed) {
    SchedChange change(rq, task, DEQUEUE_SAVE);
    if (task.sched_class->set_cpus_allowed != nullptr) {
      task.sched_class->set_cpus_allowed(task, cpus_allowed);
    } else {
      set_cpus_allowed_common(task, cpus_allowed);
    }
  }
  runs_on = settle(rq, task);
  return 0;
}

// Where the task is seen, while it runs on a CPU it may not use; -1: it does not.
int settle_or_find(Task& task) {
  SpinLockIrqSave guard(task.pi_lock);
  return settle(task_rq_lock(task), task);
}

}  // namespace

void move_queued_task(Rq& rq, Task& task) {
  const Cpumask cpus = fallback_cpus(rq, task);
  const Cpumask idle = kernel().scx.idle_cpus.load() & cpus;
  Rq& dst = cpu_rq(cpumask_next_wrap(idle != 0 ? idle : cpus, rq.cpu));
  deactivate_task(rq, task, 0);
  set_task_cpu(task, dst.cpu);
  rq_unlock(rq);
  RqLockGuard guard(dst);
  activate_task(dst, task, 0);
  wakeup_preempt(dst, task);
}

void set_cpus_allowed_common(Task& task, Cpumask cpus_allowed) {
  task.cpus_allowed = cpus_allowed;
  task.nr_cpus_allowed = cpumask_weight(cpus_allowed);
  trace::set_cpus_allowed(task.pid, cpus_allowed);
}

int set_cpus_allowed(Task& task, Cpumask cpus_allowed) {
  Frame frame(trace::Site::kSetCpusAllowed);
  cpus_allowed &= cpumask_all(kernel_config->nr_cpus);
  if ((cpus_allowed & cpu_active_mask()) == 0) return -EINVAL;
  int cpu = -1;
  const int error = change_mask(task, cpus_allowed, cpu);
  if (error != 0) return error;
  for (; cpu >= 0; cpu = settle_or_find(task)) {
    stop_one_cpu(static_cast<unsigned>(cpu), migration_cpu_stop, &task);  // refused: that CPU pushes it away itself
  }
  return 0;
}

}  // namespace kernel
