// SPDX-License-Identifier: Apache-2.0
// The run queue of one CPU. Everything in it is guarded by its lock, if nothing else is said; curr is read by its own
// hart without.
#pragma once

#include "firmware/kernel/ext/scx_rq.h"
#include "firmware/kernel/task.h"

namespace kernel {

inline constexpr unsigned kRtPrioMax = 100;

struct RtRq {
  List<Task, &Task::run_node> queue[kRtPrioMax];  // by rt_priority; the running task stays on its list
  uint32_t active[(kRtPrioMax + 31) / 32] = {};   // bit per non-empty list
  unsigned nr_running = 0;
  SharedWord highest;  // rt_priority of the first in line, 0: none; CPU selection reads it
  unsigned highest_shown = 0;
};

struct FairRq {
  List<Task, &Task::run_node> queue;  // by vruntime; the running task is not on it
  Task* curr = nullptr;
  uint64_t min_vruntime = 0;
  unsigned nr_running = 0;     // running task included
  bool waiting_shown = false;  // this CPU's bit of Kernel::fair_waiting
};

// A function that a CPU's stopper is to run (stop.cpp).
struct StopWork {
  void (*fn)(void*) = nullptr;
  void* arg = nullptr;
  Task* waiter = nullptr;
  bool done = false;
  ListNode<StopWork> node;
};

struct StopRq {
  Task* stopper = nullptr;  // migration/<cpu>; null before it is created
  bool queued = false;      // it is runnable
  SpinLock lock;            // its own: the works, whether they are done, and the next
  bool enabled = true;      // off: the CPU is on its way down, and no work is taken any more
  List<StopWork, &StopWork::node> works;
};

// All CPUs stopped while one of them runs a function (stop.cpp). One at a time: the lock of CPU hotplug.
struct MultiStop {
  enum State : uint32_t { kNone, kPrepare, kDisableIrq, kRun, kExit };

  unsigned cpu = 0;  // which runs fn
  void (*fn)(void*) = nullptr;
  void* arg = nullptr;
  uint32_t nr_cpus = 0;
  SharedWord state;
  SharedWord to_ack;  // CPUs that have not reached the state yet; the last one goes on to the next
  StopWork works[kNrCpusMax];
};

struct Rq {
  unsigned cpu = 0;
  SpinLock lock;
  bool active = true;  // tasks may be put here
  bool online = true;  // the CPU is there
  Task* curr = nullptr;
  Task* idle = nullptr;
  Task* switched_from = nullptr;               // handed to the next context, which finishes the switch
  void (*balance_callback)(Rq& rq) = nullptr;  // run when the pick is over, right before the lock is released
  bool switched_from_dead = false;
  StopRq stop;
  RtRq rt;
  FairRq fair;
  ScxRq scx;
};

// Tasks of the class may come here. Rq locked.
inline bool scx_rq_online(const Rq& rq) { return rq.active && (rq.scx.flags & SCX_RQ_ONLINE) != 0; }

// rq->lock, with the trace register that shows its holder, and the invariants checked at every release.
void rq_lock(Rq& rq);
bool rq_try_lock(Rq& rq);
void rq_unlock(Rq& rq);

class RqLockGuard {
 public:
  explicit RqLockGuard(Rq& rq) : rq_(rq) { rq_lock(rq_); }
  ~RqLockGuard() { rq_unlock(rq_); }
  RqLockGuard(const RqLockGuard&) = delete;
  RqLockGuard& operator=(const RqLockGuard&) = delete;

 private:
  Rq& rq_;
};

// Locks the rq that the task is on at the end of the call. Interrupts off.
Rq& task_rq_lock(const Task& task);

}  // namespace kernel
