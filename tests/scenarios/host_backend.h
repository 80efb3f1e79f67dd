// SPDX-License-Identifier: Apache-2.0
// The testbench around the host machine instead of RTL: scenarios run in milliseconds, with the same recorder, log and
// judgement. There is no hardware watchdog that bites and nothing to draw waves of.
#pragma once

#include "tb/run/backend.h"

namespace tb::test {

machine::RunResult run_host_machine(const machine::RunConfig& config, const kernel::KernelConfig& kernel, sim::Observer& observer,
                                    const std::function<void(sim::Control&)>& setup);

// All policies of this build, any number of harts.
[[nodiscard]] Backend host_backend(const std::filesystem::path& configs);

}  // namespace tb::test
