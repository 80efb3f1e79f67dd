// SPDX-License-Identifier: Apache-2.0
// Signals of tasks, as far as they bear on scheduling: KILL, STOP and CONT. They are sent when a test source fires, and
// handled by the task itself on its way to user mode; KILL ends a wait, STOP does not: who sleeps stops when it is awake.
#pragma once

#include "firmware/kernel/task.h"

namespace kernel {

// Status of a task that was killed: as a shell shows it, 128 + SIGKILL.
inline constexpr int kKilledStatus = 137;

// Sends the signals that UserSpace::signals lists for that test source, which has fired. Interrupts off.
void send_signals_of(unsigned source);
// Of the calling task, on its way to user mode: ends it, or stops it until CONT. Interrupts on.
void do_signal();
// The calling task will not sleep out what it had begun to. Interrupts on.
void cancel_sleep_timer();

}  // namespace kernel
