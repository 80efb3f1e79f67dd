// SPDX-License-Identifier: Apache-2.0
// User space: the task that loads the scenario's policies.
#include "firmware/kernel/ext/load.h"
#include "firmware/kernel/user.h"

void loader_main(const SchedulerSpec* specs, uint32_t nr_specs, uint32_t) {
  for (uint32_t i = 0; i < nr_specs; ++i) scx_ops_enable(specs[i]);
}
