// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/dsq_iter.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dispatch.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/kfunc_enter.h"
#include "firmware/kernel/ext/kfuncs.h"
#include "firmware/kernel/ext/remote.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

bool later(uint32_t a, uint32_t b) { return static_cast<int32_t>(b - a) < 0; }

// In a FIFO queue the task that was queued next takes the place of one that has left. An order by vtime does not tell.
Task* first_queued_after(const Dsq& dsq, uint32_t seq, bool reverse) {
  if (!dsq.priq.empty()) return nullptr;
  Task* p = reverse ? dsq.list.back() : dsq.list.front();
  while (p != nullptr && !(reverse ? later(seq, p->scx.dsq_seq) : later(p->scx.dsq_seq, seq))) {
    p = reverse ? dsq.list.prev(*p) : dsq.list.next(*p);
  }
  return p;
}

Dsq& destination(uint64_t dsq_id, Task& p, Rq& src) {
  const bool own_local = dsq_id == SCX_DSQ_LOCAL;
  if (!own_local && (dsq_id & SCX_DSQ_LOCAL_ON) != SCX_DSQ_LOCAL_ON) return find_dsq_for_dispatch(dsq_id, p);
  const auto cpu = static_cast<int32_t>(own_local ? arch::smp_processor_id() : dsq_id & SCX_DSQ_LOCAL_CPU_MASK);
  if (!ops_cpu_valid(cpu, "in SCX_DSQ_LOCAL_ON dispatch verdict")) return kernel().scx.global_dsq;
  Rq& dst = cpu_rq(static_cast<unsigned>(cpu));
  if (&dst == &src || task_can_run_on_remote_rq(p, dst)) return dst.scx.local_dsq;
  scx_error(SCX_EXIT_ERROR, "SCX_DSQ_LOCAL[_ON] target CPU %d not allowed for %s[%d]", static_cast<int>(cpu), p.comm,
            static_cast<int>(p.pid));
  return kernel().scx.global_dsq;
}

// self: the rq that ops.dispatch holds; null in a timer. Returns the task's, locked, and no other.
Rq& lock_task_rq_only(const Task& p, Rq* self) {
  if (self != nullptr && &task_rq(p) == self) return *self;
  if (self != nullptr) rq_unlock(*self);
  return task_rq_lock(p);
}

void unlock_all_but(Rq& locked, Rq* self) {
  if (&locked == self) return;
  rq_unlock(locked);
  if (self != nullptr) rq_lock(*self);
}

bool in_walk(const BpfIterScxDsq& it, const Task& p) { return p.scx.dsq == it.dsq && !later(p.scx.dsq_seq, it.seq); }

Task* after(const BpfIterScxDsq& it, const Task& p) { return it.reverse ? it.dsq->list.prev(p) : it.dsq->list.next(p); }

bool still_there(const BpfIterScxDsq& it, const Task& p) { return in_walk(it, p) && p.scx.holding_cpu < 0; }

// src is locked, and the queue; the latter no more on return. Returns the rq that is locked then.
Rq& move(BpfIterScxDsq& it, Task& p, uint64_t dsq_id, uint64_t enq_flags, Rq& src) {
  Dsq& dst = destination(dsq_id, p, src);
  if (it.has_slice) p.scx.slice = it.slice;
  if (it.has_vtime) p.scx.dsq_vtime = it.vtime;
  dsq_take_off(*it.dsq, p);
  dsq_unlock(*it.dsq);
  if (!dst.is_local() || dst.local_rq == &src) {
    dispatch_enqueue(dst, p, enq_flags);
    return src;
  }
  Rq& target = *dst.local_rq;
  move_remote_task_to_local_dsq(p, enq_flags, src, target);
  if (sched_class_above(p.sched_class, target.curr->sched_class)) resched_curr(target);
  return target;
}

}  // namespace

void bpf_iter_scx_dsq_new(BpfIterScxDsq& it, uint64_t dsq_id, uint64_t flags) {
  kfunc_enter<Kfunc::bpf_iter_scx_dsq_new>();
  it = {.dsq = (dsq_id & SCX_DSQ_FLAG_BUILTIN) != 0 ? nullptr : find_dsq(dsq_id), .reverse = (flags & SCX_DSQ_ITER_REV) != 0};
  if (it.dsq == nullptr) return;
  SpinLockIrqSave guard(it.dsq->lock);
  it.seq = it.dsq->seq;
}

Task* bpf_iter_scx_dsq_next(BpfIterScxDsq& it) {
  kfunc_enter<Kfunc::bpf_iter_scx_dsq_next>();
  if (it.dsq == nullptr || (it.started && it.next == nullptr)) return nullptr;
  SpinLockIrqSave guard(it.dsq->lock);
  charge(Cost::dsq);
  Task* p = it.next;
  if (!it.started) {
    p = it.reverse ? it.dsq->list.back() : it.dsq->list.front();
  } else if (p->scx.dsq != it.dsq || p->scx.dsq_seq != it.next_seq || !p->dsq_node.linked()) {  // unlinked: being moved
    p = first_queued_after(*it.dsq, it.next_seq, it.reverse);
  }
  it.started = true;
  while (p != nullptr && !in_walk(it, *p)) p = after(it, *p);
  it.next = p == nullptr ? nullptr : after(it, *p);
  it.next_seq = it.next == nullptr ? 0 : it.next->scx.dsq_seq;
  return p;
}

void scx_bpf_dispatch_from_dsq_set_slice(BpfIterScxDsq& it, uint64_t slice) {
  kfunc_enter<Kfunc::scx_bpf_dispatch_from_dsq_set_slice>();
  it.has_slice = true;
  it.slice = slice;
}

void scx_bpf_dispatch_from_dsq_set_vtime(BpfIterScxDsq& it, uint64_t vtime) {
  kfunc_enter<Kfunc::scx_bpf_dispatch_from_dsq_set_vtime>();
  it.has_vtime = true;
  it.vtime = vtime;
}

bool move_from_dsq(BpfIterScxDsq& it, Task& p, uint64_t dsq_id, uint64_t enq_flags) {
  if (it.dsq == nullptr) return false;
  IrqGuard irqs_off;
  Rq* const self = this_rq().lock.held_here() ? &this_rq() : nullptr;
  Rq& src = lock_task_rq_only(p, self);
  Rq* locked = &src;
  it.dsq->lock.lock();
  const bool moved = still_there(it, p);
  if (moved) {
    locked = &move(it, p, dsq_id, enq_flags, src);
  } else {
    dsq_unlock(*it.dsq);
  }
  it.has_slice = false;
  it.has_vtime = false;
  unlock_all_but(*locked, self);
  return moved;
}

}  // namespace kernel
