// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/drivers/test_sources.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/locking/user_lock.h"
#include "firmware/kernel/locking/user_sync.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/sched/stop.h"
#include "firmware/kernel/signal.h"
#include "firmware/kernel/time/clock.h"
#include "firmware/kernel/user.h"

namespace kernel {

namespace {

constexpr uint64_t kComputeChunkMax = 1u << 30;  // cycles in one arch::charge

void nanosleep_expired(HrTimer& timer) {
  Task& task = *static_cast<Task*>(timer.data);
  task.sleep_over = true;  // before the wake-up's pi_lock
  wake_up_process(task);
}

enum class HrTimerMode { kRelative, kAbsolute };

void start_sleep_timer(Task& task, uint64_t ns, HrTimerMode mode) {
  IrqGuard irqs_off;
  task.sleep_over = false;
  task.sleep_timer.function = nanosleep_expired;
  task.sleep_timer.data = &task;
  this_cpu().hrtimers.start(task.sleep_timer, (mode == HrTimerMode::kRelative ? arch::cycles() : 0) + ns_to_cycles(ns));
}

// A wake-up meant for an earlier sleep does not end this one: the timer is still armed. Who misses the word here, under the
// lock that its waker is yet to take, is woken.
void sleep_until_timer(Task& task) {
  schedule();
  while (!task.sleep_over && !task.kill_pending) {
    set_current_state(TASK_INTERRUPTIBLE);
    bool over = false;
    {
      SpinLockIrqSave guard(task.pi_lock);
      over = task.sleep_over || task.kill_pending;
    }
    if (over) {
      set_current_state(TASK_RUNNING);
      return;
    }
    schedule();
  }
}

void nanosleep(uint64_t ns, HrTimerMode mode) {
  charge(Cost::syscall);
  set_current_state(TASK_INTERRUPTIBLE);
  start_sleep_timer(*current(), ns, mode);
  sleep_until_timer(*current());
  exit_to_user_mode();
}

struct TimerCancel {
  HrTimerBase& base;
  HrTimer& timer;
};

void cancel_on_its_cpu(void* arg) {
  const TimerCancel& cancel = *static_cast<TimerCancel*>(arg);
  IrqGuard irqs_off;
  cancel.base.cancel(cancel.timer);
}

// The task with that PID, held; null: there is none. 0 is the caller.
Task* hold_task(uint32_t pid) {
  PreemptGuard preempt;
  Task* const task = pid == 0 ? current() : find_task_by_pid(pid);
  return task != nullptr && get_task(*task) ? task : nullptr;
}

// A system call that changes a task's attributes.
template <class Change>
int change_task(uint32_t pid, Change change) {
  charge(Cost::syscall);
  Task* const task = hold_task(pid);
  int error = -ESRCH;
  if (task != nullptr) {
    error = change(*task);
    put_task(*task);
  }
  exit_to_user_mode();
  return error;
}

int with_cond(unsigned cond, void (*act)(unsigned)) {
  charge(Cost::syscall);
  const bool known = cond < kernel_config->user.nr_conds;
  if (known) act(cond);
  exit_to_user_mode();
  return known ? 0 : -EINVAL;
}

}  // namespace

void do_user_exit_work(uint32_t thread_flags) {
  if ((thread_flags & TIF_NEED_RESCHED) != 0) schedule();
  if ((thread_flags & TIF_SIGPENDING) != 0) do_signal();
}

void exit_to_user_mode() {
  while (const uint32_t work = current()->thread_flags.load()) do_user_exit_work(work);
}

void user_compute(uint64_t ns) {
  Task& task = *current();
  uint64_t left = ns_to_cycles(ns);
  if (left == 0) left = 1;  // a program of nothing but empty steps must not stand still in time
  while (left != 0) {
    const uint64_t chunk = left < kComputeChunkMax ? left : kComputeChunkMax;
    arch::flush();  // cycles that the kernel has charged are no user time
    task.user_mode = true;
    arch::charge(static_cast<uint32_t>(chunk));
    arch::flush();
    task.user_mode = false;
    left -= chunk;
  }
}

// A timer belongs to the CPU that armed it; who was killed in its sleep may be on another by now.
void cancel_sleep_timer() {
  HrTimer& timer = current()->sleep_timer;
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    HrTimerBase& base = kernel().cpus[cpu].hrtimers;
    if (!base.holds(timer)) continue;
    TimerCancel cancel{base, timer};
    stop_one_cpu(cpu, cancel_on_its_cpu, &cancel);
  }
}

void sys_nanosleep(uint64_t ns) {
  Frame frame(trace::Site::kNanosleep);
  nanosleep(ns, HrTimerMode::kRelative);
}

// A time that has come arms a timer which expires at once: the task sleeps as long as that takes, as in Linux.
void sys_clock_nanosleep(uint64_t until_ns) {
  Frame frame(trace::Site::kNanosleep);
  nanosleep(until_ns, HrTimerMode::kAbsolute);
}

uint64_t user_clock_ns() { return ktime_get_ns(); }

void user_period(uint32_t pid, const char* comm, uint64_t late_ns) { trace::timer_period(pid, comm, ns_to_cycles(late_ns)); }

void sys_sched_yield() {
  Frame frame(trace::Site::kSchedule);
  charge(Cost::syscall);
  {
    IrqGuard irqs_off;
    Rq& rq = this_rq();
    RqLockGuard guard(rq);
    rq.curr->sched_class->yield_task(rq);
  }
  schedule();
  exit_to_user_mode();
}

void sys_wait_irq(unsigned source) {
  charge(Cost::syscall);
  if (source != 0 && source < kNrTestSources) wait_for_irq(source);  // 0 is the kernel's
  exit_to_user_mode();
}

void sys_wait() {
  charge(Cost::syscall);
  wait_for_wake();
  exit_to_user_mode();
}

int sys_wake(uint32_t pid) {
  return change_task(pid, [](Task& task) {
    give_wake(task);
    return 0;
  });
}

int sys_lock(unsigned index) {
  charge(Cost::syscall);
  const int error = index < kernel_config->user.nr_locks ? user_lock(index) : -EINVAL;
  exit_to_user_mode();
  return error;
}

int sys_unlock(unsigned index) {
  charge(Cost::syscall);
  const int error = index < kernel_config->user.nr_locks ? user_unlock(index) : -EINVAL;
  exit_to_user_mode();
  return error;
}

int sys_cond_wait(unsigned cond, unsigned mutex) {
  charge(Cost::syscall);
  const UserSpace& user = kernel_config->user;
  const int error = cond < user.nr_conds && mutex < user.nr_locks ? user_cond_wait(cond, mutex) : -EINVAL;
  exit_to_user_mode();
  return error;
}

int sys_cond_signal(unsigned cond) { return with_cond(cond, user_cond_signal); }

int sys_cond_broadcast(unsigned cond) { return with_cond(cond, user_cond_broadcast); }

int sys_barrier_wait(unsigned index) {
  charge(Cost::syscall);
  const int error = index < kernel_config->user.nr_barriers ? user_barrier_wait(index) : -EINVAL;
  exit_to_user_mode();
  return error;
}

int sys_fork(uint32_t task_index) {
  charge(Cost::syscall);
  const int pid = task_index < kernel_config->user.nr_tasks ? clone_user_task(kernel_config->user.tasks[task_index]) : -EINVAL;
  exit_to_user_mode();
  return pid;
}

void sys_exit(int status) {
  charge(Cost::syscall);
  do_exit(status);
}

int sys_sched_setaffinity(uint32_t pid, uint64_t cpus_allowed) {
  return change_task(pid, [cpus_allowed](Task& task) { return set_cpus_allowed(task, cpus_allowed); });
}

int sys_sched_setscheduler(uint32_t pid, TaskClass task_class, unsigned rt_priority) {
  return change_task(
      pid, [task_class, rt_priority](Task& task) { return sched_setscheduler(task, sched_policy_of(task_class), rt_priority); });
}

int sys_setpriority(uint32_t pid, int nice) {
  return change_task(pid, [nice](Task& task) {
    set_user_nice(task, nice);
    return 0;
  });
}

uint32_t sys_pid_of(uint32_t task_index) {
  charge(Cost::syscall);
  const TaskSpec* const spec = &kernel_config->user.tasks[task_index];
  uint32_t pid = 0;
  {
    SpinLockIrqSave guard(kernel().tasklist_lock);
    for (const Task* task = first_task(); task != nullptr && pid == 0; task = next_task(*task)) {
      if (task->spec == spec) pid = task->pid;
    }
  }
  exit_to_user_mode();
  return pid;
}

}  // namespace kernel
