// SPDX-License-Identifier: Apache-2.0
// Dispatch queues: LOCAL (one per CPU, its rq lock), GLOBAL and the policy's own (their own lock). FIFO; a queue of the
// policy's may be kept by vtime instead.
#pragma once

#include "firmware/kernel/task.h"

namespace kernel {

struct Rq;

struct Dsq {
  uint64_t id = SCX_DSQ_INVALID;
  Rq* local_rq = nullptr;            // LOCAL only
  SpinLock lock;                     // not used by LOCAL
  SharedWord nr_word;                // list length, readable without the lock; not used by LOCAL
  List<Task, &Task::dsq_node> list;  // in the order of dispatch
  VtimeTree priq;                    // those of the list that were inserted by vtime
  uint32_t seq = 0;
  // Of the invariants: the value that nr_word was last set to, and the number of releases of the lock.
  uint32_t nr_shown = 0;
  uint32_t releases = 0;

  [[nodiscard]] bool is_local() const { return local_rq != nullptr; }
};

// Gives the lock back, the invariants checked. Not for LOCAL.
void dsq_unlock(Dsq& dsq);

// Puts p, which is on no queue, on dsq. Local: its rq is locked. Wakes no CPU unless local.
void dispatch_enqueue(Dsq& dsq, Task& p, uint64_t enq_flags);
// Takes p off the queue it is on, or tells a mover that has unlinked it that it lost. P's rq is locked.
void dispatch_dequeue(Task& p);
// Unlinks p under the queue's lock and marks it as being moved by this CPU.
void unlink_for_move(Dsq& dsq, Task& p);

// Takes p off the queue, whose lock is held, as is p's rq.
void dsq_take_off(Dsq& dsq, Task& p);
// From its queue, whose lock is held, to the LOCAL of the rq it is on already.
void dispatch_move_to_local(Dsq& dsq, Task& p, Dsq& local);

// Tasks queued there as far as one can see without the lock.
uint32_t dsq_nr_queued(const Dsq& dsq);

}  // namespace kernel
