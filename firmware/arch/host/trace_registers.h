// SPDX-License-Identifier: Apache-2.0
// The trace registers of the host machine's harts: nothing on its bus, but what HostMachine::peek shows.
#pragma once

#include <cstdint>

#include "firmware/kernel/arch.h"

namespace host {

inline constexpr std::uint32_t kTraceRegisters = 0xffff'0000;  // no device of the platform is there
inline constexpr std::uint32_t kTraceRegistersPerHart = platform::hart::kTraceRegisters;

// For HostMachine::peek: what the firmware last showed there.
constexpr std::uint32_t trace_register(unsigned hart, arch::TraceReg reg) {
  return kTraceRegisters + hart * kTraceRegistersPerHart + static_cast<std::uint32_t>(reg);
}

}  // namespace host
