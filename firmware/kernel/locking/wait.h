// SPDX-License-Identifier: Apache-2.0
// Sleeping: the queue that others are built on, completions and mutexes. Waits are uninterruptible, unless said otherwise.
// Each object outlives its users, since its lock is a word in RTL memory: call place() once, before the first use.
#pragma once

#include "firmware/kernel/base/list.h"
#include "firmware/kernel/locking/spinlock.h"
#include "firmware/kernel/task.h"

namespace kernel {

// Releases a lock and lets interrupts in, for a scope in the middle of one that holds it. Interrupts were on before it was
// taken.
class SpinUnlockIrq {
 public:
  explicit SpinUnlockIrq(SpinLock& lock);
  ~SpinUnlockIrq();
  SpinUnlockIrq(const SpinUnlockIrq&) = delete;
  SpinUnlockIrq& operator=(const SpinUnlockIrq&) = delete;

 private:
  SpinLock& lock_;
};

// Tasks that sleep until they are taken off. Guarded by the lock of its owner, held at every call.
class WaitQueue {
 public:
  // Releases the lock, sleeps until taken off by one of the wakes, takes the lock again.
  void sleep(SpinLock& lock, uint32_t state = TASK_UNINTERRUPTIBLE);
  // As sleep(), interruptible, and false, off the queue, when the calling task is to be killed.
  [[nodiscard]] bool sleep_killable(SpinLock& lock);
  // The one that has waited longest; null: none waits.
  Task* wake_one();
  void wake_all();
  [[nodiscard]] unsigned size() const { return waiters_.size(); }

 private:
  struct Waiter {
    Task* task;
    ListNode<Waiter> node;
  };
  List<Waiter, &Waiter::node> waiters_;
};

// Something has happened. It counts: each complete() lets one wait() through, complete_all() every one from then on.
class Completion {
 public:
  void place() { lock_.place(); }
  // Any context, hard interrupt too; no rq lock held.
  void complete();
  void complete_all();
  void wait();
  [[nodiscard]] bool done() const;

 private:
  static constexpr unsigned kAll = ~0u;

  mutable SpinLock lock_;
  unsigned done_ = 0;
  WaitQueue waiters_;
};

// Handed over at the unlock to the task that has waited longest.
class Mutex {
 public:
  void place() { lock_.place(); }
  void lock();
  void unlock();

 private:
  SpinLock lock_;
  Task* owner_ = nullptr;
  WaitQueue waiters_;
};

class MutexGuard {
 public:
  explicit MutexGuard(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexGuard() { mutex_.unlock(); }
  MutexGuard(const MutexGuard&) = delete;
  MutexGuard& operator=(const MutexGuard&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace kernel
