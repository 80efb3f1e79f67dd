// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/remote.h"

#include "firmware/kernel/ext/dsq.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

bool task_can_run_on_remote_rq(const Task& p, const Rq& rq) { return cpumask_test(p.cpus_allowed, rq.cpu) && scx_rq_online(rq); }

void move_remote_task_to_local_dsq(Task& p, uint64_t enq_flags, Rq& src, Rq& dst) {
  deactivate_task(src, p, DEQUEUE_MOVE);
  set_task_cpu(p, dst.cpu);
  p.scx.sticky_cpu = static_cast<int>(dst.cpu);  // its enqueue goes to LOCAL, slice kept
  rq_unlock(src);
  rq_lock(dst);
  activate_task(dst, p, enq_flags | ENQUEUE_MOVE);
}

bool consume_remote_task(Rq& rq, Dsq& dsq, Task& p) {
  Rq& src = task_rq(p);
  unlink_for_move(dsq, p);
  dsq_unlock(dsq);
  rq_unlock(rq);
  rq_lock(src);
  if (p.scx.holding_cpu == static_cast<int>(rq.cpu) && &task_rq(p) == &src) {
    cover(Cover::consume_moved);
    move_remote_task_to_local_dsq(p, 0, src, rq);
    return true;
  }
  cover(Cover::consume_lost);
  trace::dispatch_refused(p.pid, trace::Refusal::kLost);
  ++this_cpu().scx.moves_lost;
  rq_unlock(src);
  rq_lock(rq);
  return false;
}

}  // namespace kernel
