// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/kfuncs.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dispatch.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/enqueue.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/kfunc_enter.h"
#include "firmware/kernel/ext/kick.h"

namespace kernel {

namespace {

bool enq_flags_valid(uint64_t enq_flags) {
  if ((enq_flags & SCX_ENQ_INTERNAL_MASK) == 0) return true;
  scx_error(SCX_EXIT_ERROR, "invalid enq_flags 0x%llx", static_cast<unsigned long long>(enq_flags));
  return false;
}

bool dispatch_arguments_valid(const Task* p, uint64_t enq_flags) {
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
  // One try only, also if it is refused.
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

}  // namespace

void scx_bpf_dispatch(Task* p, uint64_t dsq_id, uint64_t slice, uint64_t enq_flags) {
  if (!kfunc_enter<Kfunc::scx_bpf_dispatch>() || !dispatch_arguments_valid(p, enq_flags)) return;
  commit_dispatch(*p, dsq_id, enq_flags);
  set_slice(*p, slice);
}

void scx_bpf_dispatch_vtime(Task* p, uint64_t dsq_id, uint64_t slice, uint64_t vtime, uint64_t enq_flags) {
  if (!kfunc_enter<Kfunc::scx_bpf_dispatch_vtime>() || !dispatch_arguments_valid(p, enq_flags)) return;
  p->scx.dsq_vtime = vtime;
  commit_dispatch(*p, dsq_id, enq_flags | SCX_ENQ_DSQ_PRIQ);
  set_slice(*p, slice);
}

bool scx_bpf_dispatch_from_dsq(BpfIterScxDsq& it, Task* p, uint64_t dsq_id, uint64_t enq_flags) {
  if (!kfunc_enter<Kfunc::scx_bpf_dispatch_from_dsq>() || !enq_flags_valid(enq_flags)) return false;
  return move_from_dsq(it, *p, dsq_id, enq_flags);
}

bool scx_bpf_dispatch_vtime_from_dsq(BpfIterScxDsq& it, Task* p, uint64_t dsq_id, uint64_t enq_flags) {
  if (!kfunc_enter<Kfunc::scx_bpf_dispatch_vtime_from_dsq>() || !enq_flags_valid(enq_flags)) return false;
  return move_from_dsq(it, *p, dsq_id, enq_flags | SCX_ENQ_DSQ_PRIQ);
}

uint32_t scx_bpf_dispatch_nr_slots() {
  if (!kfunc_enter<Kfunc::scx_bpf_dispatch_nr_slots>()) return 0;
  return kernel().scx.dispatch_max_batch - this_cpu().scx.cursor;
}

void scx_bpf_dispatch_cancel() {
  if (!kfunc_enter<Kfunc::scx_bpf_dispatch_cancel>()) return;
  ScxCpu& cpu = this_cpu().scx;
  if (cpu.cursor == 0) {
    scx_error(SCX_EXIT_ERROR, "dispatch buffer underflow");
    return;
  }
  --cpu.cursor;
}

bool scx_bpf_consume(uint64_t dsq_id) {
  if (!kfunc_enter<Kfunc::scx_bpf_consume>()) return false;
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

int scx_bpf_create_dsq(uint64_t dsq_id) { return kfunc_enter<Kfunc::scx_bpf_create_dsq>() ? create_dsq(dsq_id) : -EINVAL; }

int32_t scx_bpf_dsq_nr_queued(uint64_t dsq_id) {
  kfunc_enter<Kfunc::scx_bpf_dsq_nr_queued>();
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
  kfunc_enter<Kfunc::scx_bpf_destroy_dsq>();
  destroy_dsq(dsq_id);
}

uint32_t scx_bpf_reenqueue_local() { return kfunc_enter<Kfunc::scx_bpf_reenqueue_local>() ? reenqueue_local(this_rq()) : 0; }

void scx_bpf_kick_cpu(int32_t cpu, uint64_t flags) {
  kfunc_enter<Kfunc::scx_bpf_kick_cpu>();
  if (ops_cpu_valid(cpu, "")) kick_cpu(static_cast<unsigned>(cpu), flags);
}

}  // namespace kernel
