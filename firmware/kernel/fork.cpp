// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/fork.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/task_life.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/user.h"

namespace {

void task_entry(void* arg) {
  Task& task = *static_cast<Task*>(arg);
  schedule_tail();
  // An interrupt let in by the switch may have found somebody better: preemption was off then.
  if (need_resched()) schedule();
  task.function(task);
  do_exit();
}

void user_task_main(Task& task) {
  Frame frame(trace::Site::kUser);
  user_main(*task.spec, task.pid);
}

// The n-th CPU of a set, wrapping.
unsigned nth_cpu(Cpumask mask, uint32_t n) {
  for (n %= cpumask_weight(mask); n > 0; --n) mask &= mask - 1;
  return cpumask_first(mask);
}

Task& new_task(const char* comm, Cpumask cpus_allowed, void (*function)(Task&)) {
  Frame frame(trace::Site::kFork);
  charge(Cost::fork);
  Kernel& k = kernel();
  if (k.nr_tasks == kNrTasksMax) arch::panic("too many tasks");
  Task& task = k.tasks[k.nr_tasks];
  task.pid = k.nr_tasks + 1;
  for (unsigned i = 0; i + 1 < kTaskCommLen && comm[i] != '\0'; ++i) task.comm[i] = comm[i];
  const Cpumask all = cpumask_all(kernel_config->nr_cpus);
  task.cpus_allowed = cpus_allowed == 0 ? all : cpus_allowed & all;
  if (task.cpus_allowed == 0) arch::panic("a task is allowed on no CPU of this machine");
  task.nr_cpus_allowed = cpumask_weight(task.cpus_allowed);
  task.function = function;
  // A first guess, spread over the allowed CPUs; the class has the last word.
  init_task_words(task, TASK_NEW, nth_cpu(task.cpus_allowed, task.pid - 1));
  return task;
}

void finish_fork(Task& task) {
  scx_fork(task);
  trace::task_new(task.pid, task.comm, task.sched_class->id);
  task.context = arch::context_create(task_entry, &task);
  ++kernel().nr_tasks;  // from here on its PID leads to it, from any hart: it has all it needs
}

}  // namespace

void init_task_words(Task& task, uint32_t state, unsigned cpu) {
  task.pi_lock.place();
  task.state.place(state);
  task.on_rq.place(kOffRq);
  task.on_cpu.place(0);
  task.need_resched.place(0);
  task.cpu = cpu;
  task.cpu_word.place(cpu);
  task.scx.ops_state.place();
}

Task& kthread_create(const char* comm, Cpumask cpus_allowed, void (*function)(Task&)) {
  Task& task = new_task(comm, cpus_allowed, function);
  task.sched_class = scx_normal_class();
  finish_fork(task);
  return task;
}

Task& fork_user_task(const TaskSpec& spec) {
  Task& task = new_task(spec.comm, spec.cpus_allowed, user_task_main);
  task.spec = &spec;
  task.nice = spec.nice;
  if (spec.sched_class == TaskClass::kFifo) {
    task.rt_priority = spec.rt_priority;
    task.sched_class = &kRtSchedClass;
  } else {
    task.sched_class = scx_normal_class();
  }
  finish_fork(task);
  return task;
}

void do_exit() {
  Task& task = *current();
  trace::task_exit(task.pid, task.comm);
  task.exiting = true;
  ++task.preempt_count;  // for good: from here to the switch nothing may come between
  set_current_state(TASK_DEAD);
  schedule();
  arch::panic("a dead task was switched to");
}

void release_task(Task& task) { scx_free(task); }

Task* find_task_by_pid(uint32_t pid) {
  return pid == 0 || pid > kernel().nr_tasks ? nullptr : &kernel().tasks[pid - 1];
}
