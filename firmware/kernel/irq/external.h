// SPDX-License-Identifier: Apache-2.0
// External interrupts: the PLIC, and the test sources behind it (the sysrq key and seven more), which one CPU serves.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/list.h"
#include "firmware/kernel/locking/spinlock.h"
#include "firmware/kernel/task.h"

struct ExternalIrqs {
  SpinLock lock;  // the next two
  uint32_t fired[kNrTestSources] = {};
  List<Task, &Task::irq_wait_node> waiters[kNrTestSources];

  unsigned cpu = 0;         // which serves them
  // Of that CPU.
  uint32_t in_service = 0;  // sources whose level is still high after their interrupt
  HrTimer poll;
};

// Once, before interrupts are on anywhere.
void external_irq_init();
// Of each hart, for itself.
void external_irq_start();
// CPU hotplug: if the calling CPU serves them, `heir` does from here on. All others are stopped.
void external_irq_cpu_dying(unsigned heir);
// The handler: interrupts off.
void handle_external_irq();
// Sleeps until the test source has fired since the calling task last waited for it, or was forked by a user task.
void wait_for_irq(unsigned source);
// A child of a task of the scenario has seen what came before its birth; who is started at boot has seen nothing.
void inherit_irqs_seen(Task& child, const Task& parent);
