// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/locking/wait.h"

#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

SpinUnlockIrq::SpinUnlockIrq(SpinLock& lock) : lock_(lock) {
  lock_.unlock();
  irq_enable();
}

SpinUnlockIrq::~SpinUnlockIrq() {
  irq_disable();
  lock_.lock();
}

// --- WaitQueue --------------------------------------------------------------------------------------------------------

void WaitQueue::sleep(SpinLock& lock, uint32_t state) {
  if (current()->preempt_count != 0) arch::panic("a task may not sleep here: preemption is off");
  Waiter waiter{.task = current(), .node = {}};
  waiters_.push_back(waiter);
  do {
    set_current_state(state);
    SpinUnlockIrq unlocked(lock);
    schedule();
  } while (waiter.node.linked());
}

bool WaitQueue::sleep_killable(SpinLock& lock) {
  Task& task = *current();
  if (task.preempt_count != 0) arch::panic("a task may not sleep here: preemption is off");
  Waiter waiter{.task = &task, .node = {}};
  waiters_.push_back(waiter);
  do {
    set_current_state(TASK_INTERRUPTIBLE);
    if (task.kill_pending) {
      waiters_.erase(waiter);
      set_current_state(TASK_RUNNING);
      return false;
    }
    SpinUnlockIrq unlocked(lock);
    schedule();
  } while (waiter.node.linked());
  return true;
}

Task* WaitQueue::wake_one() {
  Waiter* const first = waiters_.front();
  if (first == nullptr) return nullptr;
  Task* const task = first->task;
  waiters_.erase(*first);
  wake_up_process(*task);
  return task;
}

void WaitQueue::wake_all() {
  while (wake_one() != nullptr) {
  }
}

// --- Completion -------------------------------------------------------------------------------------------------------

void Completion::complete() {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  if (done_ != kAll) ++done_;
  waiters_.wake_one();
}

void Completion::complete_all() {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  done_ = kAll;
  waiters_.wake_all();
}

void Completion::wait() {
  Frame frame(trace::Site::kWaitForCompletion);
  SpinLockIrqSave guard(lock_);
  while (done_ == 0) waiters_.sleep(lock_);
  if (done_ != kAll) --done_;
}

bool Completion::done() const {
  SpinLockIrqSave guard(lock_);
  return done_ != 0;
}

// --- Mutex ------------------------------------------------------------------------------------------------------------

void Mutex::lock() {
  Frame frame(trace::Site::kMutexLock);
  SpinLockIrqSave guard(lock_);
  if (owner_ == current()) arch::panic("mutex locked twice by one task");
  if (owner_ == nullptr) {
    owner_ = current();
  } else {
    waiters_.sleep(lock_);  // its waker has made it the owner
  }
}

void Mutex::unlock() {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  if (owner_ != current()) arch::panic("mutex unlocked by a task that does not own it");
  owner_ = waiters_.wake_one();
}

}  // namespace kernel
