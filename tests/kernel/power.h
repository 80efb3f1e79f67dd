// SPDX-License-Identifier: Apache-2.0
// The operator's hand on the switches of the harts.
#pragma once

#include "tests/kernel/kernel_run.h"

namespace kernel {

namespace test {

// A kernel whose CPUs may leave and come back.
inline void allow_hotplug(KernelRun& run) { run.config.hotplug_cpu = true; }

inline void switch_at(KernelRun& run, std::uint64_t us, unsigned hart, bool on) {
  run.machine().at(us * run.config.clock_mhz, [&run, hart, on] { run.machine().set_power_switch(hart, on); });
}

}  // namespace test

}  // namespace kernel
