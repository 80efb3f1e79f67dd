// SPDX-License-Identifier: Apache-2.0
// Work that a CPU leaves to its own next hard interrupt, because it may not be done where it is noticed: an rq lock is held,
// or interrupts are off. The interrupt is a self-IPI.
#pragma once

#include <stdint.h>

#include "trace_events.h"

namespace kernel {

struct IrqWork {
  trace::IrqWork id;        // each has its own; works that wait together run in this order
  trace::IpiReason reason;  // of the IPI, as its event shows it
  void (*function)();       // hard interrupt, on the CPU that queued it
};

// Room for works in Kernel::ipi_reasons, a bit each, above the bits of IpiReason.
inline constexpr unsigned kFirstIrqWorkBit = 8;
inline constexpr unsigned kNrIrqWorksMax = 32 - kFirstIrqWorkBit;

// Hart-private.
struct IrqWorkCpu {
  const IrqWork* works[kNrIrqWorksMax] = {};  // as last queued, by id; whether one is pending is its bit in Kernel::ipi_reasons
};

// Queues it on the calling CPU. No-op if it is pending already.
void irq_work_queue(const IrqWork& work);
// The works among these bits of Kernel::ipi_reasons, just taken from there. Interrupts off.
void irq_work_run(uint32_t reasons);

}  // namespace kernel
