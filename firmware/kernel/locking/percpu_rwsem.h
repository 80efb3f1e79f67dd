// SPDX-License-Identifier: Apache-2.0
// Many readers or one writer, cheap for readers: percpu_rwsem. place() is called once, before the first use.
#pragma once

#include "firmware/kernel/locking/rcu_head.h"
#include "firmware/kernel/locking/wait.h"

namespace kernel {

// A writer that finds readers on their fast path first sleeps for a grace period, so that all of them have left it, and
// lets readers in meanwhile. Only then does it wait for the semaphore, and new readers for it. Readers go back to their fast
// path a grace period after the last writer has left; a writer that comes before does not sleep for them. Those that have
// gathered behind a writer go before the next one, so neither side starves.
class PercpuRwSem {
 public:
  void place() { lock_.place(); }
  void down_read();
  void up_read();
  // Sleeps, also if no reader is inside.
  void down_write();
  void up_write();

 private:
  // Where readers are, as rcu_sync says it.
  enum class Sync : uint8_t { kIdle, kEnter, kPassed, kExit, kReplay };
  struct SyncHead : RcuHead {
    PercpuRwSem* sem = nullptr;
  };

  void enter_sync();
  void exit_sync();
  void sync_callback();
  void call_rcu_locked();

  SpinLock lock_;
  unsigned readers_ = 0;  // inside
  bool writer_ = false;   // inside
  WaitQueue read_queue_;
  WaitQueue write_queue_;
  Sync sync_ = Sync::kIdle;
  unsigned writers_ = 0;  // from the begin of down_write to the end of up_write
  WaitQueue sync_queue_;  // behind the writer that waits for the grace period
  SyncHead sync_head_;
};

}  // namespace kernel
