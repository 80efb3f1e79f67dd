// SPDX-License-Identifier: Apache-2.0
// Load weights of the fair class, also the source of a policy's task weights.
#pragma once

#include <stdint.h>

namespace kernel {

struct Task;

// nice -20..19.
uint32_t load_weight_of_nice(int nice);
// By its nice value; of a SCHED_IDLE task next to nothing.
uint32_t load_weight_of(const Task& task);

}  // namespace kernel
