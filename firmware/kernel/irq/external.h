// SPDX-License-Identifier: Apache-2.0
// External interrupts: the PLIC and which driver gets which source. One CPU serves those that belong to no CPU: the test
// sources and the power switches.
#pragma once

#include <stdint.h>

namespace kernel {

struct ExternalIrqs {
  unsigned cpu = 0;  // which serves them
};

// Once, before interrupts are on anywhere.
void external_irq_init();
// Of each hart, for itself.
void external_irq_start();
// CPU hotplug: if the calling CPU serves them, `heir` does from here on. All others are stopped.
void external_irq_cpu_dying(unsigned heir);
// The handler: interrupts off.
void handle_external_irq();
// Lets the PLIC ask for that source again. On the CPU that has claimed it.
void external_irq_complete(uint32_t source);

}  // namespace kernel
