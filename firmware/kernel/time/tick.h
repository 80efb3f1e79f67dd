// SPDX-License-Identifier: Apache-2.0
// The periodic tick of each CPU, and jiffies. One CPU has the do_timer duty; a CPU that sees jiffies stand still for 5 of
// its own ticks takes it over. With nohz, a CPU that sleeps stops its tick, and hands the duty to the CPU that ticks next.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/shared_ram.h"
#include "firmware/kernel/config.h"
#include "firmware/kernel/time/hrtimer.h"

namespace kernel {

inline constexpr unsigned MAX_STALLED_JIFFIES = 5;
inline constexpr uint32_t TICK_DO_TIMER_NONE = ~0u;

// Hart-private.
struct TickSched {
  HrTimer timer;
  uint32_t last_jiffies = 0;
  unsigned stalled_jiffies = 0;
  bool stopped = false;    // nohz: the timer is armed for the next event that is due, if any
  uint64_t last_tick = 0;  // cycles
};

struct Timekeeping {
  SharedWord jiffies;
  SharedWord do_timer_cpu;
};

uint64_t tick_period_cycles();
// Starts the tick of the calling CPU. Interrupts off.
void tick_setup();
// Brings jiffies up to date, duty or not.
void do_timer();

// CPU hotplug: the calling CPU is on its way down, all others are stopped. No more ticks; `heir` gets its duty, and its timers.
void tick_cpu_dying(unsigned heir);
void hrtimers_cpu_dying(unsigned heir);

// --- nohz: of the calling CPU, interrupts off ---

// The idle loop, right before it sleeps: no tick until something is due.
void tick_nohz_stop_tick();
// The idle loop, before it gives the CPU to a task.
void tick_nohz_idle_exit();
// Any interrupt that finds the tick stopped.
void tick_nohz_irq_enter();

uint32_t jiffies();
// Rounded down, and up: so that a timeout is never short.
inline uint32_t jiffies_to_msecs(uint32_t count) { return static_cast<uint32_t>(uint64_t{count} * 1000 / kernel_config->hz); }
inline uint32_t msecs_to_jiffies(uint32_t ms) { return static_cast<uint32_t>((uint64_t{ms} * kernel_config->hz + 999) / 1000); }
// a is later than b, across the wrap.
constexpr bool time_after(uint32_t a, uint32_t b) { return static_cast<int32_t>(b - a) < 0; }

}  // namespace kernel
