// SPDX-License-Identifier: Apache-2.0
// The stop class and its threads: migration/<cpu> runs functions that must stop everything else on that CPU.
#pragma once

namespace kernel {

struct Task;

// Creates and wakes the stopper of that CPU. Once, at boot.
void start_cpu_stopper(unsigned cpu);
// Runs fn on that CPU, above everything but interrupts, and sleeps until it has returned. False: the CPU is on its way down,
// fn has not run.
bool stop_one_cpu(unsigned cpu, void (*fn)(void*), void* arg);

// --- CPU hotplug ---

void stop_machine_init();
// Runs fn on that CPU while all others spin, everywhere with interrupts off. Sleeps until they have gone on.
void stop_machine(unsigned cpu, void (*fn)(void*), void* arg);
// The stopper of the calling CPU takes no work from here on; that of a CPU that has come back does again.
void cpu_stopper_park();
void cpu_stopper_unpark(unsigned cpu);

}  // namespace kernel
