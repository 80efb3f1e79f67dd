// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/kfuncs.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/base/format.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dispatch.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/idle_mask.h"
#include "firmware/kernel/ext/kick.h"
#include "firmware/kernel/fork.h"

namespace {

constexpr size_t kTextMax = 256;

// The highest set that is open: REST while a callback runs inside another one.
bool nested_in_other_op(uint32_t kf_mask) {
  const uint32_t higher = ~(kf_mask | (kf_mask - 1));
  return (current()->scx.kf_mask & higher) != 0;
}

bool dispatch_only_allowed() {
  if (!kf_allowed(SCX_KF_DISPATCH)) return false;
  if (!nested_in_other_op(SCX_KF_DISPATCH)) return true;
  scx_error(SCX_EXIT_ERROR, "dispatch kfunc called from a nested operation");
  return false;
}

bool dispatch_arguments_valid(const Task* p, uint64_t enq_flags) {
  if (!kf_allowed(SCX_KF_ENQUEUE | SCX_KF_DISPATCH)) return false;
  if (p == nullptr) {
    trace::dispatch_refused(0, trace::Refusal::kNullTask);
    scx_error(SCX_EXIT_ERROR, "called with NULL task");
    return false;
  }
  if ((enq_flags & SCX_ENQ_INTERNAL_MASK) != 0) {
    scx_error(SCX_EXIT_ERROR, "invalid enq_flags 0x%llx", static_cast<unsigned long long>(enq_flags));
    return false;
  }
  return true;
}

// A verdict on the task being selected for or enqueued; carried out when the callback has returned.
void record_verdict(ScxCpu& cpu, Task& p, uint64_t dsq_id, uint64_t enq_flags) {
  Task& expected = *cpu.direct_dispatch_task;
  // One try only, whatever comes of it.
  const bool spoiled = cpu.direct_dispatch_spoiled;
  cpu.direct_dispatch_spoiled = true;
  if (spoiled) {
    scx_error(SCX_EXIT_ERROR, "%s[%d] already direct-dispatched", p.comm, static_cast<int>(p.pid));
    return;
  }
  if (&p != &expected) {
    scx_error(SCX_EXIT_ERROR, "scheduling for %s[%d] but trying to direct-dispatch %s[%d]", expected.comm,
              static_cast<int>(expected.pid), p.comm, static_cast<int>(p.pid));
    return;
  }
  p.scx.ddsp_dsq_id = dsq_id;
  p.scx.ddsp_enq_flags = enq_flags;
}

bool builtin_idle_enabled() {
  if (kernel().scx.builtin_idle) return true;
  scx_error(SCX_EXIT_ERROR, "built-in idle tracking is disabled");
  return false;
}

}  // namespace

bool kf_allowed(uint32_t kf_mask) {
  const uint32_t open = current()->scx.kf_mask;
  if (kf_mask == SCX_KF_UNLOCKED ? open == 0 : (open & kf_mask) != 0) return true;
  scx_error(SCX_EXIT_ERROR, "kfunc with mask 0x%x called from an operation only allowing 0x%x",
            static_cast<unsigned>(kf_mask), static_cast<unsigned>(open));
  return false;
}

bool ops_cpu_valid(int32_t cpu, const char* where) {
  if (cpu >= 0 && static_cast<unsigned>(cpu) < kernel_config->nr_cpus) return true;
  scx_error(SCX_EXIT_ERROR, "invalid CPU %d%s%s", static_cast<int>(cpu), where[0] == '\0' ? "" : " ", where);
  return false;
}

void scx_bpf_dispatch(Task* p, uint64_t dsq_id, uint64_t slice, uint64_t enq_flags) {
  charge(Cost::kfunc);
  if (!dispatch_arguments_valid(p, enq_flags)) return;
  ScxCpu& cpu = this_cpu().scx;
  // At once, even if the request comes to nothing. Of a task that may be running elsewhere: at this very cycle then.
  if (p != cpu.direct_dispatch_task) arch::flush();
  if (slice != 0) {
    p->scx.slice = slice;
  } else if (p->scx.slice == 0) {
    p->scx.slice = 1;
  }
  if (cpu.direct_dispatch_task != nullptr) {
    record_verdict(cpu, *p, dsq_id, enq_flags);
  } else {
    buffer_dispatch(*p, dsq_id, enq_flags);
  }
}

uint32_t scx_bpf_dispatch_nr_slots() {
  charge(Cost::kfunc);
  if (!dispatch_only_allowed()) return 0;
  return kernel().scx.dispatch_max_batch - this_cpu().scx.cursor;
}

void scx_bpf_dispatch_cancel() {
  charge(Cost::kfunc);
  if (!dispatch_only_allowed()) return;
  ScxCpu& cpu = this_cpu().scx;
  if (cpu.cursor == 0) {
    scx_error(SCX_EXIT_ERROR, "dispatch buffer underflow");
    return;
  }
  --cpu.cursor;
}

bool scx_bpf_consume(uint64_t dsq_id) {
  charge(Cost::kfunc);
  if (!dispatch_only_allowed()) return false;
  Rq& rq = this_rq();
  flush_dispatch_buf(rq);
  Dsq* const dsq = dsq_id == SCX_DSQ_GLOBAL ? nullptr : find_dsq(dsq_id);
  if (dsq == nullptr) {
    scx_error(SCX_EXIT_ERROR, "invalid DSQ ID 0x%016llx", static_cast<unsigned long long>(dsq_id));
    return false;
  }
  if (!consume_dispatch_q(rq, *dsq)) return false;
  ++this_cpu().scx.nr_tasks;
  return true;
}

int32_t scx_bpf_select_cpu_dfl(Task* p, int32_t prev_cpu, uint64_t wake_flags, bool* is_idle) {
  charge(Cost::kfunc);
  *is_idle = false;
  if (!kf_allowed(SCX_KF_SELECT_CPU) || !ops_cpu_valid(prev_cpu, "") || !builtin_idle_enabled()) return prev_cpu;
  return static_cast<int32_t>(
      scx_select_cpu_dfl(*p, static_cast<unsigned>(prev_cpu), static_cast<uint32_t>(wake_flags), *is_idle));
}

int scx_bpf_create_dsq(uint64_t dsq_id) {
  charge(Cost::kfunc);
  if (!kf_allowed(SCX_KF_UNLOCKED)) return -EINVAL;
  return create_dsq(dsq_id);
}

int32_t scx_bpf_dsq_nr_queued(uint64_t dsq_id) {
  charge(Cost::kfunc);
  if (dsq_id == SCX_DSQ_LOCAL) return static_cast<int32_t>(dsq_nr_queued(this_rq().scx.local_dsq));
  if ((dsq_id & SCX_DSQ_LOCAL_ON) == SCX_DSQ_LOCAL_ON) {
    const auto cpu = static_cast<int32_t>(dsq_id & SCX_DSQ_LOCAL_CPU_MASK);
    if (!ops_cpu_valid(cpu, "")) return -ENOENT;
    return static_cast<int32_t>(dsq_nr_queued(cpu_rq(static_cast<unsigned>(cpu)).scx.local_dsq));
  }
  if ((dsq_id & SCX_DSQ_FLAG_BUILTIN) != 0) return -ENOENT;
  const Dsq* const dsq = find_dsq(dsq_id);
  return dsq == nullptr ? -ENOENT : static_cast<int32_t>(dsq_nr_queued(*dsq));
}

void scx_bpf_kick_cpu(int32_t cpu, uint64_t flags) {
  charge(Cost::kfunc);
  if (!ops_cpu_valid(cpu, "")) return;
  if ((flags & SCX_KICK_WAIT) != 0) {
    scx_error(SCX_EXIT_ERROR, "SCX_KICK_WAIT is not available");
    return;
  }
  kick_cpu(static_cast<unsigned>(cpu), flags);
}

void scx_bpf_error(const char* pattern, ...) {
  charge(Cost::kfunc);
  char text[kTextMax];
  va_list args;
  va_start(args, pattern);
  format(text, sizeof(text), pattern, args);
  va_end(args);
  scx_error(SCX_EXIT_ERROR_BPF, "%s", text);
}

bool scx_bpf_test_and_clear_cpu_idle(int32_t cpu) {
  charge(Cost::kfunc);
  return builtin_idle_enabled() && ops_cpu_valid(cpu, "") && scx_test_and_clear_cpu_idle(static_cast<unsigned>(cpu));
}

int32_t scx_bpf_pick_idle_cpu(uint64_t cpus_allowed) {
  charge(Cost::kfunc);
  return builtin_idle_enabled() ? scx_pick_idle_cpu(cpus_allowed) : -EBUSY;
}

int32_t scx_bpf_task_cpu(const Task* p) {
  charge(Cost::kfunc);
  return static_cast<int32_t>(p->cpu_word.load());
}

Task* bpf_task_from_pid(uint32_t pid) {
  charge(Cost::map);
  Task* const p = find_task_by_pid(pid);
  return p == nullptr || p->state.load() == TASK_DEAD ? nullptr : p;
}

void bpf_printk(const char* pattern, ...) {
  charge(Cost::kfunc);
  char text[kTextMax];
  va_list args;
  va_start(args, pattern);
  format(text, sizeof(text), pattern, args);
  va_end(args);
  trace::policy_print(text);
}

uint32_t bpf_task_pid(const Task* p) { return p->pid; }
const char* bpf_task_comm(const Task* p) { return p->comm; }
uint32_t bpf_task_weight(const Task* p) { return p->scx.weight; }
uint64_t bpf_task_cpus_allowed(const Task* p) { return p->cpus_allowed; }
uint32_t bpf_task_nr_cpus_allowed(const Task* p) { return p->nr_cpus_allowed; }
