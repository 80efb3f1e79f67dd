// SPDX-License-Identifier: Apache-2.0
// The cost of a step of kernel code: looked up in the run's cost table, added lazily.
#pragma once

#include "firmware/kernel/arch.h"
#include "firmware/kernel/config.h"

namespace kernel {

inline void charge(Cost cost) { arch::charge(kernel_config->cost[static_cast<unsigned>(cost)]); }

}  // namespace kernel
