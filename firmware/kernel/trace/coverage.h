// SPDX-License-Identifier: Apache-2.0
// Counters of the races that a run has met (coverage.def): for tests, to show that a race was really met.
#pragma once

#include <stdint.h>

namespace kernel {

enum class Cover : uint8_t {
#define COVER(name, what) name,
#include "firmware/kernel/trace/coverage.def"
#undef COVER
  kCount
};

struct Coverage {
  uint32_t count[static_cast<unsigned>(Cover::kCount)] = {};

  [[nodiscard]] uint32_t of(Cover what) const { return count[static_cast<unsigned>(what)]; }
};

}  // namespace kernel
