// SPDX-License-Identifier: Apache-2.0
#include "firmware/kernel/ext/sysfs.h"

#include "firmware/kernel/kernel.h"

namespace kernel {

void scx_sysfs_log() {
  const ScxSysfs& now = kernel().scx.sysfs;
  trace::scx_sysfs(now.state, now.switch_all, now.nr_rejected, now.hotplug_seq, now.enable_seq, now.root_ops);
}

void scx_sysfs_set_state(uint32_t enable_state) {
  kernel().scx.sysfs.state = static_cast<trace::ScxEnableState>(enable_state);
  scx_sysfs_log();
}

}  // namespace kernel
