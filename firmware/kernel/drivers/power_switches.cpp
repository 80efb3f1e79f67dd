// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/drivers/power_switches.h"

#include "firmware/kernel/cpu.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"
#include "platform.h"

namespace kernel {

namespace {

namespace hart_control = platform::hart_control;

PowerSwitches& switches() { return kernel().power_switches; }

Cpumask read_switches() {
  Cpumask wanted = 0;
  for (unsigned word = 0; word < cpumask_words(); ++word) {
    wanted |= Cpumask{arch::load(hart_control::power_wanted(word))} << (32 * word);
  }
  return wanted;
}

void report(unsigned cpu, bool on, int error) {
  if (error != 0) printk("cpu: CPU %u cannot be taken %s (%d)", cpu, on ? "up" : "down", error);
}

// Only the present state of the switches counts, however often they were moved.
void moved_workfn(Work&) {
  Frame frame(trace::Site::kCpuHotplug);
  const Cpumask wanted = read_switches();
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) {
    const bool on = cpumask_test(wanted, cpu);
    if (on == cpu_is_online(cpu)) continue;
    report(cpu, on, on ? cpu_up(cpu) : cpu_down(cpu));
  }
}

}  // namespace

void power_switches_init() {
  switches().moved.function = moved_workfn;
  switches().wanted = cpumask_all(kernel_config->nr_cpus);
}

void handle_power_switch_irq() {
  const Cpumask wanted = read_switches();
  for (unsigned word = 0; word < cpumask_words(); ++word) {
    arch::store(hart_control::power_seen(word), static_cast<uint32_t>(wanted >> (32 * word)));
  }
  for (Cpumask moved = wanted ^ switches().wanted; moved != 0; moved &= moved - 1) {
    const unsigned cpu = cpumask_first(moved);
    trace::power_switch(cpu, cpumask_test(wanted, cpu));
  }
  switches().wanted = wanted;
  queue_work(switches().moved);
}

}  // namespace kernel
