// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/time/hrtimer.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/trace/frame.h"
#include "platform.h"

namespace kernel {

void HrTimerBase::enqueue(HrTimer& timer) {
  HrTimer* position = queue_.back();
  while (position != nullptr && position->expires > timer.expires) position = queue_.prev(*position);
  queue_.insert_before(position == nullptr ? queue_.front() : queue_.next(*position), timer);
}

void HrTimerBase::put(HrTimer& timer, uint64_t expires) {
  timer.expires = expires;
  enqueue(timer);
}

void HrTimerBase::take(HrTimer& timer) {
  if (queue_.contains(timer)) queue_.erase(timer);
}

void HrTimerBase::start(HrTimer& timer, uint64_t expires) {
  charge(Cost::hrtimer);
  if (timer.node.linked()) queue_.erase(timer);
  timer.expires = expires;
  enqueue(timer);
  if (!in_interrupt_) reprogram();
}

bool HrTimerBase::cancel(HrTimer& timer) {
  charge(Cost::hrtimer);
  if (!queue_.contains(timer)) return false;
  queue_.erase(timer);
  if (!in_interrupt_) reprogram();
  return true;
}

const HrTimer* HrTimerBase::first_besides(const HrTimer& timer) const {
  const HrTimer* const first = queue_.front();
  return first == &timer ? queue_.next(*first) : first;
}

// Rounded up to a tick of mtime, so that a timer never fires before its time. The three stores keep every intermediate
// value of the 64-bit register at or above the smaller of old and new: no spurious interrupt.
void HrTimerBase::reprogram() {
  const uint64_t clocks_per_tick = uint64_t{kernel_config->timer_prescale} + 1;
  const uint64_t ticks = queue_.empty() ? kUnprogrammed : (queue_.front()->expires + clocks_per_tick - 1) / clocks_per_tick;
  if (ticks == programmed_) return;
  programmed_ = ticks;
  const unsigned cpu = arch::smp_processor_id();
  arch::store(platform::mtimer::mtimecmp_lo(cpu), 0xffffffff);
  arch::store(platform::mtimer::mtimecmp_hi(cpu), static_cast<uint32_t>(ticks >> 32));
  arch::store(platform::mtimer::mtimecmp_lo(cpu), static_cast<uint32_t>(ticks));
}

void HrTimerBase::interrupt() {
  Frame frame(trace::Site::kHrtimerInterrupt);
  in_interrupt_ = true;
  while (!queue_.empty() && queue_.front()->expires <= arch::cycles()) {
    HrTimer& timer = *queue_.front();
    queue_.erase(timer);
    charge(Cost::hrtimer);
    timer.function(timer);
  }
  in_interrupt_ = false;
  reprogram();
}

}  // namespace kernel
