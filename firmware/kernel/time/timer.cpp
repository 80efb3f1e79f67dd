// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/time/timer.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/irq/softirq.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/locking/wait.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

TimerBase& base_of(unsigned cpu) { return kernel().timer_bases[cpu]; }

// All with timer_lock held.

void show_next_expiry(const TimerBase& base) {
  const TimerList* const first = base.queue.front();
  base.next_expiry.store(first != nullptr ? first->expires : base.clk + NEXT_TIMER_MAX_DELTA);
}

void enqueue(TimerBase& base, TimerList& timer) {
  TimerList* position = base.queue.back();
  while (position != nullptr && time_after(position->expires, timer.expires)) position = base.queue.prev(*position);
  base.queue.insert_before(position == nullptr ? base.queue.front() : base.queue.next(*position), timer);
}

bool detach_if_pending(TimerList& timer) {
  if (!timer.node.linked()) return false;
  TimerBase& base = base_of(timer.cpu);
  base.queue.erase(timer);
  show_next_expiry(base);
  return true;
}

bool is_running(const TimerList& timer) {
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    if (base_of(cpu).running == &timer) return true;
  }
  return false;
}

void wake_sleeper(TimerList& timer) { wake_up_process(*static_cast<Task*>(timer.data)); }

}  // namespace

void timers_init() {
  kernel().timer_lock.place();
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) base_of(cpu).next_expiry.place(NEXT_TIMER_MAX_DELTA);
}

void timer_add(TimerList& timer, uint32_t expires) {
  SpinLockIrqSave guard(kernel().timer_lock);
  charge(Cost::hrtimer);
  detach_if_pending(timer);
  timer.cpu = arch::smp_processor_id();
  TimerBase& base = base_of(timer.cpu);
  // A function that arms its own timer for now must not keep the softirq running for ever.
  timer.expires = time_after(expires, base.clk) ? expires : base.clk + 1;
  enqueue(base, timer);
  show_next_expiry(base);
}

bool timer_del(TimerList& timer) {
  SpinLockIrqSave guard(kernel().timer_lock);
  charge(Cost::hrtimer);
  return detach_if_pending(timer);
}

bool timer_del_sync(TimerList& timer) {
  for (;;) {
    {
      SpinLockIrqSave guard(kernel().timer_lock);
      if (!is_running(timer)) return detach_if_pending(timer);
    }
    charge(Cost::spin);
  }
}

void schedule_timeout(uint32_t count) {
  TimerList timer;
  timer.function = wake_sleeper;
  timer.data = current();
  set_current_state(TASK_UNINTERRUPTIBLE);
  timer_add(timer, jiffies() + count);
  schedule();
  timer_del_sync(timer);  // it lies on this stack
}

void timers_dead_cpu(unsigned cpu) {
  SpinLockIrqSave guard(kernel().timer_lock);
  TimerBase& from = base_of(cpu);
  TimerBase& to = base_of(arch::smp_processor_id());
  while (TimerList* const timer = from.queue.front()) {
    charge(Cost::hrtimer);
    from.queue.erase(*timer);
    timer->cpu = arch::smp_processor_id();
    enqueue(to, *timer);
  }
  show_next_expiry(from);
  show_next_expiry(to);
}

void timers_prepare_cpu(unsigned cpu) {
  SpinLockIrqSave guard(kernel().timer_lock);
  base_of(cpu).clk = jiffies();
  show_next_expiry(base_of(cpu));
}

void run_local_timers(uint32_t now) {
  const TimerBase& base = base_of(arch::smp_processor_id());
  if (!time_after(base.next_expiry.load(), now)) raise_softirq(Softirq::kTimer);
}

void run_timer_softirq() {
  Frame frame(trace::Site::kRunTimerSoftirq);
  TimerBase& base = base_of(arch::smp_processor_id());
  const uint32_t now = jiffies();
  SpinLockIrqSave guard(kernel().timer_lock);
  base.clk = now;
  while (TimerList* const timer = base.queue.front()) {
    if (time_after(timer->expires, now)) break;
    base.queue.erase(*timer);
    base.running = timer;
    {
      SpinUnlockIrq unlocked(kernel().timer_lock);
      charge(Cost::hrtimer);
      timer->function(*timer);
    }
    base.running = nullptr;
  }
  show_next_expiry(base);
}

}  // namespace kernel
