// SPDX-License-Identifier: Apache-2.0
// The test sources: interrupts that the testbench raises from outside, the sysrq key and seven more. Tasks can wait for one.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/list.h"
#include "firmware/kernel/locking/spinlock.h"
#include "firmware/kernel/task.h"
#include "firmware/kernel/time/hrtimer.h"

namespace kernel {

struct TestSources {
  SpinLock lock;  // the next two
  uint32_t fired[kNrTestSources] = {};
  List<Task, &Task::irq_wait_node> waiters[kNrTestSources];

  // Of the CPU that serves external interrupts.
  uint32_t in_service = 0;  // sources whose level is still high after their interrupt
  HrTimer poll;
};

// Once, before interrupts are on anywhere.
void test_sources_init();
// The handler of source `index`, 0 .. kNrTestSources - 1; interrupts off. Completes it once its level is low.
void handle_test_source_irq(unsigned index);
// Sleeps until the source has fired since the calling task last waited for it, or was forked by a user task.
void wait_for_irq(unsigned index);
// A child of a task of the scenario has seen every event before its birth; a task started at boot has seen none.
void inherit_irqs_seen(Task& child, const Task& parent);

}  // namespace kernel
