// SPDX-License-Identifier: Apache-2.0
// Carries out a policy's dispatch requests, and brings tasks to the CPU that is to run them.
#pragma once

#include <stdint.h>

namespace kernel {

struct Dsq;
struct Rq;
struct Task;

// Records a request of ops.dispatch; carried out by the next flush.
void buffer_dispatch(Task& p, uint64_t dsq_id, uint64_t enq_flags);
// Carries out the buffered requests. May drop and retake rq's lock.
void flush_dispatch_buf(Rq& rq);
// Moves one task that may run on rq from the queue to rq's LOCAL. May drop and retake rq's lock.
bool consume_dispatch_q(Rq& rq, Dsq& dsq);
// Puts p, claimed or deferred, on the LOCAL of the CPU that a SCX_DSQ_LOCAL_ON id names; on GLOBAL if there is no such CPU.
// rq is locked, on return too, maybe not in between.
void dispatch_to_local_on(Rq& rq, uint64_t dsq_id, Task& p, uint64_t enq_flags);

// The queue a dispatch names; an unknown one is an error and becomes GLOBAL, so that no task is lost.
Dsq& find_dsq_for_dispatch(uint64_t id, const Task& p);

}  // namespace kernel
