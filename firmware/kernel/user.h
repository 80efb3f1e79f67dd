// SPDX-License-Identifier: Apache-2.0
// The system calls, and the program of a task that the kernel runs.
#pragma once

#include <stdint.h>

#include "firmware/kernel/config.h"
#include "trace_events.h"

namespace kernel {

// --- system calls: of the calling task ---

// Runs that long in user mode, interruptible and preemptible anywhere.
void user_compute(uint64_t ns);
void sys_nanosleep(uint64_t ns);
// clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME): until that time.
void sys_clock_nanosleep(uint64_t until_ns);
// clock_gettime(CLOCK_MONOTONIC): read in user mode, by the vDSO.
uint64_t user_clock_ns();
// What a task says of the period that it ends, by a marker: `late_ns` since the deadline.
void user_period(uint32_t pid, const char* comm, uint64_t late_ns);
void sys_sched_yield();
// Until that test source has fired since the last wait, or since the calling task was forked by another.
void sys_wait_irq(unsigned source);
// Until the calling task has been woken by sys_wake: each of those lets one wait through, also one that is yet to come.
void sys_wait();
int sys_wake(uint32_t pid);
// A mutex of the scenario, by its number in UserSpace::locks; first come, first served. -EDEADLK: the caller has it.
int sys_lock(unsigned index);
// -EPERM: the caller does not have it.
int sys_unlock(unsigned index);
// By their numbers in UserSpace::conds and ::locks. -EPERM: the caller does not have the mutex.
int sys_cond_wait(unsigned cond, unsigned mutex);
int sys_cond_signal(unsigned cond);
int sys_cond_broadcast(unsigned cond);
// By its number in UserSpace::barriers.
int sys_barrier_wait(unsigned index);
// Another task, by its number in UserSpace::tasks. Its PID, or a negative errno.
int sys_fork(uint32_t task_index);
[[noreturn]] void sys_exit(int status);
// 0, or a negative errno.
// pid 0: the calling task. -ESRCH: there is no such task.
int sys_sched_setaffinity(uint32_t pid, uint64_t cpus_allowed);
int sys_sched_setscheduler(uint32_t pid, TaskClass task_class, unsigned rt_priority);
int sys_setpriority(uint32_t pid, int nice);
// The oldest living task made from that entry of UserSpace::tasks; 0: there is none.
uint32_t sys_pid_of(uint32_t task_index);
// Lines, the last one maybe without its newline.
void sys_write(trace::Stream stream, const char* text);

// --- provided by user space (firmware/workloads) ---

// The program of a user task. Returns when the task is to end.
void user_main(const TaskSpec& spec, uint32_t pid);
// The program of a policy's loader. Its exit status: 0, or 1 if a load was refused.
int loader_main(const SchedulerSpec& spec);

}  // namespace kernel
