// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/kfuncs.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dispatch.h"
#include "firmware/kernel/ext/enqueue.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/idle_mask.h"
#include "firmware/kernel/ext/kick.h"

namespace {

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

bool enq_flags_valid(uint64_t enq_flags) {
  if ((enq_flags & SCX_ENQ_INTERNAL_MASK) == 0) return true;
  scx_error(SCX_EXIT_ERROR, "invalid enq_flags 0x%llx", static_cast<unsigned long long>(enq_flags));
  return false;
}

bool dispatch_arguments_valid(const Task* p, uint64_t enq_flags) {
  if (!kf_allowed(SCX_KF_ENQUEUE | SCX_KF_DISPATCH)) return false;
  if (p == nullptr) {
    trace::dispatch_refused(0, trace::Refusal::kNullTask);
    scx_error(SCX_EXIT_ERROR, "called with NULL task");
    return false;
  }
  return enq_flags_valid(enq_flags);
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

// Takes effect at once, even if the request comes to nothing. Of a task that may be running elsewhere: at this very cycle,
// which after a request is that of its look at ops_state.
void set_slice(Task& p, uint64_t slice) {
  if (&p != this_cpu().scx.direct_dispatch_task) arch::flush();
  if (slice != 0) {
    p.scx.slice = slice;
  } else if (p.scx.slice == 0) {
    p.scx.slice = 1;
  }
}

void commit_dispatch(Task& p, uint64_t dsq_id, uint64_t enq_flags) {
  ScxCpu& cpu = this_cpu().scx;
  if (cpu.direct_dispatch_task != nullptr) {
    record_verdict(cpu, p, dsq_id, enq_flags);
  } else {
    buffer_dispatch(p, dsq_id, enq_flags);
  }
}

// In ops.dispatch, or where the caller holds no rq lock.
bool move_allowed() {
  return current()->scx.kf_mask == 0 || dispatch_only_allowed();
}

}  // namespace

bool kf_allowed(uint32_t kf_mask) {
  const uint32_t open = current()->scx.kf_mask;
  if (kf_mask == SCX_KF_UNLOCKED ? open == 0 : (open & kf_mask) != 0) return true;
  scx_error(SCX_EXIT_ERROR, "kfunc with mask 0x%x called from an operation only allowing 0x%x",
            static_cast<unsigned>(kf_mask), static_cast<unsigned>(open));
  return false;
}

void scx_bpf_dispatch(Task* p, uint64_t dsq_id, uint64_t slice, uint64_t enq_flags) {
  charge(Cost::kfunc);
  if (!dispatch_arguments_valid(p, enq_flags)) return;
  commit_dispatch(*p, dsq_id, enq_flags);
  set_slice(*p, slice);
}

void scx_bpf_dispatch_vtime(Task* p, uint64_t dsq_id, uint64_t slice, uint64_t vtime, uint64_t enq_flags) {
  charge(Cost::kfunc);
  if (!dispatch_arguments_valid(p, enq_flags)) return;
  p->scx.dsq_vtime = vtime;
  commit_dispatch(*p, dsq_id, enq_flags | SCX_ENQ_DSQ_PRIQ);
  set_slice(*p, slice);
}

bool scx_bpf_dispatch_from_dsq(BpfDsqIter& it, Task* p, uint64_t dsq_id, uint64_t enq_flags) {
  charge(Cost::kfunc);
  return move_allowed() && enq_flags_valid(enq_flags) && DsqMove::run(it, *p, dsq_id, enq_flags);
}

bool scx_bpf_dispatch_vtime_from_dsq(BpfDsqIter& it, Task* p, uint64_t dsq_id, uint64_t enq_flags) {
  charge(Cost::kfunc);
  return move_allowed() && enq_flags_valid(enq_flags) && DsqMove::run(it, *p, dsq_id, enq_flags | SCX_ENQ_DSQ_PRIQ);
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

void scx_bpf_destroy_dsq(uint64_t dsq_id) {
  charge(Cost::kfunc);
  destroy_dsq(dsq_id);
}

uint32_t scx_bpf_reenqueue_local() {
  charge(Cost::kfunc);
  if (!kf_allowed(SCX_KF_CPU_RELEASE)) return 0;
  if (nested_in_other_op(SCX_KF_CPU_RELEASE)) {
    scx_error(SCX_EXIT_ERROR, "cpu_release kfunc called from a nested operation");
    return 0;
  }
  return reenqueue_local(this_rq());
}

void scx_bpf_kick_cpu(int32_t cpu, uint64_t flags) {
  charge(Cost::kfunc);
  if (ops_cpu_valid(cpu, "")) kick_cpu(static_cast<unsigned>(cpu), flags);
}
