// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/sched/rq.h"

#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

void rq_lock(Rq& rq) {
  rq.lock.lock();
  arch::trace_reg(arch::TraceReg::kRqLock, rq.cpu, arch::smp_processor_id() + 1);
}

bool rq_try_lock(Rq& rq) {
  if (!rq.lock.try_lock()) return false;
  arch::trace_reg(arch::TraceReg::kRqLock, rq.cpu, arch::smp_processor_id() + 1);
  return true;
}

void rq_unlock(Rq& rq) {
  check_rq_invariants(rq);
  rq.lock.unlock();
  if (!rq.lock.held()) arch::trace_reg(arch::TraceReg::kRqLock, rq.cpu, 0);
}

Rq& task_rq_lock(const Task& task) {
  for (;;) {
    Rq& rq = cpu_rq(task.cpu_word.load());
    rq_lock(rq);
    // It may have moved between the look and the lock; while it is on its way, it is on no rq yet.
    if (task.cpu == rq.cpu && task.on_rq.load() != TASK_ON_RQ_MIGRATING) return rq;
    rq_unlock(rq);
  }
}

}  // namespace kernel
