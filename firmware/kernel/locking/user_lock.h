// SPDX-License-Identifier: Apache-2.0
// The means of a scenario's tasks to wait for each other: mutexes with a name, and wakes. A task that is killed waits no longer.
#pragma once

#include "firmware/kernel/locking/wait.h"

namespace kernel {

// Owned by a task, and handed over at the unlock to the task that has waited longest, of any priority.
class UserLock {
 public:
  void place() { lock_.place(); }
  // 0, or a negative errno: the caller has it already, or is to be killed.
  int lock(const char* name);
  int unlock(const char* name);
  // By the calling task: no other can change the answer.
  [[nodiscard]] bool owned() const;
  // The calling task ends: as of a robust mutex, the next in line gets the lock that it leaves.
  void exit(const char* name);

 private:
  void hand_over(const char* name);

  SpinLock lock_;
  Task* owner_ = nullptr;
  WaitQueue waiters_;
};

// By index in UserSpace::locks. 0, or a negative errno: -EDEADLK, the caller has it already; -EPERM, it does not.
int user_lock(unsigned index);
int user_unlock(unsigned index);
[[nodiscard]] bool owns_user_lock(unsigned index);
// Hands over all locks that the calling task, which ends, still holds.
void user_locks_exit();

// Sleeps until the calling task has a wake, and takes it.
void wait_for_wake();
// Counts: none is lost, whether the task waits already or not.
void give_wake(Task& task);

}  // namespace kernel
