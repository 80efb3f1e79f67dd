// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/irq/external.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/setscheduler.h"
#include "firmware/kernel/time/clock.h"
#include "firmware/kernel/user.h"

namespace {

constexpr uint64_t kComputeChunkMax = 1u << 30;  // cycles in one arch::charge

// Back to user mode: the last look at need_resched.
void exit_to_user_mode() {
  if (need_resched()) schedule();
}

void nanosleep_expired(HrTimer& timer) { wake_up_process(*static_cast<Task*>(timer.data)); }

void start_sleep_timer(Task& task, uint64_t ns) {
  IrqGuard irqs_off;
  task.sleep_timer.function = nanosleep_expired;
  task.sleep_timer.data = &task;
  this_cpu().hrtimers.start(task.sleep_timer, arch::cycles() + ns_to_cycles(ns));
}

}  // namespace

void user_compute(uint64_t ns) {
  Task& task = *current();
  uint64_t left = ns_to_cycles(ns);
  if (left == 0) left = 1;  // a program of nothing but empty steps must not stand still in time
  while (left != 0) {
    const uint64_t chunk = left < kComputeChunkMax ? left : kComputeChunkMax;
    arch::flush();  // what the kernel still owes is no user time
    task.user_mode = true;
    arch::charge(static_cast<uint32_t>(chunk));
    arch::flush();
    task.user_mode = false;
    left -= chunk;
  }
}

void sys_nanosleep(uint64_t ns) {
  Frame frame(trace::Site::kNanosleep);
  charge(Cost::syscall);
  set_current_state(TASK_INTERRUPTIBLE);
  start_sleep_timer(*current(), ns);
  schedule();
  exit_to_user_mode();
}

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

int sys_fork(uint32_t task_index) {
  charge(Cost::syscall);
  const int pid = task_index < kernel_config->nr_tasks ? clone_user_task(kernel_config->tasks[task_index]) : -EINVAL;
  exit_to_user_mode();
  return pid;
}

void sys_exit(int status) {
  charge(Cost::syscall);
  do_exit(status);
}

int sys_sched_setaffinity(uint64_t cpus_allowed) {
  charge(Cost::syscall);
  const int error = set_cpus_allowed(*current(), cpus_allowed);
  exit_to_user_mode();
  return error;
}

int sys_sched_setscheduler(TaskClass task_class, unsigned rt_priority) {
  charge(Cost::syscall);
  const int error = sched_setscheduler(*current(), sched_policy_of(task_class), rt_priority);
  exit_to_user_mode();
  return error;
}

void sys_setpriority(int nice) {
  charge(Cost::syscall);
  set_user_nice(*current(), nice);
  exit_to_user_mode();
}
