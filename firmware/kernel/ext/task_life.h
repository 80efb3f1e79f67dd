// SPDX-License-Identifier: Apache-2.0
// A task's way through the policy: NONE -> INIT -> READY -> ENABLED and back.
#pragma once

#include <stdint.h>

namespace kernel {

struct Rq;
struct SchedClass;
struct Task;

// The class of a task that asks for normal scheduling: ext while a policy is loaded and wants it, else fair.
const SchedClass* scx_normal_class(const Task& p);
// ops.init_task, NONE -> INIT. 0, or a negative errno. May sleep.
int scx_init_task(Task& p, bool fork);
// INIT -> READY: the task may be scheduled by the policy from here on.
void scx_task_ready(Task& p);
// READY -> ENABLED, the class being ext now. Rq locked.
void scx_enable_task(Task& p);
// ENABLED -> READY, the class being something else now. Rq locked.
void scx_disable_task(Task& p);
// From wherever it is back to NONE. Rq locked. cancelled: its fork failed.
void scx_exit_task(Task& p, bool cancelled);
// The weight its nice asks for, told to the policy if it has the task. Rq locked.
void scx_reweight_task(Task& p);

// --- fork, in this order; no policy is loaded or unloaded between the first and one of the last two ---
void scx_pre_fork(Task& p);
// 0, or a negative errno: then the fork is cancelled.
int scx_fork(Task& p);
// The new task gets as far as others of its class. No other CPU can find it yet.
void scx_post_fork(Task& p);
void scx_end_fork();
void scx_cancel_fork(Task& p);

// May the task get that scheduling policy? 0, or -EACCES.
int scx_check_setscheduler(const Task& p, unsigned policy);
// The last reference to a dead task is gone.
void scx_free(Task& p);

}  // namespace kernel
