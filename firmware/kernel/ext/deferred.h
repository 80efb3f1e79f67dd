// SPDX-License-Identifier: Apache-2.0
// A direct dispatch to another CPU's LOCAL is recorded while its rq is locked, and carried out as soon as that lock may be
// dropped: at the end of the wakeup, after the pick of the balance, or else by an irq_work.
#pragma once

namespace kernel {

struct Rq;
struct Task;

// p, being enqueued on rq, has LOCAL_ON of another CPU as its verdict. rq is locked.
void defer_local_dispatch(Rq& rq, Task& p);
// Carries out the requests recorded in rq. It is locked, on return too, maybe not in between.
void run_deferred(Rq& rq);

}  // namespace kernel
