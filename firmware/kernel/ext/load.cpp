// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/load.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/task_life.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/policy.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/sched/core.h"

namespace {

bool same_text(const char* a, const char* b) {
  for (; *a == *b; ++a, ++b) {
    if (*a == '\0') return true;
  }
  return false;
}

const Policy* find_policy(const char* name) {
  for (unsigned i = 0; i < kNrPolicies; ++i) {
    if (same_text(kPolicies[i]->name, name)) return kPolicies[i];
  }
  return nullptr;
}

bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

int validate(const SchedExtOps& ops) {
  if (ops.name[0] == '\0') return -EINVAL;
  for (size_t i = 0; i < kScxOpsNameLen && ops.name[i] != '\0'; ++i) {
    if (!name_char(ops.name[i])) return -EINVAL;
  }
  if ((ops.flags & ~SCX_OPS_ALL_FLAGS) != 0) return -EINVAL;
  if ((ops.flags & SCX_OPS_ENQ_LAST) != 0 && ops.enqueue == nullptr) return -EINVAL;
  if (ops.dispatch_max_batch > kDispatchBatchMax) return -E2BIG;
  if (ops.timeout_ms > SCX_WATCHDOG_MAX_TIMEOUT_S * 1000) return -E2BIG;
  return ops.state_size > kPolicyMemoryBytes ? -ENOMEM : 0;
}

void adopt(Scx& scx) {
  if (scx.ops.dispatch_max_batch != 0) scx.dispatch_max_batch = scx.ops.dispatch_max_batch;
  if (scx.ops.timeout_ms != 0) scx.watchdog_timeout_ms = scx.ops.timeout_ms;
  scx.builtin_idle = scx.ops.update_idle == nullptr || (scx.ops.flags & SCX_OPS_KEEP_BUILTIN_IDLE) != 0;
  policy_memory_reset();
  scx.policy_state = bpf_alloc(scx.ops.state_size);
}

int init_policy(Scx& scx) {
  if (scx.ops.init == nullptr) return 0;
  OpCall call(SCX_KF_UNLOCKED, trace::Site::kOpsOther);
  return scx.ops.init(scx.policy_state, scx.ops.options);
}

int init_all_tasks() {
  for (uint32_t i = 0; i < kernel().nr_tasks; ++i) {
    const int error = scx_init_task(kernel().tasks[i], false);
    if (error != 0) return error;
  }
  return 0;
}

// From fair to ext, wherever the task is: asleep, queued, or running (then it is the caller).
void switch_to_ext(Task& p) {
  SpinLockIrqSave pi(p.pi_lock);
  Rq& rq = task_rq_lock(p);
  const bool queued = p.on_rq.load() == TASK_ON_RQ_QUEUED;
  const bool running = rq.curr == &p;
  if (queued) p.sched_class->dequeue_task(rq, p, DEQUEUE_SAVE | DEQUEUE_MOVE);
  if (running) p.sched_class->put_prev_task(rq, p, p);
  p.sched_class = &kExtSchedClass;
  scx_enable_task(p);
  call_op_rest(kernel().scx.ops.set_cpumask, &p, p.cpus_allowed);
  if (queued) kExtSchedClass.enqueue_task(rq, p, ENQUEUE_RESTORE | ENQUEUE_MOVE);
  if (running) {
    kExtSchedClass.set_next_task(rq, p);
    arch::trace_reg(arch::TraceReg::kClass, rq.cpu, static_cast<uint32_t>(p.sched_class->id));
  }
  rq_unlock(rq);
}

int load(Scx& scx, const Policy& policy, const int64_t* option_values) {
  policy.setup(scx.ops, option_values);
  scx.ops.options = option_values;
  int error = validate(scx.ops);
  if (error != 0) return error;
  adopt(scx);
  error = init_policy(scx);
  if (error != 0) {
    printk("sched_ext: ops.init() failed (%d)", error);
    return error;
  }
  return init_all_tasks();
}

}  // namespace

int scx_ops_enable(const SchedulerSpec& spec) {
  Frame frame(trace::Site::kScxOpsEnable);
  Scx& scx = kernel().scx;
  const Policy* const policy = find_policy(spec.name);
  if (policy == nullptr) arch::panic("the configured policy does not exist");
  const int error = load(scx, *policy, spec.option_values);
  if (error != 0) {
    printk("sched_ext: scx_ops_enable() failed (%d)", error);
    scx.ops = {};
    return error;
  }
  // As in the original: all online CPUs count as idle at first; a busy one is corrected when it next leaves idle.
  scx.idle_cpus.store(kernel().cpu_online.load());
  scx.enabled = true;
  const bool partial = (scx.ops.flags & SCX_OPS_SWITCH_PARTIAL) != 0;
  if (!partial) {
    for (uint32_t i = 0; i < kernel().nr_tasks; ++i) {
      Task& p = kernel().tasks[i];
      if (p.sched_class == &kFairSchedClass) switch_to_ext(p);
    }
    scx.switched_all = true;
  }
  trace::scx_enable(scx.ops.name);
  printk("sched_ext: BPF scheduler \"%s\" enabled%s", scx.ops.name, partial ? " (partial)" : "");
  return 0;
}
