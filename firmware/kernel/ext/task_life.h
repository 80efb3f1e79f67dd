// SPDX-License-Identifier: Apache-2.0
// A task's way through the policy: NONE -> INIT -> READY -> ENABLED and back.
#pragma once

struct SchedClass;
struct Task;

// The class of a task that asks for normal scheduling.
const SchedClass* scx_normal_class();
// ops.init_task. 0, or a negative errno.
int scx_init_task(Task& p, bool fork);
// READY -> ENABLED, the class being ext now. Rq locked.
void scx_enable_task(Task& p);
// A new task, not yet visible to others: as far as its class asks for.
void scx_fork(Task& p);
// A dead task: back to NONE.
void scx_free(Task& p);
