// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/task_life.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/fair.h"

namespace {

// Rounded to nearest, nice 0 is 100.
uint32_t weight_of_nice(int nice) {
  const uint32_t weight = (load_weight_of_nice(nice) * 100 + 512) / 1024;
  if (weight < 1) return 1;
  return weight > 10000 ? 10000 : weight;
}

void set_state(Task& p, ScxTaskState from, ScxTaskState to) {
  if (p.scx.state != from) arch::panic("illegal transition of scx_task_state");
  p.scx.state = to;
}

void disable_task(Task& p) {
  set_state(p, ScxTaskState::kEnabled, ScxTaskState::kReady);
  call_op_rest(kernel().scx.ops.disable, &p);
}

}  // namespace

const SchedClass* scx_normal_class(const Task& p) {
  const Scx& scx = kernel().scx;
  return scx.enabled && (scx.switched_all || p.policy == SCHED_EXT) ? &kExtSchedClass : &kFairSchedClass;
}

int scx_init_task(Task& p, bool fork) {
  Scx& scx = kernel().scx;
  p.scx.flags |= SCX_TASK_RESET_RUNNABLE_AT;
  p.scx.weight = weight_of_nice(p.nice);
  if (scx.ops.init_task != nullptr) {
    OpCall call(SCX_KF_UNLOCKED, trace::Site::kOpsOther);
    const int error = scx.ops.init_task(scx.policy_state, &p, fork);
    if (error != 0) return error;
  }
  set_state(p, ScxTaskState::kNone, ScxTaskState::kInit);
  set_state(p, ScxTaskState::kInit, ScxTaskState::kReady);
  return 0;
}

void scx_enable_task(Task& p) {
  set_state(p, ScxTaskState::kReady, ScxTaskState::kEnabled);
  p.scx.slice = scx_slice_dfl();
  call_op_rest(kernel().scx.ops.enable, &p);
  call_op_rest(kernel().scx.ops.set_weight, &p, p.scx.weight);
}

void scx_pre_fork(Task&) {}

int scx_fork(Task& p) { return kernel().scx.enabled ? scx_init_task(p, true) : 0; }

void scx_post_fork(Task& p) {
  if (p.sched_class != &kExtSchedClass) return;
  IrqGuard irqs_off;
  RqLockGuard guard(task_rq(p));
  scx_enable_task(p);
}

void scx_cancel_fork(Task&) {}

int scx_check_setscheduler(const Task& p, unsigned policy) {
  return kernel().scx.enabled && p.scx.disallow && policy == SCHED_EXT && p.policy != SCHED_EXT ? -EACCES : 0;
}

void scx_free(Task& p) {
  if (p.scx.state == ScxTaskState::kNone) return;
  IrqGuard irqs_off;
  RqLockGuard guard(task_rq(p));
  if (p.scx.state == ScxTaskState::kEnabled) disable_task(p);
  set_state(p, ScxTaskState::kReady, ScxTaskState::kNone);
  call_op_rest(kernel().scx.ops.exit_task, &p, false);
}
