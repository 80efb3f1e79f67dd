// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/locking/user_sync.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/locking/user_lock.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

void report(const Task& task, const char* name, trace::CondOp op) { trace::user_cond(task.pid, task.comm, name, op); }

}  // namespace

// The mutex goes back under the lock that a signal takes: who gets the mutex next and signals finds this task in line.
int UserCond::wait(const char* name, unsigned mutex) {
  Frame frame(trace::Site::kFutexWait);
  {
    SpinLockIrqSave guard(lock_);
    const bool owned = owns_user_lock(mutex);
    report(*current(), name, owned ? trace::CondOp::kWait : trace::CondOp::kNotOwner);
    if (!owned) return -EPERM;
    user_unlock(mutex);
    if (!waiters_.sleep_killable(lock_)) return -EINTR;
  }
  return user_lock(mutex);
}

void UserCond::signal(const char* name) {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  report(*current(), name, trace::CondOp::kSignal);
  wake_one(name);
}

void UserCond::broadcast(const char* name) {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  report(*current(), name, trace::CondOp::kBroadcast);
  while (wake_one(name)) {
  }
}

bool UserCond::wake_one(const char* name) {
  const Task* const woken = waiters_.wake_one();
  if (woken != nullptr) report(*woken, name, trace::CondOp::kWoken);
  return woken != nullptr;
}

// The queue holds those of this round only: the last one empties it before any of them can come again.
int UserBarrier::wait(const BarrierSpec& spec) {
  Frame frame(trace::Site::kFutexWait);
  const Task& task = *current();
  SpinLockIrqSave guard(lock_);
  const unsigned arrived = waiters_.size() + 1;
  trace::user_barrier(task.pid, task.comm, spec.name, arrived, spec.waiters);
  if (arrived < spec.waiters) return waiters_.sleep_killable(lock_) ? 0 : -EINTR;
  waiters_.wake_all();
  return 0;
}

int user_cond_wait(unsigned cond, unsigned mutex) {
  return kernel().user_conds[cond].wait(kernel_config->user.conds[cond], mutex);
}
void user_cond_signal(unsigned cond) { kernel().user_conds[cond].signal(kernel_config->user.conds[cond]); }
void user_cond_broadcast(unsigned cond) { kernel().user_conds[cond].broadcast(kernel_config->user.conds[cond]); }
int user_barrier_wait(unsigned barrier) { return kernel().user_barriers[barrier].wait(kernel_config->user.barriers[barrier]); }

}  // namespace kernel
