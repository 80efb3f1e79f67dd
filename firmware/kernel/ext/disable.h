// SPDX-License-Identifier: Apache-2.0
// Taking a policy out: after a report by irq_work, then on the RT helper, which beats all tasks that the policy schedules.
#pragma once

#include "firmware/kernel/ext/flags.h"
#include "firmware/kernel/irq/irq_work.h"

namespace kernel {

// Queued by the CPU that reports: the debug dump, if it was an error, then the disable work.
extern const IrqWork kScxErrorWork;
// Asks for the policy to be taken out, without a message. No-op if an exit is recorded already. Any context without rq lock.
void scx_ops_disable(ScxExitKind kind);
// Waits until a disable that was asked for is through. May sleep.
void scx_ops_wait_disabled();

struct KthreadWork;
// On the helper.
void scx_ops_disable_workfn(KthreadWork& work);

}  // namespace kernel
