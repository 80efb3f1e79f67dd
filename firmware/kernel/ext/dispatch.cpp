// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/dispatch.h"

#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/ext/dsq_pool.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/ext/remote.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

constexpr uint32_t kQseqMask = ~SCX_OPSS_STATE_MASK;

bool names_local(uint64_t dsq_id) { return dsq_id == SCX_DSQ_LOCAL || (dsq_id & SCX_DSQ_LOCAL_ON) == SCX_DSQ_LOCAL_ON; }

// Takes the task out of the policy's hands, if the request still stands for the enqueue it was made for.
bool claim(const DispatchSlot& slot) {
  Task& p = *slot.task;
  for (;;) {
    const uint32_t opss = p.scx.ops_state.load();
    switch (opss & SCX_OPSS_STATE_MASK) {
      case SCX_OPSS_NONE:
        cover(Cover::dispatch_saw_none);
        trace::dispatch_refused(p.pid, trace::Refusal::kNone);
        return false;
      case SCX_OPSS_DISPATCHING:
        cover(Cover::dispatch_saw_dispatching);
        trace::dispatch_refused(p.pid, trace::Refusal::kDispatching);
        return false;
      case SCX_OPSS_QUEUED:
        if ((opss & kQseqMask) != slot.qseq && (kernel_config->defects & kNoQseqBranding) == 0) {
          cover(Cover::dispatch_stale_brand);
          trace::dispatch_refused(p.pid, trace::Refusal::kOtherBrand);
          return false;
        }
        if (p.scx.ops_state.compare_exchange(p, opss, SCX_OPSS_DISPATCHING)) {
          cover(Cover::dispatch_claimed);
          this_cpu().scx.dispatching = &p;
          return true;
        }
        cover(Cover::dispatch_lost_claim);
        break;
      default:  // QUEUEING: another CPU's ops.enqueue is about to end
        cover(Cover::dispatch_waited_queueing);
        charge(Cost::spin);
        break;
    }
  }
}

// Puts p on dst's LOCAL. rq is locked, on return too, maybe not in between.
void dispatch_to_local_dsq(Rq& rq, Rq& dst, Task& p, uint64_t enq_flags) {
  Rq& src = task_rq(p);
  if (&rq == &src && &rq == &dst) {
    dispatch_enqueue(rq.scx.local_dsq, p, enq_flags | SCX_ENQ_CLEAR_OPSS);
    return;
  }
  if (&src != &dst && !task_can_run_on_remote_rq(p, dst)) {
    trace::dispatch_refused(p.pid, trace::Refusal::kNotAllowed);
    // CPUs come and go: one that is not there is no mistake of the policy's.
    if (!cpumask_test(p.cpus_allowed, dst.cpu)) {
      scx_error(SCX_EXIT_ERROR, "SCX_DSQ_LOCAL[_ON] target CPU %d not allowed for %s[%d]", static_cast<int>(dst.cpu), p.comm,
                static_cast<int>(p.pid));
    }
    dispatch_enqueue(kernel().scx.global_dsq, p, enq_flags | SCX_ENQ_CLEAR_OPSS);
    return;
  }
  // Published before the lock of p's rq is asked for: its holder may be waiting for DISPATCHING to end.
  const int self = static_cast<int>(arch::smp_processor_id());
  p.scx.holding_cpu = self;
  p.scx.ops_state.store(p, SCX_OPSS_NONE);
  this_cpu().scx.dispatching = nullptr;
  Rq* locked = &rq;
  if (&src != &rq) {
    rq_unlock(rq);
    rq_lock(src);
    locked = &src;
  }
  if (p.scx.holding_cpu == self && &task_rq(p) == &src) {
    if (&src == &dst) {
      cover(Cover::local_move_same_rq);
      p.scx.holding_cpu = -1;
      dispatch_enqueue(dst.scx.local_dsq, p, enq_flags);
    } else {
      cover(Cover::local_move_moved);
      move_remote_task_to_local_dsq(p, enq_flags, src, dst);
      locked = &dst;
    }
    if (sched_class_above(p.sched_class, dst.curr->sched_class)) resched_curr(dst);
  } else {
    cover(Cover::local_move_lost);
    trace::dispatch_refused(p.pid, trace::Refusal::kLost);
    ++this_cpu().scx.moves_lost;
  }
  if (locked != &rq) {
    rq_unlock(*locked);
    rq_lock(rq);
  }
}

void finish_dispatch(Rq& rq, const DispatchSlot& slot) {
  if (!claim(slot)) return;
  Task& p = *slot.task;
  if (!names_local(slot.dsq_id)) {
    dispatch_enqueue(find_dsq_for_dispatch(slot.dsq_id, p), p, slot.enq_flags | SCX_ENQ_CLEAR_OPSS);
  } else if (slot.dsq_id == SCX_DSQ_LOCAL) {
    dispatch_to_local_dsq(rq, rq, p, slot.enq_flags);
  } else {
    dispatch_to_local_on(rq, slot.dsq_id, p, slot.enq_flags);
  }
  this_cpu().scx.dispatching = nullptr;
}

bool looks_occupied(const Dsq& dsq) {
  charge(Cost::dsq);
  return dsq.nr_word.load() != 0;
}

// The first task of the queue that rq may run; null: none.
Task* first_for(const Rq& rq, const Dsq& dsq) {
  Task* p = dsq.list.front();
  for (; p != nullptr; p = dsq.list.next(*p)) {
    charge(Cost::dsq);
    if (&task_rq(*p) == &rq || task_can_run_on_remote_rq(*p, rq)) break;
  }
  return p;
}

}  // namespace

Dsq& find_dsq_for_dispatch(uint64_t id, const Task& p) {
  Dsq* const dsq = find_dsq(id);
  if (dsq != nullptr) return *dsq;
  scx_error(SCX_EXIT_ERROR, "non-existent DSQ 0x%llx for %s[%d]", static_cast<unsigned long long>(id), p.comm,
            static_cast<int>(p.pid));
  return kernel().scx.global_dsq;
}

void buffer_dispatch(Task& p, uint64_t dsq_id, uint64_t enq_flags) {
  ScxCpu& cpu = this_cpu().scx;
  if (cpu.cursor >= kernel().scx.dispatch_max_batch) {
    trace::dispatch_refused(p.pid, trace::Refusal::kOverflow);
    scx_error(SCX_EXIT_ERROR, "dispatch buffer overflow");
    return;
  }
  const uint32_t qseq = p.scx.ops_state.load() & kQseqMask;
  cpu.slots[cpu.cursor++] = {.task = &p, .qseq = qseq, .dsq_id = dsq_id, .enq_flags = enq_flags};
}

void flush_dispatch_buf(Rq& rq) {
  Frame frame(trace::Site::kFlushDispatchBuf);
  ScxCpu& cpu = this_cpu().scx;
  for (unsigned i = 0; i < cpu.cursor; ++i) finish_dispatch(rq, cpu.slots[i]);
  cpu.nr_tasks += cpu.cursor;  // requests, not successes: the root of the looping stall
  cpu.cursor = 0;
}

bool consume_dispatch_q(Rq& rq, Dsq& dsq) {
  Frame frame(trace::Site::kConsumeDispatchQ);
  while (looks_occupied(dsq)) {
    dsq.lock.lock();
    Task* const p = first_for(rq, dsq);
    if (p == nullptr) {
      dsq_unlock(dsq);
      return false;
    }
    if (&task_rq(*p) == &rq) {
      dispatch_move_to_local(dsq, *p, rq.scx.local_dsq);
      dsq_unlock(dsq);
      return true;
    }
    if (consume_remote_task(rq, dsq, *p)) return true;
  }
  return false;
}

void dispatch_to_local_on(Rq& rq, uint64_t dsq_id, Task& p, uint64_t enq_flags) {
  const auto cpu = static_cast<int32_t>(dsq_id & SCX_DSQ_LOCAL_CPU_MASK);
  if (ops_cpu_valid(cpu, "in SCX_DSQ_LOCAL_ON dispatch verdict")) {
    dispatch_to_local_dsq(rq, cpu_rq(static_cast<unsigned>(cpu)), p, enq_flags);
  } else {
    dispatch_enqueue(kernel().scx.global_dsq, p, enq_flags | SCX_ENQ_CLEAR_OPSS);
  }
}

}  // namespace kernel
