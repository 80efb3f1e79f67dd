// SPDX-License-Identifier: Apache-2.0
// The hash of tables: the golden ratio's multiples, well spread in their upper bits.
#pragma once

#include <stdint.h>

namespace kernel {

inline constexpr uint64_t kGoldenRatio64 = 0x9e3779b97f4a7c15u;

constexpr uint32_t hash_64(uint64_t key) { return static_cast<uint32_t>(key * kGoldenRatio64 >> 32); }

}  // namespace kernel
