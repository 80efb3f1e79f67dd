// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/time/tick.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/drivers/hw_watchdog.h"
#include "firmware/kernel/ext/bpf_timer.h"
#include "firmware/kernel/irq/ipi.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

// Jiffies follow the clock, so that a late update makes up for missed ticks. They only ever go forward, even if the
// old and the new holder of the duty meet here.
void do_timer() {
  const Timekeeping& time = kernel().time;
  const uint32_t want = static_cast<uint32_t>(arch::cycles() / tick_period_cycles());
  uint32_t seen = time.jiffies.load();
  while (time_after(want, seen)) {
    const uint32_t old = time.jiffies.compare_exchange(seen, want);
    if (old == seen) return;
    seen = old;
  }
}

namespace {

uint64_t next_tick_after(uint64_t cycle) { return (cycle / tick_period_cycles() + 1) * tick_period_cycles(); }

// True: the duty is this CPU's now.
bool take_duty_from(uint32_t holder) {
  const uint32_t cpu = arch::smp_processor_id();
  if (kernel().time.do_timer_cpu.compare_exchange(holder, cpu) != holder) return false;
  trace::do_timer_duty(cpu);
  return true;
}

void update_jiffies(TickSched& tick) {
  const Timekeeping& time = kernel().time;
  const uint32_t cpu = arch::smp_processor_id();
  const uint32_t duty = time.do_timer_cpu.load();
  // A single tick of a CPU that sleeps: it would go back to sleep with the duty.
  if (tick.stopped) {
    do_timer();
    return;
  }
  if (duty == cpu || (duty == TICK_DO_TIMER_NONE && take_duty_from(duty))) {
    do_timer();
    return;
  }
  const uint32_t seen = time.jiffies.load();
  if (seen != tick.last_jiffies) {
    tick.last_jiffies = seen;
    tick.stalled_jiffies = 0;
    return;
  }
  if (++tick.stalled_jiffies < MAX_STALLED_JIFFIES) return;
  tick.stalled_jiffies = 0;
  if (take_duty_from(duty)) do_timer();
}

// The tick came in user mode, or in the idle loop itself.
bool was_resting(const Cpu& cpu) {
  return cpu.trap_from_user || (cpu.current->is_idle_task() && cpu.current->preempt_count == 1);
}

void tick_sched_timer(HrTimer& timer) {
  Frame frame(trace::Site::kSchedulerTick);
  Cpu& cpu = this_cpu();
  cpu.tick.last_tick = arch::cycles();
  update_jiffies(cpu.tick);
  run_local_timers(jiffies());
  rcu_sched_clock_irq(was_resting(cpu));
  scheduler_tick();
  hw_watchdog_pet();
  // On the grid: a late tick does not shift the later ones, and one that was missed is not made up for.
  if (!cpu.tick.stopped) cpu.hrtimers.start(timer, next_tick_after(arch::cycles()));
}

}  // namespace

uint64_t tick_period_cycles() { return uint64_t{kernel_config->clock_mhz} * 1'000'000 / kernel_config->hz; }

uint32_t jiffies() { return kernel().time.jiffies.load(); }

void tick_setup() {
  Cpu& cpu = this_cpu();
  cpu.tick.timer.function = tick_sched_timer;
  cpu.tick.last_tick = arch::cycles();
  cpu.hrtimers.start(cpu.tick.timer, next_tick_after(arch::cycles()));
}

void tick_cpu_dying(unsigned heir) {
  this_cpu().hrtimers.cancel(this_cpu().tick.timer);
  if (kernel().time.do_timer_cpu.compare_exchange(arch::smp_processor_id(), heir) != arch::smp_processor_id()) return;
  trace::do_timer_duty(heir);
}

void hrtimers_cpu_dying(unsigned heir) {
  HrTimerBase& mine = this_cpu().hrtimers;
  HrTimerBase& its = kernel().cpus[heir].hrtimers;
  bpf_timers_cpu_dying(heir);
  while (HrTimer* const timer = mine.first()) {
    charge(Cost::hrtimer);
    mine.take(*timer);
    its.put(*timer, timer->expires);
  }
  mine.reprogram();
  send_ipi(heir, IpiReason::kRetrigger);
}

}  // namespace kernel
