// SPDX-License-Identifier: Apache-2.0
// Wakeups. p->pi_lock makes one waker win; the rest follows the order of shared_words.h.
#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/hotplug.h"

namespace kernel {

namespace {

void ttwu_do_wakeup(Task& task) {
  task.state.store(TASK_RUNNING);
  trace::sched_wakeup(task.pid, task.comm, task.cpu);
}

// It announced its sleep but is still on its rq: then it need not be queued, only told.
bool ttwu_runnable(Task& task) {
  Rq& rq = task_rq_lock(task);
  const bool queued = task.on_rq.load() == TASK_ON_RQ_QUEUED;
  if (queued) ttwu_do_wakeup(task);
  rq_unlock(rq);
  return queued;
}

unsigned select_task_rq(Task& task, uint32_t wake_flags) {
  unsigned cpu = task.cpu;
  // A pinned task is not asked about: no policy ever sees one here.
  if (task.nr_cpus_allowed > 1) {
    cpu = task.sched_class->select_task_rq(task, cpu, wake_flags);
  } else {
    cpu = cpumask_first(task.cpus_allowed);
  }
  return is_cpu_allowed(task, cpu) ? cpu : select_fallback_rq(task);
}

void ttwu_queue(Task& task, uint64_t enqueue_flags) {
  Rq& rq = cpu_rq(task.cpu);
  RqLockGuard guard(rq);
  activate_task(rq, task, enqueue_flags);
  wakeup_preempt(rq, task);
  ttwu_do_wakeup(task);
  if (task.sched_class->task_woken != nullptr) task.sched_class->task_woken(rq, task);
}

void wait_until_off_cpu(const Task& task) {
  while (task.on_cpu.load() != 0) charge(Cost::spin);
}

bool wake_up_locked(Task& task, uint32_t state_mask, uint32_t wake_flags) {
  if ((task.state.load() & state_mask) == 0) return false;
  trace::sched_waking(task.pid, task.comm, task.cpu);
  if (&task == current()) {  // an interrupt between its set_current_state and schedule
    ttwu_do_wakeup(task);
    return true;
  }
  if (task.on_rq.load() != kOffRq && ttwu_runnable(task)) return true;
  task.state.store(TASK_WAKING);
  wait_until_off_cpu(task);
  set_task_cpu(task, select_task_rq(task, wake_flags | WF_TTWU));
  ttwu_queue(task, ENQUEUE_WAKEUP | (task.nr_cpus_allowed > 1 ? ENQUEUE_RQ_SELECTED : 0));
  return true;
}

}  // namespace

bool try_to_wake_up(Task& task, uint32_t state_mask, uint32_t wake_flags) {
  PreemptGuard preempt;
  Frame frame(trace::Site::kTryToWakeUp);
  charge(Cost::wakeup);
  SpinLockIrqSave guard(task.pi_lock);
  return wake_up_locked(task, state_mask, wake_flags);
}

void wake_up_new_task(Task& task) {
  PreemptGuard preempt;
  Frame frame(trace::Site::kTryToWakeUp);
  charge(Cost::wakeup);
  SpinLockIrqSave guard(task.pi_lock);
  set_task_cpu(task, select_task_rq(task, WF_FORK));
  ttwu_queue(task, 0);
}

void set_current_state(uint32_t state) { current()->state.store(state); }

}  // namespace kernel
