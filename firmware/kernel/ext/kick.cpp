// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/kick.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/ext/bypass.h"
#include "firmware/kernel/ext/error.h"
#include "firmware/kernel/invariants.h"
#include "firmware/kernel/irq/irq_work.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"

namespace kernel {

namespace {

// It will certainly schedule before it idles.
bool can_skip_idle_kick(const Rq& rq) { return !rq.curr->is_idle_task() && (rq.scx.flags & SCX_RQ_IN_BALANCE) == 0; }

bool certainly_not_idle(Rq& rq) {
  if (!rq_try_lock(rq)) return false;
  const bool skip = can_skip_idle_kick(rq);
  rq_unlock(rq);
  return skip;
}

// It is there, whether tasks of the class may come to it or not: on its way down it may depend on kicks, its own above all.
bool reachable(const Rq& rq) { return rq.online || rq.cpu == arch::smp_processor_id(); }

// The parts of one kick, taken off the masks.
struct Kick {
  bool preempt;
  bool wait;
};

Kick take_kick(ScxCpu& self, unsigned cpu) {
  const Kick kick = {.preempt = cpumask_test(self.cpus_to_preempt, cpu), .wait = cpumask_test(self.cpus_to_wait, cpu)};
  self.cpus_to_preempt &= ~cpumask_of(cpu);
  self.cpus_to_wait &= ~cpumask_of(cpu);
  self.cpus_to_kick_if_idle &= ~cpumask_of(cpu);
  return kick;
}

// True: the kick waits for the CPU to be given up, from `pnt_seq` on.
bool kick_one(unsigned cpu, const Kick& kick, uint32_t& pnt_seq) {
  Rq& rq = cpu_rq(cpu);
  RqLockGuard guard(rq);
  if (!reachable(rq)) return false;
  if (kick.preempt && rq.curr->sched_class == &kExtSchedClass) rq.curr->scx.slice = 0;
  pnt_seq = rq.scx.pnt_seq_shown;
  resched_curr(rq);
  const bool obeyed = kernel_config->kick_wait == KickWait::kObeyed;
  return kick.wait && obeyed && cpu != arch::smp_processor_id();
}

// Interrupts off, as the field has it: circular waits among CPUs never end.
void wait_for_class_switch(unsigned cpu, uint32_t pnt_seq) {
  cover(Cover::kick_waited);
  while (cpu_rq(cpu).scx.pnt_seq.load() == pnt_seq) charge(Cost::spin);
}

void kick_one_if_idle(unsigned cpu) {
  Rq& rq = cpu_rq(cpu);
  RqLockGuard guard(rq);
  if (reachable(rq) && !can_skip_idle_kick(rq)) resched_curr(rq);
}

// The lowest CPU of the set, taken out of it.
unsigned take_first(Cpumask& mask) {
  const unsigned cpu = cpumask_first(mask);
  mask &= mask - 1;
  return cpu;
}

void kick_cpus_irq_workfn() {
  Frame frame(trace::Site::kKickCpusIrqWorkfn);
  ScxCpu& self = this_cpu().scx;
  uint32_t pnt_seq[kNrCpusMax];
  Cpumask waits = 0;
  while (self.cpus_to_kick != 0) {
    const unsigned cpu = take_first(self.cpus_to_kick);
    if (kick_one(cpu, take_kick(self, cpu), pnt_seq[cpu])) waits |= cpumask_of(cpu);
  }
  while (self.cpus_to_kick_if_idle != 0) kick_one_if_idle(take_first(self.cpus_to_kick_if_idle));
  while (waits != 0) {
    const unsigned cpu = take_first(waits);
    wait_for_class_switch(cpu, pnt_seq[cpu]);
  }
  check_kicks_done(self);
}

constexpr IrqWork kKickCpusWork = {
    .id = trace::IrqWork::kKickCpus, .reason = trace::IpiReason::kKick, .function = kick_cpus_irq_workfn};

}  // namespace

void kick_cpu(unsigned cpu, uint64_t flags) {
  Frame frame(trace::Site::kScxKickCpu);
  IrqGuard irqs_off;
  const unsigned this_cpu_id = arch::smp_processor_id();
  if (scx_cpu_bypassing(this_cpu_id)) return;
  ScxCpu& self = this_cpu().scx;
  if ((flags & SCX_KICK_IDLE) != 0) {
    if ((flags & (SCX_KICK_PREEMPT | SCX_KICK_WAIT)) != 0) {
      scx_error(SCX_EXIT_ERROR, "PREEMPT/WAIT cannot be used with SCX_KICK_IDLE");
    }
    if (certainly_not_idle(cpu_rq(cpu))) return;
    self.cpus_to_kick_if_idle |= cpumask_of(cpu);
  } else {
    self.cpus_to_kick |= cpumask_of(cpu);
    if ((flags & SCX_KICK_PREEMPT) != 0) self.cpus_to_preempt |= cpumask_of(cpu);
    if ((flags & SCX_KICK_WAIT) != 0) self.cpus_to_wait |= cpumask_of(cpu);
  }
  trace::kick(cpu, flags, cpu == this_cpu_id);
  irq_work_queue(kKickCpusWork);
}

void forget_kick_waits() { this_cpu().scx.cpus_to_wait = 0; }

}  // namespace kernel
