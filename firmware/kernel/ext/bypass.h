// SPDX-License-Identifier: Apache-2.0
// Bypass: all runnable tasks make progress without the policy, in one global FIFO and round robin by the tick. It needs no
// sleeping lock and no help of the policy, so no policy can prevent it. Nests.
#pragma once

namespace kernel {

struct Rq;

// Interrupts on or off, no lock held. Returns when every CPU's runnable tasks have been queued anew.
void scx_ops_bypass(bool on);
// Rq locked.
bool scx_rq_bypassing(const Rq& rq);
// Without the lock: as of the last walk over that CPU.
bool scx_cpu_bypassing(unsigned cpu);

}  // namespace kernel
