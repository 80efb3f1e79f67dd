// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/fork.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/base/placement.h"
#include "firmware/kernel/drivers/test_sources.h"
#include "firmware/kernel/ext/loader_calls.h"
#include "firmware/kernel/ext/task_life.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/locking/user_lock.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/signal.h"
#include "firmware/kernel/thread_names.h"
#include "firmware/kernel/user.h"

namespace kernel {

namespace {

constexpr uint16_t kDeadSlot = 0x8000;  // in slot_of_pid: the task has exited, but a reference to it is left
static_assert(kNrTasksMax < kDeadSlot);

void task_entry(void* arg) {
  Task& task = *static_cast<Task*>(arg);
  schedule_tail();
  // An interrupt let in by the switch may have found a better task: preemption was off then.
  if (need_resched()) schedule();
  task.function(task);
  do_exit();
}

void user_task_main(Task& task) {
  Frame frame(trace::Site::kUser);
  user_main(*task.spec, task.pid);
}

void loader_task_main(Task& task) {
  Frame frame(trace::Site::kUser);
  sys_exit(loader_main(*task.loader_spec));
}

// Tasks that wait for the policy to be loaded, or for its loader to end, need not wait any more.
void report_loader_exit() {
  complete_first_load();
  kernel().loader_exited.complete();
}

// The n-th CPU of a set, wrapping.
unsigned nth_cpu(Cpumask mask, uint32_t n) {
  for (n %= cpumask_weight(mask); n > 0; --n) mask &= mask - 1;
  return cpumask_first(mask);
}

uint16_t slot_number(const Task& task) { return static_cast<uint16_t>(&task - kernel().tasks); }

// The next free one, counting up. tasklist_lock held.
uint32_t alloc_pid() {
  Kernel& k = kernel();
  do {
    k.last_pid = k.last_pid + 1 < kPidMax ? k.last_pid + 1 : kReservedPids;
  } while (k.slot_of_pid[k.last_pid] != 0);
  return k.last_pid;
}

// An empty slot with a PID of its own; null: all are in use.
Task* alloc_task() {
  Kernel& k = kernel();
  SpinLockIrqSave guard(k.tasklist_lock);
  Task* task = k.free_tasks.front();
  if (task != nullptr) {
    k.free_tasks.erase(*task);
  } else if (k.nr_tasks < kNrTasksMax) {
    task = &k.tasks[k.nr_tasks++];
  } else {
    return nullptr;
  }
  task->pid = alloc_pid();
  return task;
}

// Nothing of the task is left but the slot and its words.
void free_task_slot(Task& task) {
  const TaskWords words = task;
  const OpsStateWord ops_state = task.scx.ops_state;
  new (Placement{&task}) Task;
  static_cast<TaskWords&>(task) = words;
  task.scx.ops_state = ops_state;
  SpinLockIrqSave guard(kernel().tasklist_lock);
  kernel().free_tasks.push_back(task);
}

// From here on its PID leads to it, from any hart: it has all it needs.
void publish_task(Task& task) {
  SpinLockIrqSave guard(kernel().tasklist_lock);
  kernel().all_tasks.push_back(task);
  kernel().slot_of_pid[task.pid] = static_cast<uint16_t>(slot_number(task) + 1);
}

// A search for a living task of this PID finds none from this very cycle on.
void mark_dead(Task& task) {
  SpinLockIrqSave guard(kernel().tasklist_lock);
  arch::flush();  // readers do not lock
  kernel().slot_of_pid[task.pid] |= kDeadSlot;
}

void unpublish_task(Task& task) {
  SpinLockIrqSave guard(kernel().tasklist_lock);
  kernel().all_tasks.erase(task);
  kernel().slot_of_pid[task.pid] = 0;
}

void free_after_grace_period(RcuHead& head) { free_task_slot(*static_cast<TaskRcuHead&>(head).task); }

// The last reference is put. Who found it before may still look at it, until the grace period ends.
void free_task(Task& task) {
  unpublish_task(task);  // first: a load or unload that walks the list must not meet a task whose ext life is over
  scx_free(task);
  task.rcu.task = &task;
  call_rcu(task.rcu, free_after_grace_period);
}

void set_up(Task& task, const CloneArgs& args) {
  for (unsigned i = 0; i + 1 < kTaskCommLen && args.comm[i] != '\0'; ++i) task.comm[i] = args.comm[i];
  const Cpumask all = cpumask_all(kernel_config->nr_cpus);
  task.cpus_allowed = args.cpus_allowed == 0 ? all : args.cpus_allowed & all;
  if (task.cpus_allowed == 0) arch::panic("a task is allowed on no CPU of this machine");
  task.nr_cpus_allowed = cpumask_weight(task.cpus_allowed);
  task.policy = args.policy;
  task.rt_priority = args.rt_priority;
  task.rr_ticks_left = sched_rr_timeslice();
  task.nice = args.nice;
  task.kthread = args.kthread;
  task.per_cpu_kthread = args.kthread && args.cpus_allowed != 0 && task.nr_cpus_allowed == 1;
  task.function = args.function;
  task.data = args.data;
  task.spec = args.spec;
  task.loader_spec = args.loader_spec;
  // A first guess, spread over the allowed CPUs; the class has the last word.
  init_task_words(task, TASK_NEW, nth_cpu(task.cpus_allowed, task.pid - 1));
}

}  // namespace

void init_task_words(Task& task, uint32_t state, unsigned cpu) {
  const auto set = [&task](SharedWord& word, uint32_t value) {
    if (task.words_placed) {
      word.store(value);
    } else {
      word.place(value);
    }
  };
  if (!task.words_placed) {
    task.pi_lock.place();
    task.scx.ops_state.place();
  }
  set(task.usage, 1);  // its own, put after its last switch
  set(task.state, state);
  set(task.on_rq, kOffRq);
  set(task.on_cpu, 0);
  set(task.thread_flags, 0);
  set(task.cpu_word, cpu);
  task.words_placed = true;
  task.cpu = cpu;
}

Task* copy_process(const CloneArgs& args, int& error) {
  Frame frame(trace::Site::kFork);
  charge(Cost::fork);
  Task* const task = alloc_task();
  if (task == nullptr) {
    error = -EAGAIN;
    return nullptr;
  }
  set_up(*task, args);
  inherit_irqs_seen(*task, *current());
  scx_pre_fork(*task);
  task->sched_class = normal_class_of(*task);
  error = scx_fork(*task);
  if (error != 0) {
    scx_cancel_fork(*task);
    free_task_slot(*task);
    return nullptr;
  }
  trace::task_new(task->pid, task->comm, task->sched_class->id, task->cpus_allowed);
  task->context = arch::context_create(task_entry, task);
  scx_post_fork(*task);
  publish_task(*task);  // as far as the policy's other tasks: who finds it may change it at once
  scx_end_fork();       // and before a load walks the list
  return task;
}

void start_loader(const SchedulerSpec& spec) {
  char comm[kTaskCommLen];
  format_text(comm, sizeof(comm), kLoaderComm, spec.name);
  int error = 0;
  Task* const task = copy_process({.comm = comm, .function = loader_task_main, .loader_spec = &spec}, error);
  if (task == nullptr) {
    printk("%s: cannot be started (%d)", comm, error);
    report_loader_exit();
  } else {
    wake_up_new_task(*task);
  }
}

int clone_user_task(const TaskSpec& spec) {
  int error = 0;
  Task* const task = copy_process({.comm = spec.comm,
                                   .cpus_allowed = spec.cpus_allowed,
                                   .policy = sched_policy_of(spec.sched_class),
                                   .rt_priority = is_realtime(spec.sched_class) ? spec.rt_priority : 0u,
                                   .nice = spec.nice,
                                   .function = user_task_main,
                                   .spec = &spec},
                                  error);
  if (task == nullptr) return error;
  const auto pid = static_cast<int>(task->pid);  // it may be gone as soon as it is woken
  wake_up_new_task(*task);
  return pid;
}

void do_exit(int status) {
  Task& task = *current();
  Frame frame(trace::Site::kDoExit);
  task.exiting = true;
  if (task.spec != nullptr) user_locks_exit();
  if (task.spec != nullptr || task.loader_spec != nullptr) cancel_sleep_timer();
  exit_scx_link();
  cond_resched();
  task.exit_status = status;
  mark_dead(task);       // a policy that looks it up finds it no more, and it may yet be displaced
  ++task.preempt_count;  // for good: from here to the switch nothing may come between
  trace::task_exit(task.pid, task.comm, status);
  if (task.loader_spec != nullptr) report_loader_exit();
  set_current_state(TASK_DEAD);
  schedule();
  arch::panic("a dead task was switched to");
}

bool get_task(Task& task) {
  uint32_t seen = task.usage.load();
  for (;;) {
    if (seen == 0) return false;
    const uint32_t old = task.usage.compare_exchange(seen, seen + 1);
    if (old == seen) return true;
    seen = old;
  }
}

void put_task(Task& task) {
  if (task.usage.fetch_add(~0u) == 1) free_task(task);
}

Task* first_task() {
  if (!kernel().tasklist_lock.held_here()) arch::panic("the task list is read without its lock");
  return kernel().all_tasks.front();
}

Task* next_task(const Task& task) { return kernel().all_tasks.next(task); }

Task* find_task_by_pid(uint32_t pid) {
  if (pid >= kPidMax) return nullptr;
  const unsigned slot = kernel().slot_of_pid[pid] & ~kDeadSlot;
  return slot == 0 ? nullptr : &kernel().tasks[slot - 1];
}

Task* find_living_task_by_pid(uint32_t pid) {
  return pid < kPidMax && (kernel().slot_of_pid[pid] & kDeadSlot) == 0 ? find_task_by_pid(pid) : nullptr;
}

}  // namespace kernel
