// SPDX-License-Identifier: Apache-2.0
// The system calls of a policy's loader, beside those that any task has.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "firmware/kernel/config.h"
#include "firmware/kernel/ext/exit_info.h"
#include "firmware/kernel/policy.h"

namespace kernel {

// The policy of that name. Ends the run if there is none: scenarios are checked before.
const Policy& policy_named(const char* name);

// Where the load is to run from now on: a CPU set; 0: anywhere. 0, or a negative errno.
int sys_scx_bind_load(uint64_t cpus);
// 0, or a negative errno. A load that fails later than at the first checks returns 0 too, and has exited. From then on the
// calling task holds the policy: with its end, however it comes, the policy is taken out.
int sys_scx_attach(const SchedulerSpec& spec, uint32_t hotplug_seq);
// As /sys/kernel/sched_ext/hotplug_seq shows it.
uint32_t sys_scx_hotplug_seq();
// The first load is over, well or not: the init task goes on. Only the first call does anything. No system call: it stands for a
// pipe from the loader to its parent.
void complete_first_load();
// Returns when the policy is gone, for any reason.
void sys_scx_detach();
// The calling task ends: lets go of a policy that it still holds, as closing its descriptors does. Sleeps.
void exit_scx_link();

// --- memory that the policy shares with its loader: no system calls ---

// ops.exit has run.
bool scx_exited();
// The exit that it saw; good until the next load.
const ScxExitInfo& scx_exit_record();
// The policy's statistics lines, as they are now.
void scx_print_stats(const Policy& policy, char* out, size_t size);

}  // namespace kernel
