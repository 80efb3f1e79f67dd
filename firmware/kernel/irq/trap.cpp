// SPDX-License-Identifier: Apache-2.0
// From the trap to its handler; softirqs and the resched check on the way back.
#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/drivers/hw_watchdog.h"
#include "firmware/kernel/irq/external.h"
#include "firmware/kernel/irq/ipi.h"
#include "firmware/kernel/irq/irqflags.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/sched/core.h"
#include "platform.h"

namespace kernel {

namespace {

// A task in user mode gives way if asked to, in every preemption model of the kernel.
void exit_to_user() {
  while (const uint32_t work = current()->thread_flags.load()) {
    irq_enable();
    do_user_exit_work(work);
    irq_disable();
  }
}

void exit_to_kernel() {
  if (kernel_config->preempt != Preempt::kFull || current()->preempt_count != 0 || !need_resched()) return;
  // The interrupts that wait are let in first. None may come once preemption is on again: it would nest another one.
  ++current()->preempt_count;
  irq_enable();
  irq_disable();
  --current()->preempt_count;
  preempt_schedule();
  irq_disable();
}

}  // namespace

void trap(uint32_t cause) {
  Cpu& cpu = this_cpu();
  cpu.trap_from_user = cpu.current->user_mode;
  cpu.current->user_mode = false;
  cpu.softirq.in_hardirq = true;
  charge(Cost::irq_entry);
  if (cpu.tick.stopped) tick_nohz_irq_enter();
  switch (cause) {
    case platform::kIrqSoftware: handle_software_irq(); break;
    case platform::kIrqTimer: cpu.hrtimers.interrupt(); break;
    case platform::kIrqExternal: handle_external_irq(); break;
    default: arch::panic("trap with an unknown cause");
  }
  cpu.softirq.in_hardirq = false;
}

void trap_return() {
  const bool from_user = this_cpu().trap_from_user;  // now: softirqs let the next interrupt in
  {
    Frame frame(trace::Site::kIrqExit);
    charge(Cost::irq_exit);
    irq_exit_softirqs();
    if (from_user) {
      exit_to_user();
    } else {
      exit_to_kernel();
    }
  }
  current()->user_mode = from_user;
  irq_return();
}

void nmi() {
  Frame frame(trace::Site::kHandleNmi);
  charge(Cost::irq_entry);
  hw_watchdog_handle_nmi();
  charge(Cost::irq_exit);
}

}  // namespace kernel
