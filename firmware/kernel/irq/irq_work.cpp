// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/irq/irq_work.h"

#include "firmware/kernel/base/charge.h"
#include "firmware/kernel/irq/ipi.h"
#include "firmware/kernel/kernel.h"

namespace kernel {

void irq_work_queue(const IrqWork& work) {
  const auto index = static_cast<unsigned>(work.id);
  this_cpu().irq_work.works[index] = &work;
  const uint32_t bit = 1u << (kFirstIrqWorkBit + index);
  const unsigned cpu = arch::smp_processor_id();
  if ((kernel().ipi_reasons[cpu].fetch_or(bit) & bit) == 0) raise_msip(cpu, work.reason);
}

void irq_work_run(uint32_t reasons) {
  for (uint32_t left = reasons >> kFirstIrqWorkBit; left != 0; left &= left - 1) {
    const IrqWork& work = *this_cpu().irq_work.works[__builtin_ctz(left)];
    charge(Cost::irq_work);
    trace::irq_work_run(work.id);
    work.function();
  }
}

}  // namespace kernel
