// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/sysrq.h"

#include "firmware/kernel/ext/disable.h"
#include "firmware/kernel/ext/dump.h"
#include "firmware/kernel/kernel.h"
#include "firmware/kernel/printk.h"
#include "firmware/kernel/trace/frame.h"

namespace kernel {

void handle_sysrq_irq(char key) {
  Frame frame(trace::Site::kSysrqHandle);
  const char upper = key >= 'a' && key <= 'z' ? static_cast<char>(key - 'a' + 'A') : key;
  const char name[] = {upper, '\0'};
  trace::sysrq(name);
  if (upper == 'S') {
    printk("sysrq: Disable sched_ext and revert all tasks to CFS");
    if (kernel().scx.helper.created()) {
      scx_ops_disable(SCX_EXIT_SYSRQ);
    } else {
      printk("sched_ext: BPF scheduler not yet used");
    }
  } else if (upper == 'D') {
    printk("sysrq: Trigger sched_ext debug dump");
    if (kernel().scx.enabled) scx_dump_on_request("SysRq-D");
  }
}

}  // namespace kernel
