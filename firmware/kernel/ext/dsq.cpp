// SPDX-License-Identifier: Apache-2.0
// holding_cpu: a mover sets it under the queue's lock when it has unlinked a task, then locks the task's rq and looks
// again. A dequeue that came first has reset it to -1, and the mover gives up. So >= 0 only between those two points.
#include "firmware/kernel/ext/dsq.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace {

void publish_nr(Dsq& dsq) {
  if (dsq.is_local()) return;
  dsq.nr_shown = dsq.list.size();
  dsq.nr_word.store(dsq.nr_shown);
}

void link(Dsq& dsq, Task& p, uint64_t enq_flags) {
  if (p.scx.dsq != nullptr) arch::panic("task dispatched to two queues");
  charge(Cost::dsq);
  if ((enq_flags & (SCX_ENQ_HEAD | SCX_ENQ_PREEMPT)) != 0) {
    dsq.list.push_front(p);
  } else {
    dsq.list.push_back(p);
  }
  p.scx.dsq = &dsq;
  p.scx.dsq_seq = ++dsq.seq;
  p.scx.ddsp_dsq_id = SCX_DSQ_INVALID;
  p.scx.ddsp_enq_flags = 0;
  publish_nr(dsq);
}

void unlink(Dsq& dsq, Task& p) {
  charge(Cost::dsq);
  dsq.list.erase(p);
  publish_nr(dsq);
}

void clear_opss(Task& p, uint64_t enq_flags) {
  if ((enq_flags & SCX_ENQ_CLEAR_OPSS) != 0) p.scx.ops_state.store(p, SCX_OPSS_NONE);
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
  dsq.lock.lock();
  link(dsq, p, enq_flags);
  clear_opss(p, enq_flags);
  dsq_unlock(dsq);
}

void dispatch_dequeue(Task& p) {
  Dsq* const dsq = p.scx.dsq;
  if (dsq == nullptr) {
    Rq& rq = task_rq(p);
    if (rq.scx.ddsp_deferred_locals.contains(p)) rq.scx.ddsp_deferred_locals.erase(p);
    p.scx.holding_cpu = -1;
    return;
  }
  if (!dsq->is_local()) dsq->lock.lock();
  if (p.scx.holding_cpu < 0) {
    unlink(*dsq, p);
  } else {
    p.scx.holding_cpu = -1;
  }
  p.scx.dsq = nullptr;
  if (!dsq->is_local()) dsq_unlock(*dsq);
}

void unlink_for_move(Dsq& dsq, Task& p) {
  unlink(dsq, p);
  p.scx.holding_cpu = static_cast<int>(arch::smp_processor_id());
}

void dispatch_move_to_local(Dsq& dsq, Task& p, Dsq& local) {
  unlink(dsq, p);
  p.scx.dsq = nullptr;
  link(local, p, 0);
}

Dsq* find_dsq(uint64_t id) {
  Scx& scx = kernel().scx;
  if (id == SCX_DSQ_GLOBAL) return &scx.global_dsq;
  for (unsigned i = 0; i < scx.nr_user_dsqs; ++i) {
    if (scx.user_dsqs[i].id == id) return &scx.user_dsqs[i];
  }
  return nullptr;
}

int create_dsq(uint64_t id) {
  Scx& scx = kernel().scx;
  if ((id & SCX_DSQ_FLAG_BUILTIN) != 0) return -EINVAL;
  if (find_dsq(id) != nullptr) return -EEXIST;
  if (scx.nr_user_dsqs == kUserDsqsMax) return -ENOMEM;
  Dsq& dsq = scx.user_dsqs[scx.nr_user_dsqs];
  dsq.lock.place();
  dsq.nr_word.place(0);
  dsq.id = id;
  ++scx.nr_user_dsqs;
  return 0;
}

uint32_t dsq_nr_queued(const Dsq& dsq) { return dsq.is_local() ? dsq.list.size() : dsq.nr_word.load(); }
