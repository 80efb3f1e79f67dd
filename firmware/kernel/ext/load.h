// SPDX-License-Identifier: Apache-2.0
// Loading a policy while the system runs, and unloading it. Both sleep.
#pragma once

#include "firmware/kernel/config.h"

namespace kernel {

struct Task;

// Loads the named policy and switches its tasks to it, on the enable helper. 0, also if the policy failed half-way: then
// its exit record says why. -EBUSY: another one is loaded.
int scx_ops_enable(const SchedulerSpec& spec, uint32_t hotplug_seq);
// As a loader does when it ends: takes the policy out, if it is still in, and waits until it is.
void scx_ops_unregister();
// The RT thread that carries out loads: created at the first use.
Task& scx_enable_helper_task();

}  // namespace kernel
