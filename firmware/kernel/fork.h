// SPDX-License-Identifier: Apache-2.0
// How tasks begin and end, and how they are found meanwhile.
#pragma once

#include "firmware/kernel/config.h"
#include "firmware/kernel/task.h"

namespace kernel {

struct CloneArgs {
  const char* comm;
  Cpumask cpus_allowed = 0;  // none: all of them
  unsigned policy = SCHED_NORMAL;
  unsigned rt_priority = 0;
  int nice = 0;
  bool kthread = false;
  void (*function)(Task&) = nullptr;
  void* data = nullptr;
  const TaskSpec* spec = nullptr;              // user tasks
  const SchedulerSpec* loader_spec = nullptr;  // loaders
};

// A new task, not yet woken; null, and the errno in `error`: the policy refused it, or there is no free slot.
Task* copy_process(const CloneArgs& args, int& error);

// A user task as the scenario wrote it, woken. Its PID, or a negative errno.
int clone_user_task(const TaskSpec& spec);
// Starts the loader of that policy. If there is no free slot, the log says so, and it counts as ended.
void start_loader(const SchedulerSpec& spec);
// Makes the words of the slot, or sets those it has. Also for idle tasks, which are never forked.
void init_task_words(Task& task, uint32_t state, unsigned cpu);

// Ends the calling task. Preemption on.
[[noreturn]] void do_exit(int status = 0);

// --- references: needed to keep a task beyond the lock or RCU section in which it was found ---

// False: its last reference is put already, it is only waiting to leave the list.
bool get_task(Task& task);
// The last put frees the task. Takes rq locks and tasklist_lock: neither may be held.
void put_task(Task& task);

// All tasks but the idle ones, in the order of their forks; a task stays until its last reference is put. tasklist_lock.
Task* first_task();
Task* next_task(const Task& task);
// The task with that pid; null when it is gone. The result lasts as long as preemption is off, or until get_task.
Task* find_task_by_pid(uint32_t pid);
// The same, but null from its do_exit on.
Task* find_living_task_by_pid(uint32_t pid);

}  // namespace kernel
