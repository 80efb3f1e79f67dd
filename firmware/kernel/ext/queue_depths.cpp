// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/queue_depths.h"

#include "firmware/kernel/kernel.h"

namespace kernel {

namespace {

// Eight bits each; more are shown as that.
uint32_t shown(unsigned count) { return count < 0xff ? count : 0xff; }

}  // namespace

void show_queue_depths(const Rq& rq) {
  const ScxRq& scx = rq.scx;
  arch::trace_reg(arch::TraceReg::kQueues, rq.cpu,
                  shown(scx.nr_running) | shown(scx.local_dsq.list.size()) << 8 | shown(scx.nr_held) << 16);
}

void count_held(const Task& task, bool held) {
  Rq& rq = cpu_rq(task.cpu);  // it stays there while the policy holds it
  rq.scx.nr_held += held ? 1 : -1U;
  show_queue_depths(rq);
}

}  // namespace kernel
