// SPDX-License-Identifier: Apache-2.0
// A task becomes runnable, or stays so and must be queued again: to the policy, or past it.
#pragma once

#include <stdint.h>

namespace kernel {

struct Rq;
struct Task;

void enqueue_task_scx(Rq& rq, Task& p, uint64_t flags);
void dequeue_task_scx(Rq& rq, Task& p, uint64_t flags);
// Hands a runnable task on: LOCAL, GLOBAL, or ops.enqueue.
void do_enqueue_task(Rq& rq, Task& p, uint64_t enq_flags, int sticky_cpu);
// Hands every task on rq's LOCAL on anew, with SCX_ENQ_REENQ, but for those that are being migrated. Their number. rq is
// locked and is the calling CPU's.
uint32_t reenqueue_local(Rq& rq);
// Gets the task back from the policy, in any ops_state.
void ops_dequeue(Task& p, uint64_t deq_flags);

void set_task_runnable(Rq& rq, Task& p);
void clr_task_runnable(Rq& rq, Task& p, bool reset_runnable_at);
// Takes the time that the running ext task has used off its slice.
void update_curr_scx(Rq& rq);

}  // namespace kernel
