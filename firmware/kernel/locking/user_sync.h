// SPDX-License-Identifier: Apache-2.0
// Condition variables and barriers of a scenario's tasks: what a C library builds on futexes, on the kernel's wait queue. A
// task that is killed waits no longer.
#pragma once

#include "firmware/kernel/config.h"
#include "firmware/kernel/locking/wait.h"

namespace kernel {

// A signal wakes the task that has waited longest; without one that waits it is lost.
class UserCond {
 public:
  void place() { lock_.place(); }
  // Gives the mutex back and waits in one step, then takes the mutex again. 0, or a negative errno: -EPERM, the calling task
  // does not have the mutex; -EINTR, it is to be killed.
  int wait(const char* name, unsigned mutex);
  void signal(const char* name);
  void broadcast(const char* name);

 private:
  bool wake_one(const char* name);

  SpinLock lock_;
  WaitQueue waiters_;
};

// Lets its tasks go on when so many have come, again and again.
class UserBarrier {
 public:
  void place() { lock_.place(); }
  // 0, or -EINTR: the calling task is to be killed, and counts no more.
  int wait(const BarrierSpec& spec);

 private:
  SpinLock lock_;
  WaitQueue waiters_;
};

// By index in UserSpace::conds, ::locks and ::barriers.
int user_cond_wait(unsigned cond, unsigned mutex);
void user_cond_signal(unsigned cond);
void user_cond_broadcast(unsigned cond);
int user_barrier_wait(unsigned barrier);

}  // namespace kernel
