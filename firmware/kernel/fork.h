// SPDX-License-Identifier: Apache-2.0
// How tasks begin and end.
#pragma once

#include "firmware/kernel/config.h"
#include "firmware/kernel/task.h"

// A kernel thread, not yet woken. No CPUs: all of them.
Task& kthread_create(const char* comm, Cpumask cpus_allowed, void (*function)(Task&));
// A user task as the scenario wrote it, not yet woken.
Task& fork_user_task(const TaskSpec& spec);
// Makes the words a task shares. Also for idle tasks, which are never forked.
void init_task_words(Task& task, uint32_t state, unsigned cpu);

// Ends the calling task.
[[noreturn]] void do_exit();
// The last of a dead task, after it has been switched away from.
void release_task(Task& task);

// The task with that pid, dead or alive; null if there never was one.
Task* find_task_by_pid(uint32_t pid);
