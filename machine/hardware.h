// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace machine {

// What a machine is made of; each member is explained in hardware.def.
struct Hardware {
#define HARDWARE(key, least, most, says) std::uint32_t key = 0;
#include "machine/hardware.def"
#undef HARDWARE
};

}  // namespace machine
