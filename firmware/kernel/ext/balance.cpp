// SPDX-License-Identifier: Apache-2.0
// balance_scx: brings the CPU something to run before the pick, by asking the policy as often as it claims to make
// progress, and never more often than the breakout allows.
#include "firmware/kernel/ext/balance.h"

#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dispatch.h"
#include "firmware/kernel/ext/enqueue.h"
#include "firmware/kernel/ext/kick.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

struct Outcome {
  bool result = false;
  bool trapped = false;
  uint32_t calls = 0;
};

using Dispatch = OpTraits<Op::dispatch>::Callback;

void call_dispatch(Dispatch dispatch, Rq& rq, Task* prev, uint32_t iteration) {
  trace::dispatch_call(iteration);
  arch::trace_reg(arch::TraceReg::kDispatchCalls, rq.cpu, iteration);
  call_op<Op::dispatch>(dispatch, static_cast<int32_t>(rq.cpu), prev);
}

// As it was when the balance began. It may have left the class since, while the rq was not locked: then its new class has
// it, and is picked from before this one.
struct Prev {
  Task& task;
  bool on_scx;
  bool queued;
};

bool keep_prev(Rq& rq, const Prev& prev) {
  if (!prev.queued || prev.task.scx.slice == 0) return false;
  rq.scx.flags |= SCX_RQ_BAL_KEEP;
  return true;
}

// The whole loop runs with interrupts off and prev still current. A need_resched set now would be prev's, and is cleared
// right after the pick; a kick of the own CPU is held until interrupts are on and so hits the task that runs next.
void break_out(Rq& rq) {
  trace::Retry retry = trace::Retry::kNone;
  if (kernel_config->breakout.retry == BreakoutRetry::kKick) retry = trace::Retry::kKick;
  if (kernel_config->breakout.retry == BreakoutRetry::kReschedCurr) retry = trace::Retry::kReschedCurr;
  trace::breakout(kernel_config->breakout.limit, retry);
  if (retry == trace::Retry::kKick) {
    charge(Cost::kfunc);  // the same as if a policy asked for it
    kick_cpu(rq.cpu, 0);
  }
  if (retry == trace::Retry::kReschedCurr) resched_curr(rq);
}

// True: the CPU has something. The callback is the one read before the loop: an unload may drop them while this CPU goes
// without its rq lock, and then waits for it, since interrupts are off.
bool ask_policy(Dispatch dispatch, Rq& rq, const Prev& prev, Outcome& outcome) {
  ScxCpu& cpu = this_cpu().scx;
  Scx& scx = kernel().scx;
  do {
    cpu.nr_tasks = 0;
    const uint32_t losses_before = cpu.moves_lost;
    call_dispatch(dispatch, rq, prev.on_scx ? &prev.task : nullptr, ++outcome.calls);
    flush_dispatch_buf(rq);
    if (keep_prev(rq, prev)) return true;  // the policy has given it a new slice
    if (!rq.scx.local_dsq.list.empty()) return true;
    if (consume_dispatch_q(rq, scx.global_dsq)) return true;
    if (cpu.moves_lost != losses_before && cpu.nr_tasks != 0) cover(Cover::balance_retried_after_loss);
    if (outcome.calls == kernel_config->breakout.limit) {
      outcome.trapped = true;
      break_out(rq);
      return false;
    }
  } while (cpu.nr_tasks != 0);
  return false;
}

// A higher class had the CPU, and the policy was told so.
void regain_cpu(Rq& rq) {
  if (!rq.scx.cpu_released) return;
  rq.scx.cpu_released = false;
  trace::cpu_acquire(rq.cpu);
  call_op<Op::cpu_acquire>(kernel().scx.ops, static_cast<int32_t>(rq.cpu));
}

bool find_something(Rq& rq, Task& prev_task, Outcome& outcome) {
  const Scx& scx = kernel().scx;
  regain_cpu(rq);
  const Prev prev = {.task = prev_task,
                     .on_scx = prev_task.sched_class == &kExtSchedClass,
                     .queued = (prev_task.scx.flags & SCX_TASK_QUEUED) != 0};
  if (prev.on_scx) {
    update_curr_scx(rq);
    if (!scx_rq_bypassing(rq) && keep_prev(rq, prev)) return true;
  }
  if (!rq.scx.local_dsq.list.empty()) return true;
  const uint32_t releases = rq.scx.releases;
  if (consume_dispatch_q(rq, kernel().scx.global_dsq)) return true;
  check_first_dispatch(rq, releases);
  const Dispatch dispatch = scx.ops.dispatch;
  // Online as the policy has been told, active or not: on its way down the CPU first waits for a grace period, and that may
  // wait for a task of this CPU that the policy has.
  const bool online = (rq.scx.flags & SCX_RQ_ONLINE) != 0;
  const bool can_ask = dispatch != nullptr && !scx_rq_bypassing(rq) && online;
  if (can_ask && ask_policy(dispatch, rq, prev, outcome)) return true;
  // No other task: a prev that is still runnable goes on with a fresh slice.
  if (prev.queued && ((scx.ops.flags & SCX_OPS_ENQ_LAST) == 0 || scx_rq_bypassing(rq))) {
    rq.scx.flags |= SCX_RQ_BAL_KEEP;
    return true;
  }
  return false;
}

}  // namespace

bool balance_scx(Rq& rq, Task& prev) {
  Frame frame(trace::Site::kBalanceScx);
  trace::balance_enter(prev.pid);
  arch::trace_reg(arch::TraceReg::kDispatchCalls, rq.cpu, 0);
  rq.scx.flags = (rq.scx.flags & ~(SCX_RQ_BAL_PENDING | SCX_RQ_BAL_KEEP)) | SCX_RQ_IN_BALANCE;
  const uint64_t waited = this_cpu().lock_wait_cycles;
  Outcome outcome;
  outcome.result = find_something(rq, prev, outcome);
  rq.scx.flags &= ~SCX_RQ_IN_BALANCE;
  trace::balance_exit(outcome.result, outcome.calls, outcome.trapped, this_cpu().lock_wait_cycles - waited);
  return outcome.result;
}

}  // namespace kernel
