// SPDX-License-Identifier: Apache-2.0
// holding_cpu: a mover sets it under the queue's lock when it has unlinked a task, then locks the task's rq and looks
// again. A dequeue that came first has reset it to -1, and the mover gives up. So >= 0 only between those two points.
#include "firmware/kernel/ext/dsq.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/queue_depths.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

void publish_nr(Dsq& dsq) {
  if (dsq.is_local()) {
    show_queue_depths(*dsq.local_rq);
    return;
  }
  dsq.nr_shown = dsq.list.size();
  dsq.nr_word.store(dsq.nr_shown);
}

void insert_by_vtime(Dsq& dsq, Task& p) {
  if (dsq.priq.empty() && !dsq.list.empty()) {
    scx_error(SCX_EXIT_ERROR, "DSQ ID 0x%016llx already had FIFO-enqueued tasks", static_cast<unsigned long long>(dsq.id));
  }
  Task* const predecessor = dsq.priq.insert(p);
  dsq.list.insert_before(predecessor == nullptr ? dsq.list.front() : dsq.list.next(*predecessor), p);
  p.scx.dsq_flags |= SCX_TASK_DSQ_ON_PRIQ;
}

void insert_fifo(Dsq& dsq, Task& p, bool at_head) {
  if (!dsq.priq.empty()) {
    scx_error(SCX_EXIT_ERROR, "DSQ ID 0x%016llx already had PRIQ-enqueued tasks", static_cast<unsigned long long>(dsq.id));
  }
  dsq.list.insert_before(at_head ? dsq.list.front() : nullptr, p);
}

void tell_queue(const Dsq& dsq, const Task& p) {
  if (dsq.is_local()) {
    trace::task_queued(p.pid, trace::Queue::kLocal, dsq.local_rq->cpu);
  } else {
    trace::task_queued(p.pid, dsq.id == SCX_DSQ_GLOBAL ? trace::Queue::kGlobal : trace::Queue::kDsq, dsq.id);
  }
}

void link(Dsq& dsq, Task& p, uint64_t enq_flags) {
  if (p.scx.dsq != nullptr) arch::panic("task dispatched to two queues");
  check_not_held(p);
  charge(Cost::dsq);
  bool by_vtime = (enq_flags & SCX_ENQ_DSQ_PRIQ) != 0;
  if (by_vtime && (dsq.id & SCX_DSQ_FLAG_BUILTIN) != 0) {
    scx_error(SCX_EXIT_ERROR, "cannot use vtime ordering for built-in DSQs");
    by_vtime = false;
  }
  if (by_vtime) {
    insert_by_vtime(dsq, p);
  } else {
    insert_fifo(dsq, p, (enq_flags & (SCX_ENQ_HEAD | SCX_ENQ_PREEMPT)) != 0);
  }
  p.scx.dsq = &dsq;
  p.scx.dsq_seq = ++dsq.seq;
  p.scx.ddsp_dsq_id = SCX_DSQ_INVALID;
  p.scx.ddsp_enq_flags = 0;
  tell_queue(dsq, p);
  publish_nr(dsq);
}

void unlink(Dsq& dsq, Task& p) {
  charge(Cost::dsq);
  if ((p.scx.dsq_flags & SCX_TASK_DSQ_ON_PRIQ) != 0) {
    dsq.priq.erase(p);
    p.scx.dsq_flags &= ~SCX_TASK_DSQ_ON_PRIQ;
  }
  dsq.list.erase(p);
  publish_nr(dsq);
}

void clear_opss(Task& p, uint64_t enq_flags) {
  if ((enq_flags & SCX_ENQ_CLEAR_OPSS) != 0) p.scx.ops_state.store(p, SCX_OPSS_NONE);
}

// A mover has it in its hands: tells it that it came too late. The mover itself takes the task off its rq by this too.
void tell_mover(Task& p) {
  if (p.scx.holding_cpu != static_cast<int>(arch::smp_processor_id())) cover(Cover::dequeue_beat_mover);
  p.scx.holding_cpu = -1;
}

// The queue may have been destroyed since it was looked up.
Dsq& lock_live_dsq(Dsq& dsq) {
  dsq.lock.lock();
  if (dsq.id != SCX_DSQ_INVALID) return dsq;
  dsq_unlock(dsq);
  scx_error(SCX_EXIT_ERROR, "attempting to dispatch to a destroyed dsq");
  Dsq& global = kernel().scx.global_dsq;
  global.lock.lock();
  return global;
}

// A task on LOCAL runs at the CPU's next scheduling; only idle, or a task to be preempted, is sent there now.
void resched_for_local(Rq& rq, const Task& p, uint64_t enq_flags) {
  Task& curr = *rq.curr;
  bool preempt = false;
  if ((enq_flags & SCX_ENQ_PREEMPT) != 0 && &curr != &p && curr.sched_class == &kExtSchedClass) {
    curr.scx.slice = 0;
    preempt = true;
  }
  if (preempt || sched_class_above(&kExtSchedClass, curr.sched_class)) resched_curr(rq);
}

}  // namespace

void dsq_unlock(Dsq& dsq) {
  check_dsq_invariants(dsq);
  dsq.lock.unlock();
}

void dispatch_enqueue(Dsq& dsq, Task& p, uint64_t enq_flags) {
  if (dsq.is_local()) {
    link(dsq, p, enq_flags);
    clear_opss(p, enq_flags);
    resched_for_local(*dsq.local_rq, p, enq_flags);
    return;
  }
  Dsq& target = lock_live_dsq(dsq);
  link(target, p, enq_flags);
  clear_opss(p, enq_flags);
  dsq_unlock(target);
}

void dispatch_dequeue(Task& p) {
  Dsq* const dsq = p.scx.dsq;
  if (dsq == nullptr) {
    Rq& rq = task_rq(p);
    if (rq.scx.ddsp_deferred_locals.contains(p)) {
      cover(Cover::deferred_dequeued);
      rq.scx.ddsp_deferred_locals.erase(p);
      // The verdict was for this enqueue: the next one is the policy's again, or an old mask would decide.
      p.scx.ddsp_dsq_id = SCX_DSQ_INVALID;
      p.scx.ddsp_enq_flags = 0;
    }
    if (p.scx.holding_cpu >= 0) tell_mover(p);
    return;
  }
  if (!dsq->is_local()) dsq->lock.lock();
  if (p.scx.holding_cpu < 0) {
    unlink(*dsq, p);
  } else {
    tell_mover(p);
  }
  p.scx.dsq = nullptr;
  if (!dsq->is_local()) dsq_unlock(*dsq);
}

void unlink_for_move(Dsq& dsq, Task& p) {
  unlink(dsq, p);
  p.scx.holding_cpu = static_cast<int>(arch::smp_processor_id());
}

void dsq_take_off(Dsq& dsq, Task& p) {
  unlink(dsq, p);
  p.scx.dsq = nullptr;
}

void dispatch_move_to_local(Dsq& dsq, Task& p, Dsq& local) {
  dsq_take_off(dsq, p);
  link(local, p, 0);
}

uint32_t dsq_nr_queued(const Dsq& dsq) { return dsq.is_local() ? dsq.list.size() : dsq.nr_word.load(); }

}  // namespace kernel
