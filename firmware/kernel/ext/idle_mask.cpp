// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/idle_mask.h"

#include "firmware/kernel/base/errno.h"
#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/ext/call_op.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

// Kept whether the policy keeps track itself or not: the other classes choose CPUs by it too.
void scx_refresh_idle(unsigned cpu) { kernel().scx.idle_cpus.test_and_set(cpu); }

void scx_update_idle(Rq& rq, bool idle) {
  if (!idle) kernel().scx.idle_cpus.test_and_clear(rq.cpu);
  if (!kernel().scx.enabled || scx_rq_bypassing(rq)) return;
  call_op<Op::update_idle>(kernel().scx.ops, static_cast<int32_t>(rq.cpu), idle);
}

bool scx_test_and_clear_cpu_idle(unsigned cpu) { return kernel().scx.idle_cpus.test_and_clear(cpu); }

int scx_pick_idle_cpu(Cpumask allowed) {
  const Scx& scx = kernel().scx;
  unsigned& last = this_cpu().scx.idle_pick_last;
  for (;;) {
    const Cpumask idle = scx.idle_cpus.load() & allowed;
    if (idle == 0) return -EBUSY;
    const unsigned cpu = cpumask_next_wrap(idle, last);
    if (!scx.idle_cpus.test_and_clear(cpu)) continue;
    last = cpu;
    return static_cast<int>(cpu);
  }
}

int scx_pick_any_cpu(Cpumask allowed) {
  const Cpumask possible = cpumask_all(kernel_config->nr_cpus) & allowed;
  if (possible == 0) return -EBUSY;
  unsigned& last = this_cpu().scx.any_pick_last;
  last = cpumask_next_wrap(possible, last);
  return static_cast<int>(last);
}

CpuChoice scx_select_cpu_dfl(const Task& p, unsigned prev_cpu, uint32_t wake_flags) {
  if ((wake_flags & SCX_WAKE_SYNC) != 0 && p.nr_cpus_allowed > 1 && !current()->exiting) {
    const Rq& waker = this_rq();
    const bool some_idle = kernel().scx.idle_cpus.load() != 0;
    if (some_idle && waker.scx.local_dsq.list.empty() && cpumask_test(p.cpus_allowed, waker.cpu)) return {waker.cpu, true};
  }
  if (scx_test_and_clear_cpu_idle(prev_cpu)) return {prev_cpu, true};
  const int cpu = scx_pick_idle_cpu(p.cpus_allowed);
  if (cpu >= 0) return {static_cast<unsigned>(cpu), true};
  return {prev_cpu, false};
}

}  // namespace kernel
