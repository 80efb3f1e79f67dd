// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/task_iter.h"

#include "firmware/kernel/fork.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

constexpr unsigned SCX_OPS_TASK_ITER_BATCH = 32;

}  // namespace

TaskIter::TaskIter() { lock_list(); }

TaskIter::~TaskIter() {
  unlock_task();
  unlock_list();
  if (held_ != nullptr) put_task(*held_);
}

void TaskIter::lock_list() {
  irqs_were_on_ = irq_save();
  kernel().tasklist_lock.lock();
}

void TaskIter::unlock_list() {
  kernel().tasklist_lock.unlock();
  irq_restore(irqs_were_on_);
}

void TaskIter::lock_task() {
  task_->pi_lock.lock();
  rq_ = &task_rq_lock(*task_);
}

void TaskIter::unlock_task() {
  if (rq_ == nullptr) return;
  rq_unlock(*rq_);
  task_->pi_lock.unlock();
  rq_ = nullptr;
}

Task* TaskIter::next() {
  if (++visited_ % SCX_OPS_TASK_ITER_BATCH == 0 && task_ != nullptr && unlock()) {
    cond_resched();
    relock();
  }
  unlock_task();
  task_ = task_ == nullptr ? first_task() : next_task(*task_);
  if (task_ != nullptr) lock_task();
  return task_;
}

bool TaskIter::unlock() {
  if (!get_task(*task_)) return false;
  Task* const previous = held_;
  held_ = task_;
  unlock_task();
  unlock_list();
  if (previous != nullptr) put_task(*previous);
  return true;
}

void TaskIter::relock() {
  lock_list();
  if (task_ != nullptr) lock_task();
}

}  // namespace kernel
