// SPDX-License-Identifier: Apache-2.0
// system_unbound_wq: work for any worker that is free. The workers are kthreads of the normal class on all CPUs: a policy
// schedules them, and can starve them.
#pragma once

#include "firmware/kernel/base/pool.h"
#include "firmware/kernel/locking/wait.h"
#include "firmware/kernel/time/timer.h"

namespace kernel {

struct Work {
  void (*function)(Work&) = nullptr;
  // The pool's lock:
  bool pending = false;    // queued, or its timer runs; cleared before the function begins, so that it may queue itself
  bool canceling = false;  // it may not be queued
  ListNode<Work> node;
};

struct DelayedWork {
  Work work;
  TimerList timer;
};

// Any context, hard interrupt too; no rq lock held. False: it is pending already.
bool queue_work(Work& work);
bool queue_delayed_work(DelayedWork& dwork, uint32_t delay_jiffies);
// Neither pending nor running afterwards. May sleep. True: it was pending.
bool cancel_delayed_work_sync(DelayedWork& dwork);

struct Kworker {
  Task* task = nullptr;
  Work* current_work = nullptr;
  ListNode<Kworker> idle_node;
};

struct WorkerPool {
  SpinLock lock;  // of all below, and of the workers
  List<Work, &Work::node> worklist;
  Pool<Kworker, 4> workers;  // the last one may still have no task
  unsigned nr_workers = 0;
  List<Kworker, &Kworker::idle_node> idle;  // the last to go idle first; woken or not, until it has got a CPU
  bool creating = false;                    // one worker at a time asks for another
  WaitQueue finish_waiters;                 // for the end of some work
};

// The pool and its first workers. In task context.
void workqueue_init();

}  // namespace kernel
