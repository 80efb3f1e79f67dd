// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/dsq_iter.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dispatch.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/remote.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

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

}  // namespace

BpfDsqIter::BpfDsqIter(uint64_t dsq_id, uint64_t flags)
    : dsq_((dsq_id & SCX_DSQ_FLAG_BUILTIN) != 0 ? nullptr : find_dsq(dsq_id)), reverse_((flags & SCX_DSQ_ITER_REV) != 0) {
  charge(Cost::kfunc);
  if (dsq_ == nullptr) return;
  SpinLockIrqSave guard(dsq_->lock);
  seq_ = dsq_->seq;
}

bool BpfDsqIter::in_walk(const Task& p) const { return p.scx.dsq == dsq_ && !later(p.scx.dsq_seq, seq_); }

Task* BpfDsqIter::after(const Task& p) const { return reverse_ ? dsq_->list.prev(p) : dsq_->list.next(p); }

Task* BpfDsqIter::next() {
  charge(Cost::kfunc);
  if (dsq_ == nullptr || (started_ && next_ == nullptr)) return nullptr;
  SpinLockIrqSave guard(dsq_->lock);
  charge(Cost::dsq);
  Task* p = next_;
  if (!started_) {
    p = reverse_ ? dsq_->list.back() : dsq_->list.front();
  } else if (p->scx.dsq != dsq_ || p->scx.dsq_seq != next_seq_ || !p->dsq_node.linked()) {  // unlinked: being moved
    p = first_queued_after(*dsq_, next_seq_, reverse_);
  }
  started_ = true;
  while (p != nullptr && !in_walk(*p)) p = after(*p);
  next_ = p == nullptr ? nullptr : after(*p);
  next_seq_ = next_ == nullptr ? 0 : next_->scx.dsq_seq;
  return p;
}

void BpfDsqIter::set_slice(uint64_t slice) {
  has_slice_ = true;
  slice_ = slice;
}

void BpfDsqIter::set_vtime(uint64_t vtime) {
  has_vtime_ = true;
  vtime_ = vtime;
}

bool DsqMove::still_there(const BpfDsqIter& it, const Task& p) { return it.in_walk(p) && p.scx.holding_cpu < 0; }

Rq& DsqMove::move(BpfDsqIter& it, Task& p, uint64_t dsq_id, uint64_t enq_flags, Rq& src) {
  Dsq& dst = destination(dsq_id, p, src);
  if (it.has_slice_) p.scx.slice = it.slice_;
  if (it.has_vtime_) p.scx.dsq_vtime = it.vtime_;
  dsq_take_off(*it.dsq_, p);
  dsq_unlock(*it.dsq_);
  if (!dst.is_local() || dst.local_rq == &src) {
    dispatch_enqueue(dst, p, enq_flags);
    return src;
  }
  Rq& target = *dst.local_rq;
  move_remote_task_to_local_dsq(p, enq_flags, src, target);
  if (sched_class_above(p.sched_class, target.curr->sched_class)) resched_curr(target);
  return target;
}

bool DsqMove::run(BpfDsqIter& it, Task& p, uint64_t dsq_id, uint64_t enq_flags) {
  if (it.dsq_ == nullptr) return false;
  IrqGuard irqs_off;
  Rq* const self = this_rq().lock.held_here() ? &this_rq() : nullptr;
  Rq& src = lock_task_rq_only(p, self);
  Rq* locked = &src;
  it.dsq_->lock.lock();
  const bool moved = still_there(it, p);
  if (moved) {
    locked = &move(it, p, dsq_id, enq_flags, src);
  } else {
    dsq_unlock(*it.dsq_);
  }
  it.has_slice_ = false;
  it.has_vtime_ = false;
  unlock_all_but(*locked, self);
  return moved;
}
