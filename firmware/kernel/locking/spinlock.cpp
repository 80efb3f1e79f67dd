// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/locking/spinlock.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/trace/frame.h"
#include "trace_events.h"

namespace kernel {

namespace {

constexpr uint32_t kNextOne = 1u << 16;
constexpr uint32_t kServedMask = 0xffff;
constexpr unsigned kLongWaitTurns = 256;  // a wait that long leaves a rq_lock_wait event

constexpr uint32_t next_ticket(uint32_t word) { return word >> 16; }
constexpr uint32_t served(uint32_t word) { return word & kServedMask; }

bool is_ticket() { return kernel_config->spinlock == SpinlockKind::kTicket; }

}  // namespace

void SpinLock::place() { word_.place(0); }

void SpinLock::place_at(arch::Addr addr) { word_.place_at(addr, 0); }

void SpinLock::call(trace::LockKind kind, uint64_t id) {
  kind_ = kind;
  number_ = id;
}

bool SpinLock::held_here() const { return holder_ == arch::smp_processor_id(); }

void SpinLock::acquired() {
  holder_ = arch::smp_processor_id();
  trace::lock_acquired(id(), holder_);
}

void SpinLock::lock() {
  if (!arch::irqs_disabled()) arch::panic("spinlock taken with interrupts on");
  if (held_here()) arch::panic("spinlock taken twice by one hart");
  charge(Cost::lock);
  if (is_ticket()) {
    const uint32_t word = word_.fetch_add(kNextOne);
    if (served(word) != next_ticket(word)) wait_for(next_ticket(word));
  } else if (word_.exchange(1) != 0) {
    wait_for(0);
  }
  acquired();
}

// Ticket: until `ticket` is served. Test-and-set: until a swap finds it free (the read before it keeps the bus calm).
void SpinLock::wait_for(uint32_t ticket) {
  Frame frame(trace::Site::kSpinLock);
  trace::contention_begin(id(), kind_, number_, owner());
  const uint64_t since = arch::cycles();
  for (unsigned turn = 1;; ++turn) {
    charge(Cost::spin);
    const uint32_t word = word_.load();
    if (is_ticket() ? served(word) == ticket : word == 0 && word_.exchange(1) == 0) break;
    if (turn == kLongWaitTurns && kind_ == trace::LockKind::kRq) trace::rq_lock_wait(number_, owner());
  }
  trace::contention_end(id());
  this_cpu().lock_wait_cycles += arch::cycles() - since;
}

bool SpinLock::try_lock() {
  charge(Cost::lock);
  const uint32_t word = word_.load();
  const bool looks_free = is_ticket() ? served(word) == next_ticket(word) : word == 0;
  if (!looks_free || word_.compare_exchange(word, is_ticket() ? word + kNextOne : 1) != word) return false;
  acquired();
  return true;
}

void SpinLock::unlock() {
  if (!held_here()) arch::panic("spinlock released by a hart that does not hold it");
  charge(Cost::lock);
  release();
  // Held until that transfer was made. A hart that took the lock since then has its number in holder_ already.
  const uint32_t self = arch::smp_processor_id();
  if (holder_ == self) holder_ = kNoHolder;
  trace::lock_released(id(), self);
}

void SpinLock::release() {
  if (!is_ticket()) {
    word_.store(0);
    return;
  }
  // Only the holder changes `served`, so it may be read apart from the AMO; when it wraps, the carry into the next
  // ticket is taken back in the same addition.
  ++served_;
  word_.fetch_add((served_ & kServedMask) == 0 ? 1 - kNextOne : 1);
}

SpinLockIrqSave::SpinLockIrqSave(SpinLock& lock) : lock_(lock), irqs_were_on_(irq_save()) { lock_.lock(); }

SpinLockIrqSave::~SpinLockIrqSave() {
  lock_.unlock();
  irq_restore(irqs_were_on_);
}

}  // namespace kernel
