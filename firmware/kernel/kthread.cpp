// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/kthread.h"

#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace {

Task& fork_or_panic(const CloneArgs& args) {
  int error = 0;
  Task* const task = copy_process(args, error);
  if (task == nullptr) arch::panic("a kernel thread could not be forked");
  return *task;
}

void kthreadd(Task&) {
  Frame frame(trace::Site::kKthreadd);
  Kthreadd& k = kernel().kthreadd;
  SpinLockIrqSave guard(k.lock);
  for (;;) {
    while (k.requests.empty()) k.idle.sleep(k.lock, TASK_INTERRUPTIBLE);
    KthreadRequest& request = *k.requests.front();
    k.requests.erase(request);
    Task* task = nullptr;
    {
      SpinUnlockIrq unlocked(k.lock);
      task = &fork_or_panic(*request.args);
    }
    request.task = task;
    k.askers.wake_all();
  }
}

Task& ask_kthreadd(const CloneArgs& args) {
  Kthreadd& k = kernel().kthreadd;
  KthreadRequest request{.args = &args, .task = nullptr, .node = {}};
  SpinLockIrqSave guard(k.lock);
  k.requests.push_back(request);
  k.idle.wake_one();
  while (request.task == nullptr) k.askers.sleep(k.lock);
  return *request.task;
}

void kthread_worker_thread(Task& task) { static_cast<KthreadWorker*>(task.data)->run(); }

}  // namespace

Task& fork_kthreadd() {
  Task& task = fork_or_panic({.comm = "kthreadd", .kthread = true, .function = kthreadd});
  kernel().kthreadd.alive = true;
  return task;
}

Task& kthread_create(const CloneArgs& args) {
  return kernel().kthreadd.alive ? ask_kthreadd(args) : fork_or_panic(args);
}

Task& kthread_create(const char* comm, Cpumask cpus_allowed, void (*function)(Task&), void* data) {
  return kthread_create(
      {.comm = comm, .cpus_allowed = cpus_allowed, .kthread = true, .function = function, .data = data});
}

// --- KthreadWorker ----------------------------------------------------------------------------------------------------

void KthreadWorker::create(const char* comm, Cpumask cpus_allowed, unsigned rt_priority) {
  lock_.place();
  Task& task = kthread_create({.comm = comm,
                               .cpus_allowed = cpus_allowed,
                               .policy = rt_priority != 0 ? SCHED_FIFO : SCHED_NORMAL,
                               .rt_priority = rt_priority,
                               .kthread = true,
                               .function = kthread_worker_thread,
                               .data = this});
  wake_up_new_task(task);
  task_ = &task;
}

bool KthreadWorker::queue(KthreadWork& work) {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  if (work.pending) return false;
  work.pending = true;
  works_.push_back(work);
  idle_.wake_one();
  return true;
}

void KthreadWorker::flush(KthreadWork& work) {
  SpinLockIrqSave guard(lock_);
  while (work.pending || running_ == &work) flushers_.sleep(lock_);
}

void KthreadWorker::run() {
  Frame frame(trace::Site::kKthreadWorkerFn);
  SpinLockIrqSave guard(lock_);
  for (;;) {
    while (works_.empty()) idle_.sleep(lock_, TASK_INTERRUPTIBLE);
    run_one(*works_.front());
  }
}

void KthreadWorker::run_one(KthreadWork& work) {
  works_.erase(work);
  work.pending = false;
  running_ = &work;
  {
    SpinUnlockIrq unlocked(lock_);
    work.function(work);
    cond_resched();
  }
  running_ = nullptr;
  flushers_.wake_all();
}
