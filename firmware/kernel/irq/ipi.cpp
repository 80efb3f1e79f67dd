// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/irq/ipi.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/drivers/hw_watchdog.h"
#include "firmware/kernel/ext/deferred.h"
#include "firmware/kernel/ext/disable.h"
#include "firmware/kernel/ext/kick.h"
#include "firmware/kernel/kernel.h"
#include "platform.h"

namespace {

constexpr bool has(uint32_t reasons, IpiReason reason) { return (reasons & static_cast<uint32_t>(reason)) != 0; }

trace::IpiReason traced(IpiReason reason) {
  switch (reason) {
    case IpiReason::kReschedule: return trace::IpiReason::kReschedule;
    case IpiReason::kKickCpus: return trace::IpiReason::kKick;
    case IpiReason::kRetrigger: return trace::IpiReason::kRetrigger;
    case IpiReason::kDeferred:
    case IpiReason::kScxError: break;
  }
  return trace::IpiReason::kIrqWork;
}

void run_irq_work(uint32_t reasons) {
  // kReschedule needs no work here: need_resched is set, and the way out of the interrupt looks at it.
  if (has(reasons, IpiReason::kKickCpus)) {
    charge(Cost::irq_work);
    trace::irq_work_run(trace::IrqWork::kKickCpus);
    kick_cpus_irq_workfn();
  }
  if (has(reasons, IpiReason::kDeferred)) {
    charge(Cost::irq_work);
    trace::irq_work_run(trace::IrqWork::kDeferred);
    run_deferred_irq_workfn();
  }
  if (has(reasons, IpiReason::kScxError)) {
    charge(Cost::irq_work);
    trace::irq_work_run(trace::IrqWork::kScxError);
    scx_error_irq_workfn();
  }
  if (has(reasons, IpiReason::kRetrigger)) this_cpu().hrtimers.reprogram();
}

void raise_msip(unsigned cpu, IpiReason reason) {
  arch::store(platform::mswi::msip(cpu), 1);
  trace::ipi_raise(cpu, traced(reason), !arch::irqs_disabled());
}

}  // namespace

void send_ipi(unsigned cpu, IpiReason reason) {
  kernel().ipi_reasons[cpu].fetch_or(static_cast<uint32_t>(reason));
  raise_msip(cpu, reason);
}

void irq_work_queue(IpiReason work) {
  const unsigned cpu = arch::smp_processor_id();
  const uint32_t pending = kernel().ipi_reasons[cpu].fetch_or(static_cast<uint32_t>(work));
  if (!has(pending, work)) raise_msip(cpu, work);
}

// A kick that waits would wait for a CPU that is stopped: all of them schedule anyway when they go on.
void irq_work_run_all() {
  const uint32_t reasons = kernel().ipi_reasons[arch::smp_processor_id()].exchange(0);
  this_cpu().scx.cpus_to_wait = 0;
  run_irq_work(reasons);
}

void handle_software_irq() {
  Frame frame(trace::Site::kHandleSoftwareIrq);
  const unsigned cpu = arch::smp_processor_id();
  arch::store(platform::mswi::msip(cpu), 0);
  const uint32_t reasons = kernel().ipi_reasons[cpu].exchange(0);
  run_irq_work(reasons);
  hw_watchdog_handle_msip();
}
