// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/kthread.h"

#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/thread_names.h"

namespace kernel {

namespace {

// For those the machine cannot do without.
Task& or_panic(Task* task) {
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
    int error = 0;
    {
      SpinUnlockIrq unlocked(k.lock);
      task = copy_process(*request.args, error);
    }
    request.task = task;
    request.error = error;
    request.done = true;
    k.askers.wake_all();
  }
}

Task* ask_kthreadd(const CloneArgs& args, int& error) {
  Kthreadd& k = kernel().kthreadd;
  KthreadRequest request{.args = &args, .task = nullptr, .error = 0, .done = false, .node = {}};
  SpinLockIrqSave guard(k.lock);
  k.requests.push_back(request);
  k.idle.wake_one();
  while (!request.done) k.askers.sleep(k.lock);
  error = request.error;
  return request.task;
}

void kthread_worker_thread(Task& task) { static_cast<KthreadWorker*>(task.data)->run(); }

}  // namespace

Task& fork_kthreadd() {
  int error = 0;
  Task& task = or_panic(copy_process({.comm = thread_names::kthreadd, .kthread = true, .function = kthreadd}, error));
  kernel().kthreadd.alive = true;
  return task;
}

Task* kthread_try_create(const CloneArgs& args, int& error) {
  return kernel().kthreadd.alive ? ask_kthreadd(args, error) : copy_process(args, error);
}

Task& kthread_create(const CloneArgs& args) {
  int error = 0;
  return or_panic(kthread_try_create(args, error));
}

Task& kthread_create(const char* comm, Cpumask cpus_allowed, void (*function)(Task&), void* data) {
  return kthread_create({.comm = comm, .cpus_allowed = cpus_allowed, .kthread = true, .function = function, .data = data});
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

}  // namespace kernel
