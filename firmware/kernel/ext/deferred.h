// SPDX-License-Identifier: Apache-2.0
// A direct dispatch to another CPU's LOCAL is recorded while the rq cannot be unlocked and carried out by irq_work.
#pragma once

struct Rq;
struct Task;

// p, being enqueued on rq, has LOCAL_ON of another CPU as its verdict. rq is locked.
void defer_local_dispatch(Rq& rq, Task& p);
void run_deferred_irq_workfn();
