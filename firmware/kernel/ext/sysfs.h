// SPDX-License-Identifier: Apache-2.0
// /sys/kernel/sched_ext: the values that user space can read of the class. There are no files here: each change logs all
// values, as an event.
#pragma once

#include <stdint.h>

#include "trace_events.h"

namespace kernel {

// Under their names there. Written by loads and disables, under enable_mutex, but for state (CAS and exchange of
// Scx::enable_state) and hotplug_seq (cpuhp threads).
struct ScxSysfs {
  trace::ScxEnableState state = trace::ScxEnableState::kDisabled;
  bool switch_all = false;    // tasks that ask for normal scheduling belong to the class
  uint32_t nr_rejected = 0;   // tasks of policy SCHED_EXT that were made normal ones, by the last load
  uint32_t hotplug_seq = 0;   // how often a CPU has come or gone, at boot as well
  uint32_t enable_seq = 0;    // policies enabled since boot
  const char* root_ops = "";  // root/ops, the policy's name; empty: there is none
};

void scx_sysfs_log();
// Takes over the new Scx::enable_state.
void scx_sysfs_set_state(uint32_t enable_state);

}  // namespace kernel
