// SPDX-License-Identifier: Apache-2.0
// Kernel threads. They are forked by kthreadd, PID 2, a task like any other: a creator asks it and sleeps. While
// kthreadd does not get a CPU, no new thread is made.
#pragma once

#include "firmware/kernel/fork.h"
#include "firmware/kernel/locking/wait.h"

namespace kernel {

// A kernel thread, not yet woken. No CPUs: all of them. May sleep.
Task& kthread_create(const char* comm, Cpumask cpus_allowed, void (*function)(Task&), void* data = nullptr);
// The same for any kernel task: SCHED_FIFO from the start, say.
Task& kthread_create(const CloneArgs& args);
// For those that are not of the boot: null, and a negative errno, if there is no slot left or a policy refuses the task.
Task* kthread_try_create(const CloneArgs& args, int& error);

// Deferred work with a thread of its own.
struct KthreadWork {
  void (*function)(KthreadWork&) = nullptr;
  bool pending = false;  // the worker's lock
  ListNode<KthreadWork> node;
};

// A thread that carries out the work it is given, in order. Lives as long as the kernel.
class KthreadWorker {
 public:
  // Makes the thread and wakes it; may sleep. rt_priority 0: of the normal class; else SCHED_FIFO.
  void create(const char* comm, Cpumask cpus_allowed, unsigned rt_priority);
  [[nodiscard]] bool created() const { return task_ != nullptr; }
  [[nodiscard]] Task* task() const { return task_; }
  // Any context, hard interrupt too; no rq lock held. False: it is pending already. Work may be queued again from the
  // moment its function has begun.
  bool queue(KthreadWork& work);
  // Sleeps until the work is neither pending nor running.
  void flush(KthreadWork& work);
  // The thread's code.
  [[noreturn]] void run();

 private:
  void run_one(KthreadWork& work);

  SpinLock lock_;
  Task* task_ = nullptr;
  List<KthreadWork, &KthreadWork::node> works_;
  KthreadWork* running_ = nullptr;
  WaitQueue idle_;  // the thread itself
  WaitQueue flushers_;
};

// A request to kthreadd, on the stack of the task that asks.
struct KthreadRequest {
  const CloneArgs* args;
  Task* task = nullptr;  // the answer: this, or the error
  int error = 0;
  bool done = false;
  ListNode<KthreadRequest> node;
};

struct Kthreadd {
  SpinLock lock;  // of the rest
  bool alive = false;
  List<KthreadRequest, &KthreadRequest::node> requests;
  WaitQueue idle;  // kthreadd itself
  WaitQueue askers;
};

// Forks PID 2, not yet woken. From here on others ask it for threads; those made before were forked by who wanted them.
Task& fork_kthreadd();

}  // namespace kernel
