// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/time/tick.h"

#include "firmware/kernel/hw_watchdog.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace {

// Jiffies follow the clock, so that a late update makes up for what was missed. They only ever go forward, even if the
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

void update_jiffies(TickSched& tick) {
  const Timekeeping& time = kernel().time;
  const uint32_t cpu = arch::smp_processor_id();
  const uint32_t duty = time.do_timer_cpu.load();
  if (duty == cpu) {
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
  if (time.do_timer_cpu.compare_exchange(duty, cpu) == duty) do_timer();
}

void tick_sched_timer(HrTimer& timer) {
  Frame frame(trace::Site::kSchedulerTick);
  Cpu& cpu = this_cpu();
  update_jiffies(cpu.tick);
  scheduler_tick();
  hw_watchdog_pet();
  // On the grid: a late tick does not shift the later ones, and one that was missed is not made up for.
  const uint64_t period = tick_period_cycles();
  cpu.hrtimers.start(timer, (arch::cycles() / period + 1) * period);
}

}  // namespace

uint64_t tick_period_cycles() { return uint64_t{kernel_config->clock_mhz} * 1'000'000 / kernel_config->hz; }

uint32_t jiffies() { return kernel().time.jiffies.load(); }

void tick_setup() {
  Cpu& cpu = this_cpu();
  const uint64_t period = tick_period_cycles();
  cpu.tick.timer.function = tick_sched_timer;
  cpu.hrtimers.start(cpu.tick.timer, (arch::cycles() / period + 1) * period);
}
