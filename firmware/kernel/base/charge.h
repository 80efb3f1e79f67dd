// SPDX-License-Identifier: Apache-2.0
// What a step of kernel code costs: looked up in the run's cost table, added lazily.
#pragma once

#include "firmware/kernel/arch.h"
#include "firmware/kernel/config.h"

namespace kernel {

inline void charge(Cost cost) { arch::charge(kernel_config->cost[static_cast<unsigned>(cost)]); }

}  // namespace kernel
