// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/locking/user_lock.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

void report(const Task& task, const char* name, trace::LockOp op) { trace::user_lock(task.pid, task.comm, name, op); }

// True: the calling task has taken a wake. Else it is known to wait for one.
bool take_wake(Task& task) {
  SpinLockIrqSave guard(task.pi_lock);
  task.waits_for_wake = task.wakes == 0;
  if (task.wakes != 0) --task.wakes;
  return !task.waits_for_wake;
}

}  // namespace

int UserLock::lock(const char* name) {
  Frame frame(trace::Site::kMutexLock);
  Task& task = *current();
  SpinLockIrqSave guard(lock_);
  if (owner_ == &task) {
    report(task, name, trace::LockOp::kDeadlock);
    return -EDEADLK;
  }
  if (owner_ != nullptr) {
    report(task, name, trace::LockOp::kContended);
    return waiters_.sleep_killable(lock_) ? 0 : -EINTR;  // its waker has made it the owner
  }
  owner_ = &task;
  report(task, name, trace::LockOp::kAcquired);
  return 0;
}

int UserLock::unlock(const char* name) {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  const bool owned = owner_ == current();
  report(*current(), name, owned ? trace::LockOp::kReleased : trace::LockOp::kNotOwner);
  if (!owned) return -EPERM;
  hand_over(name);
  return 0;
}

bool UserLock::owned() const { return owner_ == current(); }

void UserLock::exit(const char* name) {
  if (!owned()) return;  // no other task can make it the owner, or undo it, now that it waits for nothing
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  report(*current(), name, trace::LockOp::kOwnerDied);
  hand_over(name);
}

void UserLock::hand_over(const char* name) {
  owner_ = waiters_.wake_one();
  if (owner_ != nullptr) report(*owner_, name, trace::LockOp::kAcquired);
}

int user_lock(unsigned index) { return kernel().user_locks[index].lock(kernel_config->user.locks[index]); }
int user_unlock(unsigned index) { return kernel().user_locks[index].unlock(kernel_config->user.locks[index]); }

bool owns_user_lock(unsigned index) { return kernel().user_locks[index].owned(); }

void user_locks_exit() {
  for (uint32_t i = 0; i < kernel_config->user.nr_locks; ++i) kernel().user_locks[i].exit(kernel_config->user.locks[i]);
}

void wait_for_wake() {
  Task& task = *current();
  for (;;) {
    set_current_state(TASK_INTERRUPTIBLE);
    if (take_wake(task) || task.kill_pending) break;
    schedule();
  }
  set_current_state(TASK_RUNNING);
}

void give_wake(Task& task) {
  bool waits = false;
  {
    SpinLockIrqSave guard(task.pi_lock);
    ++task.wakes;
    waits = task.waits_for_wake;
    task.waits_for_wake = false;
  }
  if (waits) wake_up_process(task);
}

}  // namespace kernel
