// SPDX-License-Identifier: Apache-2.0
// Names of the kernel operations that cost cycles, in the order of Cost.
#pragma once

#include <string_view>

#include "firmware/kernel/costs.h"

namespace tb::config {

inline constexpr std::string_view kCostNames[] = {
#define COST(name, cycles, what) #name,
#include "firmware/kernel/costs.def"
#undef COST
};

}  // namespace tb::config
