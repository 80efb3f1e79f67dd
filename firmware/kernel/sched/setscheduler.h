// SPDX-License-Identifier: Apache-2.0
// Changing a task's scheduling policy, priority and nice value. Interrupts on or off; no rq lock held.
#pragma once

#include "firmware/kernel/config.h"

namespace kernel {

struct Task;

// SCHED_* of a scenario's class.
unsigned sched_policy_of(TaskClass task_class);

// rt_priority: 1..99 for SCHED_FIFO, else 0. 0, -EINVAL, or -EACCES if the policy does not let the task into SCHED_EXT.
int sched_setscheduler(Task& task, unsigned policy, unsigned rt_priority);
// -20..19. Of a SCHED_FIFO task it is only remembered.
void set_user_nice(Task& task, int nice);

}  // namespace kernel
