// SPDX-License-Identifier: Apache-2.0
// Moving a task from one run queue to another, one rq lock at a time.
#pragma once

#include <stdint.h>

namespace kernel {

struct Dsq;
struct Rq;
struct Task;

// May p, which is on another rq, run on this one?
bool task_can_run_on_remote_rq(const Task& p, const Rq& rq);
// dsq and rq are locked, p is on dsq. Unlocks dsq and brings p to rq's LOCAL; false: a dequeue was faster. rq is locked
// again on return, but was not for a while.
bool consume_remote_task(Rq& rq, Dsq& dsq, Task& p);
// src is locked and p, on it, is ours to move. Leaves dst locked instead.
void move_remote_task_to_local_dsq(Task& p, uint64_t enq_flags, Rq& src, Rq& dst);

}  // namespace kernel
