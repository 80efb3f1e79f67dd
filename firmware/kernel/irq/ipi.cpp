// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/irq/ipi.h"

#include "firmware/kernel/drivers/hw_watchdog.h"
#include "firmware/kernel/irq/irq_work.h"
#include "firmware/kernel/kernel.h"
#include "platform.h"

namespace kernel {

namespace {

trace::IpiReason traced(IpiReason reason) {
  return reason == IpiReason::kReschedule ? trace::IpiReason::kReschedule : trace::IpiReason::kRetrigger;
}

// kReschedule needs no work here: need_resched is set, and the way out of the interrupt looks at it.
void handle(uint32_t reasons) {
  irq_work_run(reasons);
  if ((reasons & static_cast<uint32_t>(IpiReason::kRetrigger)) != 0) this_cpu().hrtimers.reprogram();
}

uint32_t take_reasons() { return kernel().ipi_reasons[arch::smp_processor_id()].exchange(0); }

}  // namespace

void raise_msip(unsigned cpu, trace::IpiReason reason) {
  arch::store(platform::mswi::msip(cpu), 1);
  trace::ipi_raise(cpu, reason, !arch::irqs_disabled());
}

void send_ipi(unsigned cpu, IpiReason reason) {
  kernel().ipi_reasons[cpu].fetch_or(static_cast<uint32_t>(reason));
  raise_msip(cpu, traced(reason));
}

void flush_ipi_queue() { handle(take_reasons()); }

void handle_software_irq() {
  Frame frame(trace::Site::kHandleSoftwareIrq);
  arch::store(platform::mswi::msip(arch::smp_processor_id()), 0);
  handle(take_reasons());
  hw_watchdog_handle_msip();
}

}  // namespace kernel
