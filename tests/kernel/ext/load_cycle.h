// SPDX-License-Identifier: Apache-2.0
// Policies that come and go under load.
#pragma once

#include "tests/kernel/kernel_run.h"

namespace kernel {

namespace test {

// Work of every kind: sleepers, hogs, yielders, an RT task, tasks pinned to a CPU.
void load_of_all_kinds(KernelRun& run);
// Loads and unloads the policy that often, ends with the last unload, and expects nothing lost, left or grown.
void load_and_unload(KernelRun& run, SchedulerSpec& spec, std::uint32_t times);

}  // namespace test

}  // namespace kernel
