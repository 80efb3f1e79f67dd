// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/locking/rcu.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/irq/softirq.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/thread_names.h"

namespace kernel {

namespace {

Rcu& rcu() { return kernel().rcu; }

constexpr bool in_progress(uint32_t seq) { return (seq & 1) != 0; }
// The seq at which a grace period that has not begun yet is over.
constexpr uint32_t end_of_next(uint32_t seq) { return (seq + 3) & ~1u; }
constexpr bool is_over(uint32_t target, uint32_t seq) { return !time_after(target, seq); }

// Ticks between two looks at idle CPUs, which do not report themselves.
uint32_t jiffies_till_force() { return 1 + (kernel_config->hz > 250 ? 1 : 0) + (kernel_config->hz > 500 ? 1 : 0); }

// Locked.
void ask_for(uint32_t target) {
  if (!time_after(target, rcu().needed)) return;
  rcu().needed = target;
  if (!in_progress(rcu().seq.load())) rcu().thread.wake_one();
}

void report_quiescent(RcuCpu& self) {
  if (!self.owes_report || !self.quiescent) return;
  self.owes_report = false;
  if (rcu().seq.load() != self.seq_seen) return;  // that one ended without it: it was found idle
  rcu().holdouts &= ~cpumask_of(arch::smp_processor_id());
  if (rcu().holdouts == 0) rcu().thread.wake_one();
}

// --- the thread; locked but for its sleeps ----------------------------------------------------------------------------

void begin_grace_period() {
  Rcu& r = rcu();
  r.holdouts = kernel().cpu_online.load() | r.dying;
  r.seq.store(r.seq.load() + 1);
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) r.idle_seen[cpu] = r.idle_seq[cpu].load();
}

void take_out_idle_cpus() {
  Rcu& r = rcu();
  for (Cpumask left = r.holdouts; left != 0; left &= left - 1) {
    const unsigned cpu = cpumask_first(left);
    const uint32_t seen = r.idle_seen[cpu];
    if ((seen & 1) != 0 || r.idle_seq[cpu].load() != seen) r.holdouts &= ~cpumask_of(cpu);
  }
}

void wait_for_holdouts() {
  Rcu& r = rcu();
  take_out_idle_cpus();
  while (r.holdouts != 0) {
    timer_add(r.force_timer, jiffies() + jiffies_till_force());
    r.thread.sleep(r.lock, TASK_IDLE);
    take_out_idle_cpus();
  }
  timer_del(r.force_timer);
}

void end_grace_period() {
  rcu().seq.store(rcu().seq.load() + 1);
  rcu().waiters.wake_all();
}

void rcu_gp_kthread(Task&) {
  Frame frame(trace::Site::kRcuGpKthread);
  Rcu& r = rcu();
  SpinLockIrqSave guard(r.lock);
  for (;;) {
    while (is_over(r.needed, r.seq.load())) r.thread.sleep(r.lock, TASK_IDLE);
    begin_grace_period();
    wait_for_holdouts();
    end_grace_period();
  }
}

void force_timer_fn(TimerList&) {
  SpinLockIrqSave guard(rcu().lock);
  rcu().thread.wake_one();
}

// --- callbacks --------------------------------------------------------------------------------------------------------

RcuHead* take_finished(RcuCpu& self, uint32_t seq) {
  IrqGuard irqs_off;
  RcuHead* const head = self.callbacks.front();
  if (head == nullptr || !is_over(head->target, seq)) return nullptr;
  self.callbacks.erase(*head);
  return head;
}

bool has_softirq_work(const RcuCpu& self) {
  if (self.owes_report && self.quiescent) return true;
  const RcuHead* const first = self.callbacks.front();
  if (first == nullptr) return false;
  return is_over(first->target, self.seq_seen) || time_after(self.callbacks.back()->target, self.asked);
}

}  // namespace

void rcu_init() {
  rcu().lock.place();
  rcu().seq.place(0);
  for (unsigned cpu = 0; cpu < kernel_config->nr_cpus; ++cpu) rcu().idle_seq[cpu].place(0);
  rcu().force_timer.function = force_timer_fn;
}

void spawn_rcu_gp_kthread() { wake_up_new_task(kthread_create(thread_names::rcu_sched, 0, rcu_gp_kthread)); }

void synchronize_rcu() {
  Frame frame(trace::Site::kSynchronizeRcu);
  SpinLockIrqSave guard(rcu().lock);
  const uint32_t target = end_of_next(rcu().seq.load());
  ask_for(target);
  while (!is_over(target, rcu().seq.load())) rcu().waiters.sleep(rcu().lock);
}

// Nothing is asked for yet: the caller may hold any lock. This CPU's tick sees to it.
void call_rcu(RcuHead& head, void (*function)(RcuHead&)) {
  IrqGuard irqs_off;
  head.function = function;
  head.target = end_of_next(rcu().seq.load());
  this_cpu().rcu.callbacks.push_back(head);
}

void rcu_note_context_switch() { this_cpu().rcu.quiescent = true; }

void rcu_sched_clock_irq(bool resting) {
  RcuCpu& self = this_cpu().rcu;
  const uint32_t seq = rcu().seq.load();
  if (seq != self.seq_seen) {
    self.seq_seen = seq;
    self.quiescent = false;  // an earlier quiescent state may lie before the grace period
    self.owes_report = in_progress(seq);
  }
  if (resting) self.quiescent = true;
  if (has_softirq_work(self)) raise_softirq(Softirq::kRcu);
}

void rcu_idle_enter() {
  RcuCpu& self = this_cpu().rcu;
  if ((self.idle_seq & 1) == 0) rcu().idle_seq[arch::smp_processor_id()].store(++self.idle_seq);
}

void rcu_idle_exit() {
  RcuCpu& self = this_cpu().rcu;
  if ((self.idle_seq & 1) != 0) rcu().idle_seq[arch::smp_processor_id()].store(++self.idle_seq);
}

bool rcu_needs_cpu() { return !this_cpu().rcu.callbacks.empty(); }

void rcu_softirq() {
  Frame frame(trace::Site::kRcuCore);
  RcuCpu& self = this_cpu().rcu;
  uint32_t seq = 0;
  {
    SpinLockIrqSave guard(rcu().lock);
    seq = rcu().seq.load();
    report_quiescent(self);
    if (!self.callbacks.empty()) {
      self.asked = self.callbacks.back()->target;
      ask_for(self.asked);
    }
  }
  while (RcuHead* const head = take_finished(self, seq)) {
    charge(Cost::ops_body);
    head->function(*head);
  }
}

void rcu_cpu_dying() {
  SpinLockIrqSave guard(rcu().lock);
  rcu().dying |= cpumask_of(arch::smp_processor_id());
}

void rcu_report_dead() {
  Rcu& r = rcu();
  this_cpu().rcu.owes_report = false;
  SpinLockIrqSave guard(r.lock);
  r.dying &= ~cpumask_of(arch::smp_processor_id());
  if ((r.holdouts & cpumask_of(arch::smp_processor_id())) == 0) return;
  r.holdouts &= ~cpumask_of(arch::smp_processor_id());
  if (r.holdouts == 0) r.thread.wake_one();
}

// They wait for another grace period, from now on: longer than need be, never shorter.
void rcu_migrate_callbacks(unsigned dead_cpu) {
  IrqGuard irqs_off;
  auto& from = kernel().cpus[dead_cpu].rcu.callbacks;
  const uint32_t target = end_of_next(rcu().seq.load());
  while (RcuHead* const head = from.front()) {
    from.erase(*head);
    head->target = target;
    this_cpu().rcu.callbacks.push_back(*head);
  }
}

}  // namespace kernel
