// SPDX-License-Identifier: Apache-2.0
// What a policy may ask of the core, under the field's names. A call outside its set is reported as the policy's error and
// refused. A Task* is a handle: policies pass it on and read it through these functions only.
#pragma once

#include <stdint.h>

#include "firmware/kernel/ext/flags.h"

struct Task;

// --- in ops.select_cpu and ops.enqueue (direct dispatch), and in ops.dispatch ---
// slice: ns, 0 keeps what is left. In ops.dispatch the request is buffered until the callback returns.
void scx_bpf_dispatch(Task* p, uint64_t dsq_id, uint64_t slice, uint64_t enq_flags);

// --- in ops.dispatch only ---
uint32_t scx_bpf_dispatch_nr_slots();
void scx_bpf_dispatch_cancel();
// Carries out what is buffered, then brings one task of the user queue to the own LOCAL.
bool scx_bpf_consume(uint64_t dsq_id);

// --- in ops.select_cpu only ---
int32_t scx_bpf_select_cpu_dfl(Task* p, int32_t prev_cpu, uint64_t wake_flags, bool* is_idle);

// --- in ops.init and ops.init_task ---
int scx_bpf_create_dsq(uint64_t dsq_id);

// --- anywhere ---
int32_t scx_bpf_dsq_nr_queued(uint64_t dsq_id);
void scx_bpf_kick_cpu(int32_t cpu, uint64_t flags);
void scx_bpf_error(const char* pattern, ...) __attribute__((format(printf, 1, 2)));
bool scx_bpf_test_and_clear_cpu_idle(int32_t cpu);
int32_t scx_bpf_pick_idle_cpu(uint64_t cpus_allowed);
int32_t scx_bpf_task_cpu(const Task* p);

// The task with that pid, unless it is dead or there is none.
Task* bpf_task_from_pid(uint32_t pid);
// A policy_print event.
void bpf_printk(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

// --- what a policy may read of a task ---
uint32_t bpf_task_pid(const Task* p);
const char* bpf_task_comm(const Task* p);
uint32_t bpf_task_weight(const Task* p);
uint64_t bpf_task_cpus_allowed(const Task* p);
uint32_t bpf_task_nr_cpus_allowed(const Task* p);
