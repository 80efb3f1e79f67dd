// SPDX-License-Identifier: Apache-2.0
// Kicks: never act at once, but by irq_work on the kicking CPU as soon as its interrupts are on.
#pragma once

#include <stdint.h>

namespace kernel {

// `cpu` exists. Flags: SCX_KICK_*. Nothing while the calling CPU bypasses the policy.
void kick_cpu(unsigned cpu, uint64_t flags);
// CPU hotplug: the calling CPU is on its way down. Its kicks wait for no CPU any more: the CPUs they name are stopped, and all
// schedule when they go on.
void forget_kick_waits();

}  // namespace kernel
