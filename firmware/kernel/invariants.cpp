// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/invariants.h"

#include "firmware/kernel/base/format.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/class.h"

namespace {

constexpr unsigned kWalkAlwaysMax = 16;  // list length up to which each release walks it
constexpr unsigned kWalkEvery = 64;      // releases between walks of longer lists

void require(bool holds, const char* name, const char* pattern, ...) {
  if (holds) return;
  char detail[128];
  va_list args;
  va_start(args, pattern);
  format(detail, sizeof(detail), pattern, args);
  va_end(args);
  broken_invariant(name, detail);
}

bool walk_now(Rq& rq, unsigned length) { return length <= kWalkAlwaysMax || rq.scx.releases % kWalkEvery == 0; }

void check_local_dsq(Rq& rq) {
  const Dsq& local = rq.scx.local_dsq;
  if (!walk_now(rq, local.list.size())) return;
  unsigned length = 0;
  for (const Task* p = local.list.front(); p != nullptr; p = local.list.next(*p), ++length) {
    require(p->scx.dsq == &local, "one_dsq", "pid %u is on the LOCAL of cpu %u and says otherwise", p->pid, rq.cpu);
    require(p->cpu == rq.cpu, "local_dsq_cpu", "pid %u of cpu %u is on the LOCAL of cpu %u", p->pid, p->cpu, rq.cpu);
    require((p->scx.flags & SCX_TASK_QUEUED) != 0, "local_dsq_queued", "pid %u is on LOCAL but not queued", p->pid);
  }
  require(length == local.list.size(), "dsq_nr", "LOCAL of cpu %u has %u tasks and counts %u", rq.cpu, length,
          local.list.size());
}

void check_runnable_list(Rq& rq) {
  const ScxRq& scx = rq.scx;
  const bool curr_counts = rq.curr->sched_class == &kExtSchedClass && (rq.curr->scx.flags & SCX_TASK_QUEUED) != 0 &&
                           !rq.curr->runnable_node.linked();
  const unsigned expected = scx.nr_running - (curr_counts ? 1 : 0);
  require(scx.runnable_list.size() == expected, "runnable_list", "cpu %u: %u on the list, %u queued and not running",
          rq.cpu, scx.runnable_list.size(), expected);
  if (!walk_now(rq, scx.runnable_list.size())) return;
  for (const Task* p = scx.runnable_list.front(); p != nullptr; p = scx.runnable_list.next(*p)) {
    require((p->scx.flags & SCX_TASK_QUEUED) != 0, "runnable_list", "pid %u is on the list but not queued", p->pid);
    require(p != rq.curr, "runnable_list", "pid %u is on the list and running", p->pid);
    require(p->cpu == rq.cpu, "runnable_list", "pid %u of cpu %u is on the list of cpu %u", p->pid, p->cpu, rq.cpu);
    const uint32_t opss = p->scx.ops_state.shown();
    require((opss & SCX_OPSS_STATE_MASK) != SCX_OPSS_QUEUEING, "ops_state", "pid %u is QUEUEING across an unlock", p->pid);
  }
}

}  // namespace

void broken_invariant(const char* name, const char* detail) {
  trace::invariant(name, detail);
  arch::panic(detail);
}

void check_rq_invariants(Rq& rq) {
  ++rq.scx.releases;
  check_local_dsq(rq);
  check_runnable_list(rq);
  require(rq.scx.ops_qseq >= rq.scx.last_qseq || rq.scx.ops_qseq == 1, "qseq", "brands of cpu %u go backwards", rq.cpu);
  rq.scx.last_qseq = rq.scx.ops_qseq;
  require(!rq.curr->is_idle_task() || rq.curr == rq.idle, "idle_task",
          "cpu %u runs the idle task of another", rq.cpu);
}
