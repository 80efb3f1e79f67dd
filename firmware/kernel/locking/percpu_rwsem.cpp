// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/locking/percpu_rwsem.h"

#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/locking/rcu.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

// --- the semaphore: the waker of a waiter has counted it as inside ----------------------------------------------------

void PercpuRwSem::down_read() {
  Frame frame(trace::Site::kRwsem);
  SpinLockIrqSave guard(lock_);
  if (writer_ || write_queue_.size() != 0) {
    read_queue_.sleep(lock_);
  } else {
    ++readers_;
  }
}

void PercpuRwSem::up_read() {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  if (readers_ == 0) arch::panic("up_read without a reader");
  if (--readers_ == 0) writer_ = write_queue_.wake_one() != nullptr;
}

void PercpuRwSem::down_write() {
  Frame frame(trace::Site::kRwsem);
  enter_sync();
  SpinLockIrqSave guard(lock_);
  if (writer_ || readers_ != 0) {
    write_queue_.sleep(lock_);
  } else {
    writer_ = true;
  }
}

void PercpuRwSem::up_write() {
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  if (!writer_) arch::panic("up_write without a writer");
  readers_ = read_queue_.size();
  read_queue_.wake_all();
  writer_ = readers_ == 0 && write_queue_.wake_one() != nullptr;
  exit_sync();
}

// --- where readers are -------------------------------------------------------------------------------------------------

void PercpuRwSem::enter_sync() {
  {
    SpinLockIrqSave guard(lock_);
    ++writers_;
    if (sync_ != Sync::kIdle) {
      while (sync_ == Sync::kEnter) sync_queue_.sleep(lock_);
      return;
    }
    sync_ = Sync::kEnter;
  }
  synchronize_rcu();
  PreemptGuard preempt;
  SpinLockIrqSave guard(lock_);
  sync_ = Sync::kPassed;
  sync_queue_.wake_all();
}

// Locked.
void PercpuRwSem::exit_sync() {
  if (--writers_ != 0) return;
  if (sync_ == Sync::kPassed) {
    call_rcu_locked();
  } else if (sync_ == Sync::kExit) {
    sync_ = Sync::kReplay;  // a writer has come and gone since: another grace period
  }
}

void PercpuRwSem::call_rcu_locked() {
  sync_ = Sync::kExit;
  sync_head_.sem = this;
  call_rcu(sync_head_, [](RcuHead& head) { static_cast<SyncHead&>(head).sem->sync_callback(); });
}

void PercpuRwSem::sync_callback() {
  SpinLockIrqSave guard(lock_);
  if (writers_ != 0) {
    sync_ = Sync::kPassed;
  } else if (sync_ == Sync::kReplay) {
    call_rcu_locked();
  } else {
    sync_ = Sync::kIdle;
  }
}

}  // namespace kernel
