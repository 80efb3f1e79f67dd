// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/enqueue.h"

#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/deferred.h"
#include "firmware/kernel/ext/dispatch.h"
#include "firmware/kernel/ext/queue_depths.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/time/clock.h"

namespace kernel {

namespace {

void enqueue_local(Rq& rq, Task& p, uint64_t enq_flags, bool fresh_slice) {
  if (fresh_slice) p.scx.slice = scx_slice_dfl();
  dispatch_enqueue(rq.scx.local_dsq, p, enq_flags);
}

void enqueue_global(Task& p, uint64_t enq_flags) {
  p.scx.slice = scx_slice_dfl();
  dispatch_enqueue(kernel().scx.global_dsq, p, enq_flags);
}

// The verdict recorded in select_cpu or enqueue. LOCAL is the rq p is being enqueued on.
void direct_dispatch(Rq& rq, Task& p, uint64_t enq_flags) {
  const uint64_t flags = enq_flags | p.scx.ddsp_enq_flags | SCX_ENQ_CLEAR_OPSS;
  const uint64_t id = p.scx.ddsp_dsq_id;
  if (id == SCX_DSQ_LOCAL || id == (SCX_DSQ_LOCAL_ON | rq.cpu)) {
    dispatch_enqueue(rq.scx.local_dsq, p, flags);
  } else if ((id & SCX_DSQ_LOCAL_ON) == SCX_DSQ_LOCAL_ON) {
    p.scx.ddsp_enq_flags = flags;
    defer_local_dispatch(rq, p);
  } else {
    dispatch_enqueue(find_dsq_for_dispatch(id, p), p, flags);
  }
}

uint32_t next_qseq(Rq& rq) {
  const uint32_t seq = rq.scx.ops_qseq++;
  if (rq.scx.ops_qseq >> (32 - SCX_OPSS_QSEQ_SHIFT) != 0) rq.scx.ops_qseq = 1;
  return seq << SCX_OPSS_QSEQ_SHIFT;
}

// Ours until ops.enqueue has run; then the policy's, or on a queue if it gave a verdict at once.
void enqueue_to_policy(Rq& rq, Task& p, uint64_t enq_flags) {
  ScxCpu& cpu = this_cpu().scx;
  const uint32_t qseq = next_qseq(rq);
  p.scx.ops_state.store(p, SCX_OPSS_QUEUEING | qseq);
  cpu.direct_dispatch_task = &p;
  cpu.direct_dispatch_spoiled = false;
  call_op<Op::enqueue>(kernel().scx.ops, &p, enq_flags);
  cpu.direct_dispatch_task = nullptr;
  if (p.scx.ddsp_dsq_id != SCX_DSQ_INVALID) {
    direct_dispatch(rq, p, enq_flags);
    return;
  }
  check_brand(rq, p, qseq);
  trace::task_queued(p.pid, trace::Queue::kPolicy, rq.cpu);
  p.scx.ops_state.store(p, SCX_OPSS_QUEUED | qseq);
}

}  // namespace

void do_enqueue_task(Rq& rq, Task& p, uint64_t enq_flags, int sticky_cpu) {
  const SchedExtOps& ops = kernel().scx.ops;
  if (sticky_cpu == static_cast<int>(rq.cpu)) {
    enqueue_local(rq, p, enq_flags, false);
  } else if (!scx_rq_online(rq)) {
    enqueue_local(rq, p, enq_flags, true);
  } else if (scx_rq_bypassing(rq)) {
    enqueue_global(p, enq_flags);
  } else if (p.scx.ddsp_dsq_id != SCX_DSQ_INVALID) {
    direct_dispatch(rq, p, enq_flags);
  } else if (p.exiting && (ops.flags & SCX_OPS_ENQ_EXITING) == 0) {
    enqueue_local(rq, p, enq_flags, true);
  } else if (ops.enqueue == nullptr) {
    enqueue_global(p, enq_flags);
  } else {
    enqueue_to_policy(rq, p, enq_flags);
  }
}

void set_task_runnable(Rq& rq, Task& p) {
  if ((p.scx.flags & SCX_TASK_RESET_RUNNABLE_AT) != 0) {
    p.scx.runnable_at = jiffies();
    p.scx.flags &= ~SCX_TASK_RESET_RUNNABLE_AT;
  }
  rq.scx.runnable_list.push_back(p);
}

void clr_task_runnable(Rq& rq, Task& p, bool reset_runnable_at) {
  if (p.runnable_node.linked()) rq.scx.runnable_list.erase(p);
  if (reset_runnable_at) p.scx.flags |= SCX_TASK_RESET_RUNNABLE_AT;
}

void update_curr_scx(Rq& rq) {
  ScxEntity& curr = rq.curr->scx;
  const uint64_t now = ktime_get_ns();
  const uint64_t used = now - curr.exec_start;
  curr.exec_start = now;
  if (curr.slice != SCX_SLICE_INF) curr.slice -= used < curr.slice ? used : curr.slice;
}

void enqueue_task_scx(Rq& rq, Task& p, uint64_t flags) {
  if ((flags & ENQUEUE_WAKEUP) != 0) rq.scx.flags |= SCX_RQ_IN_WAKEUP;
  int sticky_cpu = p.scx.sticky_cpu;
  p.scx.sticky_cpu = -1;
  // A change of a running task's attributes must not hand it to the policy.
  if ((flags & ENQUEUE_RESTORE) != 0 && rq.curr == &p) sticky_cpu = static_cast<int>(rq.cpu);
  if ((p.scx.flags & SCX_TASK_QUEUED) == 0) {
    set_task_runnable(rq, p);
    p.scx.flags |= SCX_TASK_QUEUED;
    ++rq.scx.nr_running;
    show_queue_depths(rq);
    if (!p.migrating) call_op<Op::runnable>(kernel().scx.ops, &p, flags);
    do_enqueue_task(rq, p, flags, sticky_cpu);
  }
  rq.scx.flags &= ~SCX_RQ_IN_WAKEUP;
}

void ops_dequeue(Task& p, uint64_t deq_flags) {
  clr_task_runnable(task_rq(p), p, false);
  uint32_t opss = p.scx.ops_state.load();
  if ((opss & SCX_OPSS_STATE_MASK) == SCX_OPSS_QUEUEING) arch::panic("task dequeued while it is being enqueued");
  if ((opss & SCX_OPSS_STATE_MASK) == SCX_OPSS_QUEUED) {
    call_op<Op::dequeue>(kernel().scx.ops, &p, deq_flags);
    if (p.scx.ops_state.compare_exchange(p, opss, SCX_OPSS_NONE)) {
      cover(Cover::dequeue_of_queued);
      return;
    }
    cover(Cover::dequeue_lost_claim);
    opss = p.scx.ops_state.load();  // a dispatcher has just claimed it
  }
  if ((opss & SCX_OPSS_STATE_MASK) == SCX_OPSS_DISPATCHING) cover(Cover::dequeue_waited_dispatching);
  // It will be on a queue in a moment; the claim ends before its owner asks for any rq lock, so this wait ends.
  while ((opss & SCX_OPSS_STATE_MASK) == SCX_OPSS_DISPATCHING) {
    charge(Cost::spin);
    opss = p.scx.ops_state.load();
  }
}

void dequeue_task_scx(Rq& rq, Task& p, uint64_t flags) {
  if ((p.scx.flags & SCX_TASK_QUEUED) == 0) return;
  const SchedExtOps& ops = kernel().scx.ops;
  ops_dequeue(p, flags);
  if (rq.curr == &p) {
    update_curr_scx(rq);
    call_op<Op::stopping>(ops, &p, false);
  }
  if (!p.migrating) call_op<Op::quiescent>(ops, &p, flags);
  if ((flags & DEQUEUE_SLEEP) != 0) {
    p.scx.flags |= SCX_TASK_DEQD_FOR_SLEEP;
  } else {
    p.scx.flags &= ~SCX_TASK_DEQD_FOR_SLEEP;
  }
  p.scx.flags &= ~SCX_TASK_QUEUED;
  --rq.scx.nr_running;
  show_queue_depths(rq);
  dispatch_dequeue(p);
}

uint32_t reenqueue_local(Rq& rq) {
  // First all off the queue: one that comes back to it must not be met again. One that a stopper is about to move stays: it
  // may not be allowed here any more, and will be enqueued anew where it is.
  List<Task, &Task::dsq_node> tasks;
  Task* next = nullptr;
  for (Task* p = rq.scx.local_dsq.list.front(); p != nullptr; p = next) {
    next = rq.scx.local_dsq.list.next(*p);
    if (p->migration_pending) continue;
    dispatch_dequeue(*p);
    tasks.push_back(*p);
  }
  uint32_t count = 0;
  while (Task* const p = tasks.front()) {
    tasks.erase(*p);
    do_enqueue_task(rq, *p, SCX_ENQ_REENQ, -1);
    ++count;
  }
  return count;
}

}  // namespace kernel
