// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/bypass.h"

#include "firmware/kernel/invariants.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/change.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/trace/frame.h"

namespace kernel {

namespace {

void set_bypassing(Rq& rq, bool on) {
  const Scx& scx = kernel().scx;
  if (on) {
    rq.scx.flags |= SCX_RQ_BYPASSING;
    scx.bypassing_cpus.test_and_set(rq.cpu);
  } else {
    rq.scx.flags &= ~SCX_RQ_BYPASSING;
    scx.bypassing_cpus.test_and_clear(rq.cpu);
  }
}

// From the tail backwards: each task is appended at the tail again and so visited once.
void requeue_runnable_tasks(Rq& rq) {
  Task* p = rq.scx.runnable_list.back();
  while (p != nullptr) {
    Task* const before = rq.scx.runnable_list.prev(*p);
    SchedChange change(rq, *p);
    p = before;
  }
}

void walk_cpu(unsigned cpu, bool on) {
  Rq& rq = cpu_rq(cpu);
  RqLockGuard guard(rq);
  set_bypassing(rq, on);
  trace::bypass(cpu, on);
  if (!kernel().scx.enabled) return;
  requeue_runnable_tasks(rq);
  if (on) check_bypassed(rq);
  if (rq.online) resched_curr(rq);
}

}  // namespace

void scx_ops_bypass(bool on) {
  Frame frame(trace::Site::kScxOpsBypass);
  Scx& scx = kernel().scx;
  SpinLockIrqSave guard(scx.bypass_lock);
  scx.bypass_depth += on ? 1 : -1;
  if (scx.bypass_depth < 0) arch::panic("bypass left more often than entered");
  if (scx.bypass_depth != (on ? 1 : 0)) return;
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) walk_cpu(cpu, on);
}

bool scx_rq_bypassing(const Rq& rq) { return (rq.scx.flags & SCX_RQ_BYPASSING) != 0; }

bool scx_cpu_bypassing(unsigned cpu) { return cpumask_test(kernel().scx.bypassing_cpus.load(), cpu); }

}  // namespace kernel
