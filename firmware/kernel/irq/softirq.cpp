// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/irq/softirq.h"

#include "firmware/kernel/base/format.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/kthread.h"
#include "firmware/kernel/sched/core.h"
#include "firmware/kernel/thread_names.h"

namespace kernel {

namespace {

void run_one(Softirq vec) {
  const trace::Softirq name = vec == Softirq::kTimer ? trace::Softirq::kTimer : trace::Softirq::kRcu;
  trace::softirq_entry(name);
  if (vec == Softirq::kTimer) {
    run_timer_softirq();
  } else {
    rcu_softirq();
  }
  trace::softirq_exit(name);
}

void run_all(uint32_t pending) {
  for (unsigned vec = 0; vec < static_cast<unsigned>(Softirq::kCount); ++vec) {
    if (((pending >> vec) & 1) != 0) run_one(static_cast<Softirq>(vec));
  }
}

void wakeup_softirqd(const SoftirqCpu& self) {
  if (self.ksoftirqd != nullptr) wake_up_process(*self.ksoftirqd);
}

// Interrupts off before and after, on in between. Softirqs raised meanwhile run too, until there are too many or a task
// waits for the CPU.
void do_softirq() {
  SoftirqCpu& self = this_cpu().softirq;
  Task& task = *current();
  const uint32_t end = jiffies() + kMaxSoftirqJiffies;
  unsigned restarts = MAX_SOFTIRQ_RESTART;
  ++task.preempt_count;
  self.active = true;
  do {
    const uint32_t pending = self.pending;
    self.pending = 0;
    irq_enable();
    run_all(pending);
    irq_disable();
  } while (self.pending != 0 && time_after(end, jiffies()) && !need_resched() && --restarts != 0);
  self.active = false;
  --task.preempt_count;
  if (self.pending != 0) wakeup_softirqd(self);
}

void ksoftirqd_thread(Task&) {
  Frame frame(trace::Site::kRunKsoftirqd);
  SoftirqCpu& self = this_cpu().softirq;  // pinned
  self.ksoftirqd = current();
  for (;;) {
    bool idle = false;
    {
      IrqGuard irqs_off;
      idle = self.pending == 0;
      if (idle) {
        set_current_state(TASK_INTERRUPTIBLE);
      } else {
        do_softirq();
      }
    }
    if (idle) {
      schedule();
    } else {
      cond_resched();
    }
  }
}

}  // namespace

bool in_interrupt() { return this_cpu().softirq.in_hardirq || this_cpu().softirq.active; }

void raise_softirq(Softirq vec) {
  IrqGuard irqs_off;
  SoftirqCpu& self = this_cpu().softirq;
  self.pending |= 1u << static_cast<unsigned>(vec);
  if (!in_interrupt()) wakeup_softirqd(self);
}

void irq_exit_softirqs() {
  if (!in_interrupt() && this_cpu().softirq.pending != 0) do_softirq();
}

void spawn_ksoftirqd(unsigned cpu) {
  char comm[kTaskCommLen];
  format_text(comm, sizeof(comm), thread_names::ksoftirqd, cpu);
  wake_up_new_task(kthread_create(comm, cpumask_of(cpu), ksoftirqd_thread));
}

}  // namespace kernel
