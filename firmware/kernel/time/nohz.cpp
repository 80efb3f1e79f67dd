// SPDX-License-Identifier: Apache-2.0
// nohz: idle. A CPU stops its tick only right before it really sleeps, so one that is kept out of its sleep keeps ticking.
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/time/clock.h"

namespace kernel {

namespace {

constexpr uint64_t kNever = ~uint64_t{0};

uint64_t min_of(uint64_t a, uint64_t b) { return a < b ? a : b; }

// The tick at which the CPU's first timer is due.
uint64_t first_timer_cycle(uint64_t now) {
  const uint64_t elapsed = now / tick_period_cycles();
  const uint32_t expiry = kernel().timer_bases[arch::smp_processor_id()].next_expiry.load();
  const auto delta = static_cast<int32_t>(expiry - static_cast<uint32_t>(elapsed));
  if (delta <= 0) return (elapsed + 1) * tick_period_cycles();
  if (delta >= static_cast<int32_t>(NEXT_TIMER_MAX_DELTA / 2)) return kNever;
  return (elapsed + static_cast<uint32_t>(delta)) * tick_period_cycles();
}

// The watchdog is petted by the tick: it may not be away for longer than this.
uint64_t pet_deadline(const Cpu& cpu) {
  if (!kernel_config->hw_watchdog.enable) return kNever;
  return cpu.tick.last_tick + ns_to_cycles(kernel_config->hw_watchdog.bark_ns) / 2;
}

// The next cycle at which this CPU needs the tick's handler.
uint64_t next_tick_needed(const Cpu& cpu, uint64_t now) {
  if (cpu.softirq.pending != 0 || rcu_needs_cpu()) return now;
  return min_of(first_timer_cycle(now), pet_deadline(cpu));
}

uint64_t next_hrtimer(const Cpu& cpu) {
  const HrTimer* const first = cpu.hrtimers.first_besides(cpu.tick.timer);
  return first == nullptr ? kNever : first->expires;
}

void hand_over_duty() { kernel().time.do_timer_cpu.compare_exchange(arch::smp_processor_id(), TICK_DO_TIMER_NONE); }

void arm_tick_for(Cpu& cpu, uint64_t cycle) {
  HrTimer& timer = cpu.tick.timer;
  if (cycle == kNever) {
    if (timer.node.linked()) cpu.hrtimers.cancel(timer);
  } else if (!timer.node.linked() || timer.expires != cycle) {
    cpu.hrtimers.start(timer, cycle);
  }
}

void restart_tick(Cpu& cpu) {
  cpu.tick.stopped = false;
  trace::tick_restart();
  const uint64_t period = tick_period_cycles();
  cpu.hrtimers.start(cpu.tick.timer, (arch::cycles() / period + 1) * period);
}

}  // namespace

void tick_nohz_stop_tick() {
  if (kernel_config->nohz != Nohz::kIdle) return;
  Cpu& cpu = this_cpu();
  const uint64_t now = arch::cycles();
  const uint64_t needed = next_tick_needed(cpu, now);
  const uint64_t until = min_of(needed, next_hrtimer(cpu));
  if (cpu.tick.stopped && needed <= now) {
    restart_tick(cpu);
    return;
  }
  if (!cpu.tick.stopped) {
    if (until <= now + tick_period_cycles()) return;
    cpu.tick.stopped = true;
    hand_over_duty();
    trace::tick_stop(until);
  }
  arm_tick_for(cpu, needed);
  rcu_idle_enter();
}

void tick_nohz_idle_exit() {
  Cpu& cpu = this_cpu();
  if (!cpu.tick.stopped) return;
  tick_nohz_irq_enter();
  restart_tick(cpu);
}

void tick_nohz_irq_enter() {
  rcu_idle_exit();
  do_timer();
}

}  // namespace kernel
