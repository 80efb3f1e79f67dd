// SPDX-License-Identifier: Apache-2.0
// The cost table's index; names and defaults are declared once in costs.def.
#pragma once

#include <stdint.h>

namespace kernel {

enum class Cost : uint8_t {
#define COST(name, cycles, what) name,
#include "firmware/kernel/costs.def"
#undef COST
};

inline constexpr unsigned kNrCosts = 0
#define COST(name, cycles, what) +1
#include "firmware/kernel/costs.def"
#undef COST
    ;

}  // namespace kernel
