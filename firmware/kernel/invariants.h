// SPDX-License-Identifier: Apache-2.0
// What must hold whenever a lock is released, and at a few steps in between. A broken one leaves an event and ends the run.
// Checks read what the lock guards, cost no cycles and make no transfer.
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
