// SPDX-License-Identifier: Apache-2.0
// What a policy may ask of the core, under the field's names. A call outside its set is reported as the policy's error and
// refused. A Task* is a handle: policies pass it on and read it through these functions only.
#pragma once

#include <stdint.h>

#include "firmware/kernel/ext/dsq_iter.h"
#include "firmware/kernel/ext/flags.h"

struct Rq;
struct Task;

inline constexpr uint32_t SCX_CPUPERF_ONE = 1024;

// --- in ops.select_cpu and ops.enqueue (direct dispatch), and in ops.dispatch ---
// slice: ns, 0 keeps what is left. In ops.dispatch the request is buffered until the callback returns.
void scx_bpf_dispatch(Task* p, uint64_t dsq_id, uint64_t slice, uint64_t enq_flags);
// Into a user queue kept by vtime: the earliest first.
void scx_bpf_dispatch_vtime(Task* p, uint64_t dsq_id, uint64_t slice, uint64_t vtime, uint64_t enq_flags);

// --- in ops.dispatch only ---
uint32_t scx_bpf_dispatch_nr_slots();
void scx_bpf_dispatch_cancel();
// Carries out what is buffered, then brings one task of the user queue to the own LOCAL.
bool scx_bpf_consume(uint64_t dsq_id);

// --- in ops.dispatch, or where no rq is locked (timers) ---
// Moves a task an iteration has found to another queue, at once. False: it was gone already.
bool scx_bpf_dispatch_from_dsq(BpfDsqIter& it, Task* p, uint64_t dsq_id, uint64_t enq_flags);
bool scx_bpf_dispatch_vtime_from_dsq(BpfDsqIter& it, Task* p, uint64_t dsq_id, uint64_t enq_flags);

// --- in ops.select_cpu only ---
int32_t scx_bpf_select_cpu_dfl(Task* p, int32_t prev_cpu, uint64_t wake_flags, bool* is_idle);

// --- in ops.cpu_release only ---
// Passes the tasks of the own LOCAL through ops.enqueue again. Their number.
uint32_t scx_bpf_reenqueue_local();

// --- in ops.init and ops.init_task ---
int scx_bpf_create_dsq(uint64_t dsq_id);

// --- of the task a callback is about, only ---
// The id of its cgroup. There is the root only: 1; 0 if refused.
uint64_t scx_bpf_task_cgroup(const Task* p);

// --- in ops.dump, dump_cpu and dump_task ---
// Into the debug dump, line by line.
void scx_bpf_dump(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

// --- anywhere ---
void scx_bpf_destroy_dsq(uint64_t dsq_id);
int32_t scx_bpf_dsq_nr_queued(uint64_t dsq_id);
void scx_bpf_kick_cpu(int32_t cpu, uint64_t flags);
void scx_bpf_error(const char* pattern, ...) __attribute__((format(printf, 1, 2)));
// The policy's own wish to end, with a code for its loader.
void scx_bpf_exit(int64_t code, const char* pattern, ...) __attribute__((format(printf, 2, 3)));

bool scx_bpf_test_and_clear_cpu_idle(int32_t cpu);
// -EBUSY: none is idle.
int32_t scx_bpf_pick_idle_cpu(uint64_t cpus_allowed);
// An idle one if there is one (and tracking is on), else any. -EBUSY: the set is empty.
int32_t scx_bpf_pick_any_cpu(uint64_t cpus_allowed);
// Copies, unlike the field's: nothing has to be put. Without SMT a CPU is a core.
uint64_t scx_bpf_get_idle_cpumask();
uint64_t scx_bpf_get_idle_smtmask();
uint64_t scx_bpf_get_possible_cpumask();
uint64_t scx_bpf_get_online_cpumask();
uint32_t scx_bpf_nr_cpu_ids();

// 1..SCX_CPUPERF_ONE; that too for a CPU the machine does not have, which is reported. The model's clock is fixed: capacity and present performance are full, and the target
// is a number that nothing acts on.
uint32_t scx_bpf_cpuperf_cap(int32_t cpu);
uint32_t scx_bpf_cpuperf_cur(int32_t cpu);
void scx_bpf_cpuperf_set(int32_t cpu, uint32_t perf);

// It is the current task of its run queue.
bool scx_bpf_task_running(const Task* p);
int32_t scx_bpf_task_cpu(const Task* p);
// The run queue of a CPU, to be read through the functions below; null: no such CPU, which is reported.
const Rq* scx_bpf_cpu_rq(int32_t cpu);

// The task with that pid, unless it is dead or there is none. Good as long as interrupts are off.
Task* bpf_task_from_pid(uint32_t pid);
// Of the task that loads the policy.
uint32_t bpf_loader_pid();
int32_t bpf_get_smp_processor_id();
uint64_t bpf_ktime_get_ns();
// A policy_print event; costs what a line into the log ring costs.
void bpf_printk(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

// --- what a policy may read of a task ---
uint32_t bpf_task_pid(const Task* p);
const char* bpf_task_comm(const Task* p);
bool bpf_task_is_kthread(const Task* p);
uint32_t bpf_task_weight(const Task* p);
uint64_t bpf_task_cpus_allowed(const Task* p);
uint32_t bpf_task_nr_cpus_allowed(const Task* p);
uint64_t bpf_task_slice(const Task* p);
uint64_t bpf_task_dsq_vtime(const Task* p);

// --- and of a run queue, without its lock: what it was a moment ago ---
// Its current task, which may be the idle one (PID 0). Good as long as interrupts are off.
Task* bpf_rq_curr(const Rq* rq);
// Runnable tasks of all classes, the running one included, the idle task not.
uint32_t bpf_rq_nr_running(const Rq* rq);

// --- what a policy may write of a task ---
void bpf_task_set_slice(Task* p, uint64_t slice);
void bpf_task_set_dsq_vtime(Task* p, uint64_t vtime);
// In ops.init_task: the task may not be SCHED_EXT under this policy.
void bpf_task_disallow(Task* p);
