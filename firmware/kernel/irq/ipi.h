// SPDX-License-Identifier: Apache-2.0
// Inter-processor interrupts and irq_work. MSIP has one bit per hart; why it was raised is in a word per CPU. The handler
// clears MSIP before it takes the reasons, so that a reason added later always finds a new interrupt.
#pragma once

#include <stdint.h>

// Bits of Kernel::ipi_reasons.
enum class IpiReason : uint32_t {
  kReschedule = 1u << 0,
  kKickCpus = 1u << 1,   // irq_work: kick_cpus_irq_work
  kDeferred = 1u << 2,   // irq_work: deferred local dispatches
  kScxError = 1u << 3,   // irq_work: a policy's exit was reported
  kRetrigger = 1u << 4,  // another CPU's timers have been put into this one's queue
};

// Adds the reason and raises MSIP of `cpu`.
void send_ipi(unsigned cpu, IpiReason reason);
// Queues irq_work on the calling CPU: it runs in hard interrupt context as soon as interrupts are on. No-op if pending.
void irq_work_queue(IpiReason work);
// CPU hotplug: what is queued on the calling CPU runs now, before it leaves. Interrupts off.
void irq_work_run_all();
// Cause 3.
void handle_software_irq();
