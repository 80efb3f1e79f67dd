// SPDX-License-Identifier: Apache-2.0
// Which CPUs a task may use.
#pragma once

#include "firmware/kernel/base/cpumask.h"

namespace kernel {

struct Rq;
struct Task;

// Afterwards the task is on an allowed CPU, or will be when it wakes up: a running one is moved by its CPU's stopper.
// Sleeps. 0, or -EINVAL if no active CPU is in the set, or the task belongs to its CPU.
int set_cpus_allowed(Task& task, Cpumask cpus_allowed);
// The fields only, as every class does it. p->pi_lock and rq lock held.
void set_cpus_allowed_common(Task& task, Cpumask cpus_allowed);
// A queued task that does not run: to a CPU it may use, an idle one if there is one. p->pi_lock and rq lock held; gives the
// latter back.
void move_queued_task(Rq& rq, Task& task);

}  // namespace kernel
