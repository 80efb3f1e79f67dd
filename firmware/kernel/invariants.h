// SPDX-License-Identifier: Apache-2.0
// Invariants of the kernel, checked when the lock of a run queue or a dispatch queue is released, and at a few steps in between.
// A broken one logs an event and ends the run. A check reads data that the lock guards; it costs no cycles and makes no transfer.
// docs/internals/invariants.md shows this table (scripts/gen_docs.py).
//
// | invariant | what must hold |
// | --- | --- |
// | one_dsq | A task on a dispatch queue names that queue as its own, and is on no other. |
// | local_dsq_cpu | A task on the LOCAL of a CPU belongs to that CPU. |
// | local_dsq_queued | A task on a LOCAL is queued in the extensible class. |
// | dsq_nr | A queue has as many tasks as it counts, and as its word in memory says. |
// | runnable_list | The list holds every queued task of the CPU except the one that runs. |
// | ops_state | No task on the list is QUEUEING. A hart that releases its rq lock has no task claimed as DISPATCHING. |
// | qseq | A task becomes the policy's with the qseq that its enqueue began with. |
// | qseq_order | The qseq numbers that a CPU gives out rise, until they wrap. |
// | first_dispatch | A balance calls ops.dispatch() only if the LOCAL of the CPU is empty. |
// | kick_masks | The irq_work that kicks CPUs leaves no kick pending. |
// | holding_cpu | holding_cpu of a task is set only during the move that set it. |
// | bypassed | Once bypass has reached a CPU, the policy holds none of its tasks, and none is on a user queue. |
// | disable_once | A policy is disabled once per load. |
// | callback_after_exit | No callback of the policy is called after its ops.exit(). |
// | callback_irqs | Interrupts are off in every callback that runs under an rq lock. |
#pragma once

#include <stdint.h>

namespace kernel {

struct Dsq;
struct Rq;
struct ScxCpu;
struct Task;

// At every release of the lock. The lists are walked when short, and now and then when long; all else is always checked.
void check_rq_invariants(Rq& rq);
void check_dsq_invariants(Dsq& dsq);
// p is about to be the policy's: it is still QUEUEING, under the brand its enqueue began with, which rq has not used before.
void check_brand(Rq& rq, const Task& p, uint32_t qseq);
// Before the first ops.dispatch of a balance, which found LOCAL empty when the rq lock had been released `releases` times.
void check_first_dispatch(const Rq& rq, uint32_t releases);
// After kick_cpus_irq_work.
void check_kicks_done(const ScxCpu& cpu);

// After the bypass walk over a CPU, its lock still held.
void check_bypassed(const Rq& rq);
// Before a callback of the policy.
void check_callback(uint32_t kf_mask);
// Before a policy is taken out.
void check_disable();
// p is about to be linked to a queue, or to run.
void check_not_held(const Task& p);

[[noreturn]] void broken_invariant(const char* name, const char* detail);

}  // namespace kernel
