// SPDX-License-Identifier: Apache-2.0
// Kernel time: nanoseconds since the machine left reset, from the cycle counter.
#pragma once

#include <stdint.h>

#include "firmware/kernel/arch.h"
#include "firmware/kernel/config.h"

namespace kernel {

// Rounded up: after that many cycles, ktime_get_ns() has advanced by at least ns.
inline uint64_t ns_to_cycles(uint64_t ns) {
  const uint64_t mhz = kernel_config->clock_mhz;
  return ns / 1000 * mhz + (ns % 1000 * mhz + 999) / 1000;
}
inline uint64_t cycles_to_ns(uint64_t cycles) {
  const uint64_t mhz = kernel_config->clock_mhz;
  return cycles / mhz * 1000 + cycles % mhz * 1000 / mhz;
}
inline uint64_t ktime_get_ns() { return cycles_to_ns(arch::cycles()); }

}  // namespace kernel
