// SPDX-License-Identifier: Apache-2.0
// Kicks: never act at once, but by irq_work on the kicking CPU as soon as its interrupts are on.
#pragma once

#include <stdint.h>

// `cpu` exists. Flags: SCX_KICK_*. Nothing while the calling CPU bypasses the policy.
void kick_cpu(unsigned cpu, uint64_t flags);
void kick_cpus_irq_workfn();
