// SPDX-License-Identifier: Apache-2.0
// Inter-processor interrupts. MSIP has one bit per hart; why it was raised is in a word per CPU. The handler clears MSIP
// before it takes the reasons, so that a reason added later always finds a new interrupt.
#pragma once

#include <stdint.h>

#include "trace_events.h"

namespace kernel {

// Bits of Kernel::ipi_reasons; those above are irq_work (irq_work.h).
enum class IpiReason : uint32_t {
  kReschedule = 1u << 0,
  kRetrigger = 1u << 1,  // another CPU's timers have been put into this one's queue
};

// Adds the reason and raises MSIP of `cpu`.
void send_ipi(unsigned cpu, IpiReason reason);
// The store to MSIP alone: the reason, as the event shows it, is in the word already.
void raise_msip(unsigned cpu, trace::IpiReason reason);
// CPU hotplug: the work queued on the calling CPU is done now, before it leaves. Interrupts off.
void flush_ipi_queue();
// Cause 3.
void handle_software_irq();

}  // namespace kernel
