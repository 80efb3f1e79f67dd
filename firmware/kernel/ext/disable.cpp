// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/disable.h"

#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"

void scx_error_irq_workfn() {
  const ScxExitInfo& info = kernel().scx.exit_info;
  printk("sched_ext: %s: %s (%s)", kernel().scx.ops.name, info.reason, info.msg);
}
