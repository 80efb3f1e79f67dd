// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/hotplug.h"

#include "firmware/kernel/ext/hotplug.h"
#include "firmware/kernel/ext/idle_mask.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/change.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

void set_active(unsigned cpu, bool active) {
  IrqGuard irqs_off;
  Rq& rq = cpu_rq(cpu);
  RqLockGuard guard(rq);
  rq.active = active;
  if (active) {
    kernel().cpu_active.test_and_set(cpu);
  } else {
    kernel().cpu_active.test_and_clear(cpu);
  }
}

void set_scx_online(unsigned cpu, bool online) {
  IrqGuard irqs_off;
  Rq& rq = cpu_rq(cpu);
  RqLockGuard guard(rq);
  if (online) {
    rq.scx.flags |= SCX_RQ_ONLINE;
  } else {
    rq.scx.flags &= ~SCX_RQ_ONLINE;
  }
}

bool must_leave(const Rq& rq, const Task& p) { return &p != rq.curr && !p.per_cpu_kthread; }

template <class Tasks>
Task* first_to_push(const Rq& rq, const Tasks& tasks) {
  for (Task* p = tasks.front(); p != nullptr; p = tasks.next(*p)) {
    if (must_leave(rq, *p)) return p;
  }
  return nullptr;
}

Task* next_to_push(const Rq& rq) {
  for (unsigned priority = kRtPrioMax; priority-- > 0;) {
    if (Task* const p = first_to_push(rq, rq.rt.queue[priority])) return p;
  }
  if (Task* const p = first_to_push(rq, rq.fair.queue)) return p;
  return first_to_push(rq, rq.scx.runnable_list);
}

// A task that must leave, held; null: there is none.
Task* hold_next_to_push(Rq& rq) {
  IrqGuard irqs_off;
  RqLockGuard guard(rq);
  Task* const p = next_to_push(rq);
  if (p != nullptr && !get_task(*p)) arch::panic("a queued task has no reference left");
  return p;
}

void push(Rq& rq, Task& task) {
  SpinLockIrqSave guard(task.pi_lock);
  Rq& locked = task_rq_lock(task);  // it may have left by itself meanwhile
  if (&locked == &rq && task.on_rq.load() == TASK_ON_RQ_QUEUED && rq.curr != &task) {
    move_queued_task(rq, task);
  } else {
    rq_unlock(locked);
  }
}

bool only_curr_left(Rq& rq) {
  IrqGuard irqs_off;
  RqLockGuard guard(rq);
  return rq.fair.nr_running + rq.rt.nr_running + rq.scx.nr_running == 1;
}

}  // namespace

void sched_cpu_deactivate(unsigned cpu) {
  set_active(cpu, false);
  // Who chose this CPU before it had interrupts off: when this returns, the task is here.
  synchronize_rcu();
  set_scx_online(cpu, false);
  kernel().scx.idle_cpus.test_and_clear(cpu);
  scx_rq_deactivate(cpu);
}

void sched_cpu_wait_empty(unsigned cpu) {
  Rq& rq = cpu_rq(cpu);
  for (;;) {
    while (Task* const task = hold_next_to_push(rq)) {
      push(rq, *task);
      put_task(*task);
    }
    if (only_curr_left(rq)) return;
    schedule_timeout(1);  // ksoftirqd, say
  }
}

void sched_cpu_activate(unsigned cpu) {
  set_active(cpu, true);
  scx_rq_activate(cpu);
  set_scx_online(cpu, true);
  trace::cpu_online(cpu);
}

bool is_cpu_allowed(const Task& task, unsigned cpu) {
  if (!cpumask_test(task.cpus_allowed, cpu)) return false;
  return !kernel_config->hotplug_cpu || task.per_cpu_kthread || cpumask_test(cpu_active_mask(), cpu);
}

Cpumask fallback_cpus(Rq& rq, Task& task) {
  const Cpumask active = cpu_active_mask();
  if ((task.cpus_allowed & active) != 0) return task.cpus_allowed & active;
  if (!task.kthread) {
    printk("process %d (%s) no longer affine to cpu%d", static_cast<int>(task.pid), task.comm, static_cast<int>(rq.cpu));
  }
  const Cpumask all = cpumask_all(kernel_config->nr_cpus);
  SchedChange change(rq, task, DEQUEUE_SAVE);
  if (task.sched_class->set_cpus_allowed != nullptr) {
    task.sched_class->set_cpus_allowed(task, all);
  } else {
    set_cpus_allowed_common(task, all);
  }
  return all & active;
}

unsigned select_fallback_rq(Task& task) {
  const Cpumask allowed = task.cpus_allowed & cpu_active_mask();
  if (allowed != 0) return cpumask_first(allowed);
  Rq& rq = task_rq_lock(task);
  const Cpumask cpus = fallback_cpus(rq, task);
  rq_unlock(rq);
  return cpumask_first(cpus);
}

}  // namespace kernel
