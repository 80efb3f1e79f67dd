// SPDX-License-Identifier: Apache-2.0
// A task's way through the policy: NONE -> INIT -> READY -> ENABLED and back.
#pragma once

struct SchedClass;
struct Task;

// The class of a task that is not SCHED_FIFO.
const SchedClass* scx_normal_class(const Task& p);
// ops.init_task. 0, or a negative errno.
int scx_init_task(Task& p, bool fork);
// READY -> ENABLED, the class being ext now. Rq locked.
void scx_enable_task(Task& p);
// Fork, in this order. Between the first and the last no policy comes or goes.
void scx_pre_fork(Task& p);
// ops.init_task. 0, or a negative errno: then scx_cancel_fork follows, and the task does not come to life.
int scx_fork(Task& p);
// The task can be found by others now.
void scx_post_fork(Task& p);
void scx_cancel_fork(Task& p);
// May the task get that policy? 0, or -EACCES.
int scx_check_setscheduler(const Task& p, unsigned policy);
// A dead task: back to NONE.
void scx_free(Task& p);
