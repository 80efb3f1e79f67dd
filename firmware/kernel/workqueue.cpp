// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/workqueue.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/thread_names.h"

namespace kernel {

namespace {

constexpr unsigned kWorkersAtBoot = 2;

WorkerPool& pool() { return kernel().unbound_pool; }

bool is_running(const Work& work) {
  WorkerPool& p = pool();
  for (unsigned i = 0; i < p.nr_workers; ++i) {
    if (p.workers[i].current_work == &work) return true;
  }
  return false;
}

// Work that runs already is left to the worker that runs it: no work item runs twice at a time.
Work* next_work() {
  for (Work* work = pool().worklist.front(); work != nullptr; work = pool().worklist.next(*work)) {
    if (!is_running(*work)) return work;
  }
  return nullptr;
}

// The one that went idle last. It stays the one until it has got a CPU: if it does not, work waits though others are idle,
// as in the field.
void kick_pool() {
  Kworker* const worker = pool().idle.front();
  if (worker != nullptr && next_work() != nullptr) wake_up_process(*worker->task);
}

// The pool is locked for all of these.

void insert_work(Work& work) {
  pool().worklist.push_back(work);
  kick_pool();
}

void process_one_work(Kworker& self, Work& work) {
  pool().worklist.erase(work);
  work.pending = false;
  self.current_work = &work;
  kick_pool();
  {
    SpinUnlockIrq unlocked(pool().lock);
    Frame frame(trace::Site::kProcessOneWork);
    work.function(work);
    cond_resched();
  }
  self.current_work = nullptr;
  pool().finish_waiters.wake_all();
}

void sleep_until_kicked(Kworker& self) {
  pool().idle.push_front(self);
  while (next_work() == nullptr) {
    set_current_state(TASK_IDLE);
    SpinUnlockIrq unlocked(pool().lock);
    schedule();
  }
  pool().idle.erase(self);
}

void worker_thread(Task& task);

// If it cannot be had, the next worker that leaves none idle behind it tries again.
void create_worker() {
  WorkerPool& p = pool();
  if (p.creating) return;
  if (p.workers.size() == p.nr_workers && p.workers.add() == nullptr) return;
  p.creating = true;
  Kworker& worker = p.workers[p.nr_workers];
  {
    SpinUnlockIrq unlocked(p.lock);
    char comm[kTaskCommLen];
    format_text(comm, sizeof(comm), thread_names::kworker, 2 * kernel_config->nr_cpus, p.nr_workers);
    int error = 0;
    worker.task = kthread_try_create({.comm = comm, .kthread = true, .function = worker_thread, .data = &worker}, error);
  }
  p.creating = false;
  if (worker.task == nullptr) return;
  ++p.nr_workers;  // before it can take work
  wake_up_new_task(*worker.task);
}

void worker_thread(Task& task) {
  Frame frame(trace::Site::kWorkerThread);
  Kworker& self = *static_cast<Kworker*>(task.data);
  SpinLockIrqSave guard(pool().lock);
  for (;;) {
    sleep_until_kicked(self);
    // No other worker would be left to take the work that waits behind this worker's: that may sleep for long.
    if (pool().idle.empty() && pool().worklist.size() > 1) create_worker();
    while (Work* const work = next_work()) process_one_work(self, *work);
  }
}

void delayed_work_timer_fn(TimerList& timer) {
  auto& dwork = *static_cast<DelayedWork*>(timer.data);
  SpinLockIrqSave guard(pool().lock);
  if (dwork.work.canceling) {
    dwork.work.pending = false;  // the canceling task came too late for the timer, and waits for this
  } else {
    insert_work(dwork.work);
  }
}

// Takes pending work from wherever it is. False: its timer has expired, and its function is on the way here.
bool try_to_grab_pending(DelayedWork& dwork) {
  if (dwork.work.node.linked()) {
    pool().worklist.erase(dwork.work);
    return true;
  }
  return timer_del(dwork.timer);
}

}  // namespace

bool queue_work(Work& work) {
  PreemptGuard preempt;
  SpinLockIrqSave guard(pool().lock);
  if (work.pending || work.canceling) return false;
  work.pending = true;
  insert_work(work);
  return true;
}

bool queue_delayed_work(DelayedWork& dwork, uint32_t delay_jiffies) {
  if (delay_jiffies == 0) return queue_work(dwork.work);
  SpinLockIrqSave guard(pool().lock);
  if (dwork.work.pending || dwork.work.canceling) return false;
  dwork.work.pending = true;
  dwork.timer.function = delayed_work_timer_fn;
  dwork.timer.data = &dwork;
  timer_add(dwork.timer, jiffies() + delay_jiffies);
  return true;
}

bool cancel_delayed_work_sync(DelayedWork& dwork) {
  SpinLockIrqSave guard(pool().lock);
  Work& work = dwork.work;
  while (work.canceling) pool().finish_waiters.sleep(pool().lock);
  work.canceling = true;
  const bool was_pending = work.pending;
  while (work.pending && !try_to_grab_pending(dwork)) {
    SpinUnlockIrq unlocked(pool().lock);
    charge(Cost::spin);
  }
  while (is_running(work)) pool().finish_waiters.sleep(pool().lock);
  work.pending = false;
  work.canceling = false;
  pool().finish_waiters.wake_all();
  return was_pending;
}

void workqueue_init() {
  SpinLockIrqSave guard(pool().lock);
  while (pool().nr_workers < kWorkersAtBoot) {
    const unsigned before = pool().nr_workers;
    create_worker();
    if (pool().nr_workers == before) arch::panic("the unbound workqueue has no workers");
  }
}

}  // namespace kernel
