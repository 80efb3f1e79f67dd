// SPDX-License-Identifier: Apache-2.0
// Changing a task's scheduling policy, priority and nice value. Interrupts on or off; no rq lock held.
#pragma once

#include "firmware/kernel/config.h"
#include "firmware/kernel/time/tick.h"

namespace kernel {

struct Task;

// SCHED_* of a scenario's class.
unsigned sched_policy_of(TaskClass task_class);
// The time slice of SCHED_RR, in ticks.
inline uint32_t sched_rr_timeslice() { return msecs_to_jiffies(kernel_config->sched_rr_timeslice_ms); }

// rt_priority: 1..99 for SCHED_FIFO and SCHED_RR, else 0. 0, -EINVAL, or -EACCES if the policy does not let the task into SCHED_EXT.
int sched_setscheduler(Task& task, unsigned policy, unsigned rt_priority);
// -20..19. Of a real-time task it is only remembered.
void set_user_nice(Task& task, int nice);

}  // namespace kernel
