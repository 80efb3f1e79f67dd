// SPDX-License-Identifier: Apache-2.0
// The scheduler's part of CPU hotplug.
#pragma once

#include "firmware/kernel/base/cpumask.h"

namespace kernel {

struct Rq;
struct Task;

// On cpuhp/<cpu>, the calling thread. Afterwards no task is put on the CPU any more but the CPU's own threads, and the policy
// has been told.
void sched_cpu_deactivate(unsigned cpu);
// And afterwards none is left: those that are queued here move to other CPUs. Sleeps until the CPU's own threads sleep too.
void sched_cpu_wait_empty(unsigned cpu);
// The way back.
void sched_cpu_activate(unsigned cpu);

// May the task be put on that CPU? One of the CPU's own threads, as long as it is online; others, while it is active.
[[nodiscard]] bool is_cpu_allowed(const Task& task, unsigned cpu);
// Where the task may go, if not there; if no CPU is left to it, all are its from now on. p->pi_lock, no rq lock; the task is
// on no rq.
unsigned select_fallback_rq(Task& task);
// The same for one on a rq: the CPUs it may go to. p->pi_lock and rq lock.
Cpumask fallback_cpus(Rq& rq, Task& task);

}  // namespace kernel
