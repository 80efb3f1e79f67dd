// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/disable.h"

#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dsq.h"
#include "firmware/kernel/ext/dump.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/task_iter.h"
#include "firmware/kernel/ext/task_life.h"
#include "firmware/kernel/ext/watchdog.h"
#include "firmware/kernel/locking/rcu.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/change.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

// Takes over the recorded exit. False: there is none, or it is being dealt with.
bool claim_exit(Scx& scx) {
  uint32_t kind = scx.exit_kind.load();
  for (;;) {
    if (kind == SCX_EXIT_NONE || kind == SCX_EXIT_DONE) return false;
    const uint32_t seen = scx.exit_kind.compare_exchange(kind, SCX_EXIT_DONE);
    if (seen == kind) break;
    kind = seen;
  }
  scx.exit_info.kind = static_cast<ScxExitKind>(kind);
  scx.exit_info.reason = scx_exit_reason(scx.exit_info.kind);
  return true;
}

// Runnable, but neither running nor on any queue nor with the policy: it would never run again.
bool is_lost(const Rq& rq, const Task& p) {
  if (p.sched_class != &kExtSchedClass || (p.scx.flags & SCX_TASK_QUEUED) == 0 || rq.curr == &p) return false;
  return p.scx.dsq == nullptr && p.scx.holding_cpu < 0 && !rq.scx.ddsp_deferred_locals.contains(p) &&
         (p.scx.ops_state.shown() & SCX_OPSS_STATE_MASK) == SCX_OPSS_NONE;
}

void switch_task_back(Scx& scx, Rq& rq, Task& p) {
  const SchedClass* const old_class = p.sched_class;
  ++scx.audit_tasks;
  if (is_lost(rq, p)) ++scx.audit_lost;
  {
    SchedChange change(rq, p);
    if (p.scx.slice > scx_slice_dfl()) p.scx.slice = scx_slice_dfl();
    p.sched_class = normal_class_of(p);
    check_class_changing(rq, p, old_class);
  }
  check_class_changed(rq, p, old_class);
  scx_exit_task(p, false);
}

void switch_tasks_back(Scx& scx) {
  scx.audit_tasks = 0;
  scx.audit_lost = 0;
  scx.fork_rwsem.down_write();
  scx.init_task_enabled = false;
  {
    TaskIter iter;
    while (Task* const p = iter.next()) switch_task_back(scx, iter.rq(), *p);
  }
  scx.fork_rwsem.up_write();
}

// From here on no callback is called, once those under way have returned.
void drop_callbacks(Scx& scx) {
  {
    CpusReadGuard cpus;  // cpu_online and cpu_offline may sleep: no grace period waits for them
    scx.enabled = false;
    scx.ops = {};
  }
  bpf_timers_stop();
  synchronize_rcu();
}

void log_exit(const Scx& scx) {
  const ScxExitInfo& info = scx.exit_info;
  printk("sched_ext: BPF scheduler \"%s\" disabled (%s)", scx.loaded.name, info.reason);
  if (info.kind < SCX_EXIT_ERROR) return;
  if (info.msg[0] != '\0') printk("sched_ext: %s: %s", scx.loaded.name, info.msg);
  for (unsigned i = 0; i < info.bt_len; ++i) printk("   %s", trace::name_of(info.bt[i]));
}

void tell_policy(Scx& scx) {
  call_op<Op::exit>(scx.loaded, &scx.exit_info);
  scx.policy_gone = true;
}

void disable(Scx& scx) {
  MutexGuard guard(scx.enable_mutex);
  check_disable();
  scx.disabling = true;
  scx.switched_all = false;
  scx.switching_all = false;
  if (scx.sysfs.switch_all) {
    scx.sysfs.switch_all = false;
    scx_sysfs_log();
  }
  switch_tasks_back(scx);
  drop_callbacks(scx);
  log_exit(scx);
  tell_policy(scx);
  scx_watchdog_stop();
  destroy_all_dsqs();
  const ScxExitInfo& info = scx.exit_info;
  trace::scx_disable(scx.loaded.name, info.kind, info.exit_code, info.reason, info.msg);
  trace::task_audit(scx.audit_tasks, scx.audit_lost);
  scx.sysfs.root_ops = "";
  scx_sysfs_log();
  scx.loaded = {};
  scx.disabling = false;
}

void queue_disable_work() { kernel().scx.helper.queue(kernel().scx.disable_work); }

void scx_error_irq_workfn() {
  Frame frame(trace::Site::kScxOpsErrorIrqWorkfn);
  ScxExitInfo& info = kernel().scx.exit_info;
  if (info.kind >= SCX_EXIT_ERROR) scx_dump_state(info);
  queue_disable_work();
}

}  // namespace

const IrqWork kScxErrorWork = {
    .id = trace::IrqWork::kScxError, .reason = trace::IpiReason::kIrqWork, .function = scx_error_irq_workfn};

void scx_ops_disable_workfn(KthreadWork&) {
  Frame frame(trace::Site::kScxOpsDisableWorkfn);
  Scx& scx = kernel().scx;
  if (!claim_exit(scx)) return;
  scx_ops_bypass(true);  // from here on every runnable task makes progress
  const uint32_t state = scx.enable_state.exchange(SCX_OPS_DISABLING);
  scx_sysfs_set_state(SCX_OPS_DISABLING);
  if (state == SCX_OPS_DISABLED) {
    printk("sched_ext: ops error detected without ops (%s)", scx.exit_info.msg);
  } else {
    disable(scx);
  }
  scx.enable_state.store(SCX_OPS_DISABLED);
  scx_sysfs_set_state(SCX_OPS_DISABLED);
  scx_ops_bypass(false);
}

void scx_ops_disable(ScxExitKind kind) {
  if (kernel().scx.exit_kind.compare_exchange(SCX_EXIT_NONE, kind) != SCX_EXIT_NONE) {
    trace::scx_exit_ignored(kind);
    return;
  }
  queue_disable_work();
}

void scx_ops_wait_disabled() { kernel().scx.helper.flush(kernel().scx.disable_work); }

}  // namespace kernel
