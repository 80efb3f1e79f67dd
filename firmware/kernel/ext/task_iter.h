// SPDX-License-Identifier: Apache-2.0
// Walks over all tasks, in the order they were forked, idle tasks apart. Holds the task list's lock and each task's pi_lock
// and rq lock with interrupts off; drops all of them every SCX_OPS_TASK_ITER_BATCH tasks, and for calls that may sleep.
#pragma once

namespace kernel {

struct Rq;
struct Task;

class TaskIter {
 public:
  TaskIter();
  ~TaskIter();
  TaskIter(const TaskIter&) = delete;
  TaskIter& operator=(const TaskIter&) = delete;

  // The next task, its rq locked; null: that was the last.
  Task* next();
  [[nodiscard]] Rq& rq() const { return *rq_; }
  // Drops all locks, the current task being held. False: it is being freed at this moment; nothing was dropped.
  bool unlock();
  void relock();

 private:
  void lock_list();
  void unlock_list();
  void lock_task();
  void unlock_task();

  Task* task_ = nullptr;  // the current one
  Task* held_ = nullptr;  // referenced over a time without locks
  Rq* rq_ = nullptr;      // locked
  unsigned visited_ = 0;
  bool irqs_were_on_ = false;
};

}  // namespace kernel
