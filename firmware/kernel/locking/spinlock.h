// SPDX-License-Identifier: Apache-2.0
// Spinlocks in RTL memory. Ticket: [31:16] next ticket, [15:0] ticket served; takers are served in order of their AMO, so
// a hart that frees its rq lock for one instant per burst cannot starve the others. Test-and-set has no order: a study knob.
// The owner is a hart, not a task. Always taken with interrupts off.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/shared_ram.h"
#include "trace_events.h"

namespace kernel {

class SpinLock {
 public:
  static constexpr uint32_t kNoHolder = ~0u;

  void place();
  // In a word that is allocated already.
  void place_at(arch::Addr addr);
  // The name under which waits for it show in the log: the CPU of a run queue, the id of a DSQ.
  void call(trace::LockKind kind, uint64_t id);
  void lock();
  // Takes the lock only if it is free right now.
  bool try_lock();
  void unlock();

  // True if the calling hart holds it. For checks only: no lock decision hangs on it.
  [[nodiscard]] bool held_here() const;
  // True if some hart holds it right now. Observation only.
  [[nodiscard]] bool held() const { return holder_ != kNoHolder; }
  [[nodiscard]] uint32_t id() const { return word_.address(); }

 private:
  // The hart that holds it, for the log; -1: none.
  [[nodiscard]] int64_t owner() const { return held() ? static_cast<int64_t>(holder_) : -1; }
  void wait_for(uint32_t ticket);
  void acquired();
  void release();

  SharedWord word_;
  uint32_t served_ = 0;                             // releases so far; touched by the holder only
  uint32_t holder_ = kNoHolder;                     // observation: hart that holds it
  trace::LockKind kind_ = trace::LockKind::kOther;  // observation, as its number
  uint64_t number_ = 0;
};

// Holds a lock with interrupts off, and puts both back.
class SpinLockIrqSave {
 public:
  explicit SpinLockIrqSave(SpinLock& lock);
  ~SpinLockIrqSave();
  SpinLockIrqSave(const SpinLockIrqSave&) = delete;
  SpinLockIrqSave& operator=(const SpinLockIrqSave&) = delete;

 private:
  SpinLock& lock_;
  bool irqs_were_on_;
};

// Holds a lock; interrupts are off already.
class SpinLockGuard {
 public:
  explicit SpinLockGuard(SpinLock& lock) : lock_(lock) { lock_.lock(); }
  ~SpinLockGuard() { lock_.unlock(); }
  SpinLockGuard(const SpinLockGuard&) = delete;
  SpinLockGuard& operator=(const SpinLockGuard&) = delete;

 private:
  SpinLock& lock_;
};

}  // namespace kernel
