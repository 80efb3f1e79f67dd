// SPDX-License-Identifier: Apache-2.0
// Driver of the one-shot alarm (soc_alarm): an alarm every period, each said on the console. Its CPU is that of the test sources.
#pragma once

namespace kernel {

// Once, before interrupts are on anywhere: lets the source through the PLIC and sets the first alarm.
void alarm_init();
// The handler: interrupts off. Lowers the line before the source is completed, and sets the next alarm.
void handle_alarm_irq();

}  // namespace kernel
