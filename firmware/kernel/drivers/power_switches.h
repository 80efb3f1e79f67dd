// SPDX-License-Identifier: Apache-2.0
// The operator's power switches, one per hart, read through hart control: they ask CPUs to go and to come back.
#pragma once

#include "firmware/kernel/base/cpumask.h"
#include "firmware/kernel/workqueue.h"

namespace kernel {

struct PowerSwitches {
  Work moved;          // switches have been moved
  Cpumask wanted = 0;  // as last read in the interrupt, by the CPU that serves it
};

// Once, at boot. With KernelConfig::hotplug_cpu only.
void power_switches_init();
// The interrupt: interrupts off.
void handle_power_switch_irq();

}  // namespace kernel
