// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sim {

// Why a simulation ended.
enum class End : std::uint8_t {
  kStopped,      // Control::stop_at
  kInterrupted,  // Pulse::stop
  kCyclesMax,
  kRebootsMax,    // the system reset that was one too many
  kPanic,         // a kernel invariant
  kRtlInvariant,  // an INVARIANT in RTL
};

}  // namespace sim
