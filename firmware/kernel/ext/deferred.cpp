// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/deferred.h"

#include "firmware/kernel/ext/dispatch.h"
#include "firmware/kernel/irq/irq_work.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

namespace {

void dispatch_deferred(Rq& rq, Task& p) {
  cover(Cover::deferred_moved);
  const uint64_t id = p.scx.ddsp_dsq_id;
  const uint64_t enq_flags = p.scx.ddsp_enq_flags;
  p.scx.ddsp_dsq_id = SCX_DSQ_INVALID;
  p.scx.ddsp_enq_flags = 0;
  dispatch_to_local_on(rq, id, p, enq_flags);
}

// Of those rqs for which this CPU was to do it.
void run_deferred_irq_workfn() {
  ScxCpu& self = this_cpu().scx;
  while (self.deferred_rqs != 0) {
    Rq& rq = cpu_rq(cpumask_first(self.deferred_rqs));
    self.deferred_rqs &= self.deferred_rqs - 1;
    RqLockGuard guard(rq);
    rq.scx.deferred_irq_work_pending = false;
    run_deferred(rq);
  }
}

constexpr IrqWork kDeferredWork = {
    .id = trace::IrqWork::kDeferred, .reason = trace::IpiReason::kIrqWork, .function = run_deferred_irq_workfn};

// Arranges for a call of run_deferred at a time when rq's lock can be dropped.
void schedule_deferred(Rq& rq) {
  if ((rq.scx.flags & SCX_RQ_IN_WAKEUP) != 0) return;  // the class's task_woken
  if ((rq.scx.flags & SCX_RQ_IN_BALANCE) != 0) {
    rq.balance_callback = run_deferred;
    return;
  }
  if (rq.scx.deferred_irq_work_pending) return;
  rq.scx.deferred_irq_work_pending = true;
  this_cpu().scx.deferred_rqs |= cpumask_of(rq.cpu);
  irq_work_queue(kDeferredWork);
}

}  // namespace

void defer_local_dispatch(Rq& rq, Task& p) {
  // Neither the policy's nor on a queue: a dequeue finds it on the list.
  p.scx.ops_state.store(p, SCX_OPSS_NONE);
  rq.scx.ddsp_deferred_locals.push_back(p);
  trace::task_queued(p.pid, trace::Queue::kDeferred, rq.cpu);
  schedule_deferred(rq);
}

void run_deferred(Rq& rq) {
  while (Task* const p = rq.scx.ddsp_deferred_locals.front()) {
    rq.scx.ddsp_deferred_locals.erase(*p);
    dispatch_deferred(rq, *p);
  }
}

}  // namespace kernel
