// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/task_life.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/fork.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/sched/fair.h"

namespace kernel {

namespace {

// Rounded to nearest, nice 0 is 100. The field's upper bound of 10000 is out of reach: nice -20 is 8668.
uint32_t scx_weight(const Task& p) {
  const uint32_t weight = (load_weight_of(p) * 100 + 512) / 1024;
  return weight == 0 ? 1 : weight;
}

void set_state(Task& p, ScxTaskState from, ScxTaskState to) {
  if (p.scx.state != from) arch::panic("illegal transition of scx_task_state");
  p.scx.state = to;
  trace::scx_task(p.pid, static_cast<trace::ScxTaskState>(from), static_cast<trace::ScxTaskState>(to));
}

// The policy would not have the task, as said in ops.init_task.
void reject(Task& p, bool fork) {
  if (p.policy != SCHED_EXT) return;
  if (fork) {
    scx_error(SCX_EXIT_ERROR, "ops.init_task() set task->scx.disallow for %s[%d] during fork", p.comm, static_cast<int>(p.pid));
    return;
  }
  SpinLockIrqSave guard(p.pi_lock);
  Rq& rq = task_rq_lock(p);
  p.policy = SCHED_NORMAL;
  rq_unlock(rq);
  ++kernel().scx.sysfs.nr_rejected;
  scx_sysfs_log();
}

}  // namespace

const SchedClass* scx_normal_class(const Task& p) {
  const Scx& scx = kernel().scx;
  const bool wanted = scx.enabled && (scx.switching_all || p.policy == SCHED_EXT);
  return wanted && !scx.disabling ? &kExtSchedClass : &kFairSchedClass;
}

int scx_init_task(Task& p, bool fork) {
  p.scx.flags |= SCX_TASK_RESET_RUNNABLE_AT;
  p.scx.disallow = false;
  for (uint64_t& word : p.scx.policy_storage) word = 0;
  p.scx.weight = scx_weight(p);
  const int error = ops_errno("init_task", call_op<Op::init_task>(kernel().scx.loaded, &p, fork));
  if (error != 0) return error;
  set_state(p, ScxTaskState::kNone, ScxTaskState::kInit);
  if (p.scx.disallow) reject(p, fork);
  return 0;
}

void scx_task_ready(Task& p) { set_state(p, ScxTaskState::kInit, ScxTaskState::kReady); }

void scx_enable_task(Task& p) {
  p.scx.weight = scx_weight(p);
  set_state(p, ScxTaskState::kReady, ScxTaskState::kEnabled);
  call_op<Op::enable>(kernel().scx.ops, &p);
  call_op<Op::set_weight>(kernel().scx.ops, &p, p.scx.weight);
}

void scx_disable_task(Task& p) {
  set_state(p, ScxTaskState::kEnabled, ScxTaskState::kReady);
  call_op<Op::disable>(kernel().scx.ops, &p);
}

void scx_exit_task(Task& p, bool cancelled) {
  if (p.scx.state == ScxTaskState::kNone) return;
  if (p.scx.state == ScxTaskState::kEnabled) scx_disable_task(p);
  set_state(p, p.scx.state, ScxTaskState::kNone);
  call_op<Op::exit_task>(kernel().scx.ops, &p, cancelled);
}

void scx_reweight_task(Task& p) {
  p.scx.weight = scx_weight(p);
  call_op<Op::set_weight>(kernel().scx.ops, &p, p.scx.weight);
}

void scx_pre_fork(Task& p) {
  kernel().scx.fork_rwsem.down_read();
  p.scx.reset();
}

int scx_fork(Task& p) { return kernel().scx.init_task_enabled ? scx_init_task(p, true) : 0; }

void scx_post_fork(Task& p) {
  if (p.scx.state == ScxTaskState::kInit) {
    scx_task_ready(p);
    if (p.sched_class == &kExtSchedClass) {
      IrqGuard irqs_off;
      RqLockGuard guard(task_rq(p));
      scx_enable_task(p);
    }
  }
}

void scx_end_fork() { kernel().scx.fork_rwsem.up_read(); }

// Nothing after ops.init_task can fail here, so a cancelled task has not been the policy's: ops.exit_task(cancelled) is for
// a fork that fails later than that.
void scx_cancel_fork(Task& p) {
  if (p.scx.state != ScxTaskState::kNone) {
    IrqGuard irqs_off;
    RqLockGuard guard(task_rq(p));
    scx_exit_task(p, true);
  }
  kernel().scx.fork_rwsem.up_read();
}

int scx_check_setscheduler(const Task& p, unsigned policy) {
  return kernel().scx.enabled && p.scx.disallow && policy == SCHED_EXT && p.policy != SCHED_EXT ? -EACCES : 0;
}

void scx_free(Task& p) {
  if (p.scx.state == ScxTaskState::kNone) return;
  IrqGuard irqs_off;
  RqLockGuard guard(task_rq(p));
  scx_exit_task(p, false);
}

}  // namespace kernel
