// SPDX-License-Identifier: Apache-2.0
// The stop class and its threads: migration/<cpu> runs what must stop everything else on that CPU.
#pragma once

struct Task;

// Creates and wakes the stopper of that CPU. Once, at boot.
void start_cpu_stopper(unsigned cpu);
// Runs fn on that CPU, above everything but interrupts, and sleeps until it has returned.
void stop_one_cpu(unsigned cpu, void (*fn)(void*), void* arg);
