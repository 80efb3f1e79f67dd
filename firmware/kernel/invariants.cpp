// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/invariants.h"

#include "firmware/kernel/base/format.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/class.h"

namespace kernel {

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

bool walk_now(unsigned length, uint32_t releases) { return length <= kWalkAlwaysMax || releases % kWalkEvery == 0; }

void check_local_dsq(Rq& rq) {
  const Dsq& local = rq.scx.local_dsq;
  if (!walk_now(local.list.size(), rq.scx.releases)) return;
  unsigned length = 0;
  for (const Task* p = local.list.front(); p != nullptr; p = local.list.next(*p), ++length) {
    require(p->scx.dsq == &local, "one_dsq", "pid %u is on the LOCAL of cpu %u and says otherwise", p->pid, rq.cpu);
    require(p->cpu == rq.cpu, "local_dsq_cpu", "pid %u of cpu %u is on the LOCAL of cpu %u", p->pid, p->cpu, rq.cpu);
    require((p->scx.flags & SCX_TASK_QUEUED) != 0, "local_dsq_queued", "pid %u is on LOCAL but not queued", p->pid);
  }
  require(length == local.list.size(), "dsq_nr", "LOCAL of cpu %u has %u tasks and counts %u", rq.cpu, length, local.list.size());
}

void check_runnable_list(Rq& rq) {
  const ScxRq& scx = rq.scx;
  require(!rq.curr->runnable_node.linked(), "runnable_list", "pid %u is on the list and running", rq.curr->pid);
  const bool curr_counts = rq.curr->sched_class == &kExtSchedClass && (rq.curr->scx.flags & SCX_TASK_QUEUED) != 0;
  const unsigned expected = scx.nr_running - (curr_counts ? 1 : 0);
  require(scx.runnable_list.size() == expected, "runnable_list", "cpu %u: %u on the list, %u queued and not running", rq.cpu,
          scx.runnable_list.size(), expected);
  if (!walk_now(scx.runnable_list.size(), scx.releases)) return;
  for (const Task* p = scx.runnable_list.front(); p != nullptr; p = scx.runnable_list.next(*p)) {
    require((p->scx.flags & SCX_TASK_QUEUED) != 0, "runnable_list", "pid %u is on the list but not queued", p->pid);
    require(p->cpu == rq.cpu, "runnable_list", "pid %u of cpu %u is on the list of cpu %u", p->pid, p->cpu, rq.cpu);
    const uint32_t opss = p->scx.ops_state.shown();
    require((opss & SCX_OPSS_STATE_MASK) != SCX_OPSS_QUEUEING, "ops_state", "pid %u is QUEUEING across an unlock", p->pid);
  }
}

}  // namespace

void broken_invariant(const char* name, const char* detail) {
  trace::invariant(name, detail);
  arch::flush();  // the event belongs to the cost charged so far: it must be in the log before the run ends
  arch::panic(detail);
}

void check_rq_invariants(Rq& rq) {
  ++rq.scx.releases;
  const Task* const claimed = kernel().cpus[rq.cpu].scx.dispatching;
  require(claimed == nullptr || rq.cpu != arch::smp_processor_id(), "ops_state",
          "pid %u is DISPATCHING across an unlock of cpu %u", claimed == nullptr ? 0 : claimed->pid, rq.cpu);
  check_local_dsq(rq);
  check_runnable_list(rq);
  // All the time, not only right after the walk: tasks that are queued during the bypass are not the policy's either.
  if ((rq.scx.flags & SCX_RQ_BYPASSING) != 0 && walk_now(rq.scx.runnable_list.size(), rq.scx.releases)) check_bypassed(rq);
}

void check_dsq_invariants(Dsq& dsq) {
  ++dsq.releases;
  const auto id = static_cast<unsigned long long>(dsq.id);
  require(dsq.nr_shown == dsq.list.size(), "dsq_nr", "DSQ 0x%llx has %u tasks and shows %u", id, dsq.list.size(),
          static_cast<unsigned>(dsq.nr_shown));
  if (!walk_now(dsq.list.size(), dsq.releases)) return;
  unsigned length = 0;
  for (const Task* p = dsq.list.front(); p != nullptr; p = dsq.list.next(*p), ++length) {
    require(p->scx.dsq == &dsq, "one_dsq", "pid %u is on DSQ 0x%llx and says otherwise", p->pid, id);
  }
  require(length == dsq.list.size(), "dsq_nr", "DSQ 0x%llx has %u tasks and counts %u", id, length, dsq.list.size());
}

void check_bypassed(const Rq& rq) {
  for (const Task* p = rq.scx.runnable_list.front(); p != nullptr; p = rq.scx.runnable_list.next(*p)) {
    require((p->scx.ops_state.shown() & SCX_OPSS_STATE_MASK) != SCX_OPSS_QUEUED, "bypassed",
            "pid %u is still the policy's after the bypass of cpu %u", p->pid, rq.cpu);
    require(p->scx.dsq == nullptr || (p->scx.dsq->id & SCX_DSQ_FLAG_BUILTIN) != 0, "bypassed",
            "pid %u is still on a user DSQ after the bypass of cpu %u", p->pid, rq.cpu);
  }
}

void check_callback(uint32_t kf_mask) {
  require(!kernel().scx.policy_gone, "callback_after_exit", "a callback of the policy after its ops.exit");
  require(kf_mask == SCX_KF_UNLOCKED || arch::irqs_disabled(), "callback_irqs", "a callback under an rq lock with interrupts on");
}

void check_not_held(const Task& p) {
  require(p.scx.holding_cpu < 0, "holding_cpu", "pid %u is still held by cpu %d", p.pid, p.scx.holding_cpu);
}

void check_disable() { require(!kernel().scx.policy_gone, "disable_once", "the policy is taken out a second time"); }

void check_brand(Rq& rq, const Task& p, uint32_t qseq) {
  require(p.scx.ops_state.shown() == (SCX_OPSS_QUEUEING | qseq), "qseq", "pid %u lost brand %u while QUEUEING", p.pid,
          static_cast<unsigned>(qseq >> SCX_OPSS_QSEQ_SHIFT));
  const uint32_t brand = qseq >> SCX_OPSS_QSEQ_SHIFT;
  const bool wrapped = brand == 1 && rq.scx.last_brand == ~uint32_t{0} >> SCX_OPSS_QSEQ_SHIFT;
  require(brand > rq.scx.last_brand || wrapped, "qseq_order", "cpu %u gives out brand %u after %u", rq.cpu, brand,
          rq.scx.last_brand);
  rq.scx.last_brand = brand;
}

void check_first_dispatch(const Rq& rq, uint32_t releases) {
  require(rq.scx.local_dsq.list.empty() || rq.scx.releases != releases, "first_dispatch",
          "cpu %u asks the policy with %u tasks on its LOCAL", rq.cpu, rq.scx.local_dsq.list.size());
}

void check_kicks_done(const ScxCpu& cpu) {
  require((cpu.cpus_to_kick | cpu.cpus_to_kick_if_idle | cpu.cpus_to_preempt | cpu.cpus_to_wait) == 0, "kick_masks",
          "cpu %u has kicks left after its irq_work", arch::smp_processor_id());
}

}  // namespace kernel
