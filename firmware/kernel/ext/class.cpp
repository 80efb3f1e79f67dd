// SPDX-License-Identifier: Apache-2.0
// The ext class as the core sees it.
#include "firmware/kernel/ext/balance.h"
#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/deferred.h"
#include "firmware/kernel/ext/enqueue.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/idle_mask.h"
#include "firmware/kernel/ext/kick.h"
#include "firmware/kernel/ext/task_life.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/affinity.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/time/clock.h"

namespace kernel {

namespace {

void yield_task_scx(Rq& rq) {
  const SchedExtOps& ops = kernel().scx.ops;
  if (ops.yield == nullptr) {
    rq.curr->scx.slice = 0;
  } else {
    call_op<Op::yield>(ops, rq.curr, nullptr);
  }
}

// Preemption among ext tasks is by slice only.
void wakeup_preempt_scx(Rq&, Task&) {}

void task_woken_scx(Rq& rq, Task&) { run_deferred(rq); }

void warn_zero_slice(const Rq& rq, const Task& p) {
  cover(Cover::zero_slice_refilled);
  Scx& scx = kernel().scx;
  if (scx_rq_bypassing(rq) || scx.warned_zero_slice) return;
  scx.warned_zero_slice = true;
  printk("sched_ext: %s[%d] has zero slice in pick_task_scx()", p.comm, static_cast<int>(p.pid));
}

// The balance that should have come before did not: the fair class said that it had something, and had not. Without prev
// being this class's, since then balance begins with it. The policy has not been asked, and the CPU must not sleep on that.
void pick_without_balance(const Rq& rq) {
  cover(Cover::pick_without_balance);
  if (rq.scx.local_dsq.list.empty()) kick_cpu(rq.cpu, SCX_KICK_IDLE);
}

Task* pick_task_scx(Rq& rq) {
  const bool balanced = (rq.scx.flags & SCX_RQ_BAL_PENDING) == 0;
  if (!balanced) pick_without_balance(rq);
  const bool keep_prev = balanced && (rq.scx.flags & SCX_RQ_BAL_KEEP) != 0;
  Task* const p = keep_prev ? rq.curr : rq.scx.local_dsq.list.front();
  if (p != nullptr && p->scx.slice == 0) {
    if (!keep_prev) warn_zero_slice(rq, *p);
    p->scx.slice = scx_slice_dfl();
  }
  return p;
}

ScxCpuPreemptReason preempt_reason(const SchedClass& taker) {
  switch (taker.id) {
    case trace::Class::kStop: return SCX_CPU_PREEMPT_STOP;
    case trace::Class::kDeadline: return SCX_CPU_PREEMPT_DL;
    case trace::Class::kRt: return SCX_CPU_PREEMPT_RT;
    default: return SCX_CPU_PREEMPT_UNKNOWN;
  }
}

// The CPU goes from ext to another class: who waits for that may go on, and the policy hears of it once.
void switch_class(Rq& rq, Task& next) {
  Scx& scx = kernel().scx;
  rq.scx.pnt_seq.store(++rq.scx.pnt_seq_shown);
  if (scx.ops.cpu_acquire == nullptr && scx.ops.cpu_release == nullptr) return;
  if (sched_class_above(&kExtSchedClass, next.sched_class) || rq.scx.cpu_released) return;
  const ScxCpuPreemptReason reason = preempt_reason(*next.sched_class);
  trace::cpu_release(rq.cpu, static_cast<trace::PreemptReason>(reason));
  const ScxCpuReleaseArgs args = {.reason = reason, .task = &next};
  call_op<Op::cpu_release>(scx.ops, static_cast<int32_t>(rq.cpu), &args);
  rq.scx.cpu_released = true;
}

void put_prev_task_scx(Rq& rq, Task& p, Task& next) {
  update_curr_scx(rq);
  if ((p.scx.flags & SCX_TASK_QUEUED) != 0) {  // else it sleeps; its dequeue has told the policy
    call_op<Op::stopping>(kernel().scx.ops, &p, true);
    set_task_runnable(rq, p);
    if (p.scx.slice != 0 && !scx_rq_bypassing(rq)) {  // a higher class takes the CPU: first in line when it is back
      dispatch_enqueue(rq.scx.local_dsq, p, SCX_ENQ_HEAD);
    } else {
      do_enqueue_task(rq, p, sched_class_above(&kExtSchedClass, next.sched_class) ? SCX_ENQ_LAST : 0, -1);
    }
  }
  if (next.sched_class != &kExtSchedClass) switch_class(rq, next);
}

// An endless slice lets the tick stop.
void update_can_stop_tick(Rq& rq, const Task& p) {
  if (p.scx.slice == SCX_SLICE_INF) {
    rq.scx.flags |= SCX_RQ_CAN_STOP_TICK;
  } else {
    rq.scx.flags &= ~SCX_RQ_CAN_STOP_TICK;
  }
}

void set_next_task_scx(Rq& rq, Task& p) {
  const bool queued = (p.scx.flags & SCX_TASK_QUEUED) != 0;
  if (queued) {
    ops_dequeue(p, SCX_DEQ_CORE_SCHED_EXEC);
    dispatch_dequeue(p);
  }
  check_not_held(p);
  p.scx.exec_start = ktime_get_ns();
  if (queued) call_op<Op::running>(kernel().scx.ops, &p);
  clr_task_runnable(rq, p, true);
  update_can_stop_tick(rq, p);
}

void task_tick_scx(Rq& rq, Task& curr) {
  update_curr_scx(rq);
  if (scx_rq_bypassing(rq)) {
    curr.scx.slice = 0;  // round robin: the next task's turn
  } else {
    call_op<Op::tick>(kernel().scx.ops, &curr);
  }
  if (curr.scx.slice == 0) resched_curr(rq);
}

unsigned select_default(Task& p, unsigned prev_cpu, uint32_t wake_flags) {
  if (!kernel().scx.builtin_idle) return prev_cpu;  // the policy keeps track itself, and chooses no CPU here
  const CpuChoice choice = scx_select_cpu_dfl(p, prev_cpu, wake_flags);
  if (choice.idle) {
    p.scx.slice = scx_slice_dfl();
    p.scx.ddsp_dsq_id = SCX_DSQ_LOCAL;
  }
  return choice.cpu;
}

unsigned select_task_rq_scx(Task& p, unsigned prev_cpu, uint32_t wake_flags) {
  Scx& scx = kernel().scx;
  if (scx.ops.select_cpu == nullptr || scx_cpu_bypassing(prev_cpu)) return select_default(p, prev_cpu, wake_flags);
  ScxCpu& self = this_cpu().scx;
  self.direct_dispatch_task = &p;
  self.direct_dispatch_spoiled = false;
  const int32_t cpu = call_op<Op::select_cpu>(scx.ops, &p, static_cast<int32_t>(prev_cpu), wake_flags);
  self.direct_dispatch_task = nullptr;
  return ops_cpu_valid(cpu, "from ops.select_cpu()") ? static_cast<unsigned>(cpu) : prev_cpu;
}

void switching_to_scx(Rq&, Task& p) {
  scx_enable_task(p);
  call_op<Op::set_cpumask>(kernel().scx.ops, &p, p.cpus_allowed);
}

void switched_from_scx(Rq&, Task& p) { scx_disable_task(p); }
void reweight_task_scx(Rq&, Task& p) { scx_reweight_task(p); }

void set_cpus_allowed_scx(Task& p, uint64_t cpus_allowed) {
  set_cpus_allowed_common(p, cpus_allowed);
  call_op<Op::set_cpumask>(kernel().scx.ops, &p, p.cpus_allowed);
}

}  // namespace

const SchedClass kExtSchedClass = {
    .id = trace::Class::kExt,
    .name = "ext_sched_class",
    .enqueue_task = enqueue_task_scx,
    .dequeue_task = dequeue_task_scx,
    .yield_task = yield_task_scx,
    .wakeup_preempt = wakeup_preempt_scx,
    .task_woken = task_woken_scx,
    .balance = balance_scx,
    .pick_task = pick_task_scx,
    .put_prev_task = put_prev_task_scx,
    .set_next_task = set_next_task_scx,
    .task_tick = task_tick_scx,
    .select_task_rq = select_task_rq_scx,
    .switching_to = switching_to_scx,
    .reweight_task = reweight_task_scx,
    .set_cpus_allowed = set_cpus_allowed_scx,
    .switched_from = switched_from_scx,
};

}  // namespace kernel
