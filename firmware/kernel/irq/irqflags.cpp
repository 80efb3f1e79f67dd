// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/irq/irqflags.h"

#include "firmware/kernel/arch.h"
#include "firmware/kernel/trace/frame.h"
#include "trace_events.h"

namespace kernel {

bool irq_save() {
  const bool were_on = arch::local_irq_save();
  if (were_on) trace::irq_off(current_site());
  return were_on;
}

void irq_restore(bool enabled) {
  if (!enabled) return;
  // Before the enable: the traps it takes come after it in the log, as they do in time.
  if (arch::irqs_disabled()) trace::irq_on(current_site());
  arch::local_irq_restore(true);
}

void irq_return() { trace::irq_on(current_site()); }

}  // namespace kernel
