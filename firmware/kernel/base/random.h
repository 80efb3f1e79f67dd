// SPDX-License-Identifier: Apache-2.0
// splitmix64: small, fast, and good for one independent stream per task.
#pragma once

#include <stdint.h>

#include "firmware/kernel/base/hash.h"

namespace kernel {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += kGoldenRatio64;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  // Uniform over [min, max]; max >= min. The bias of the modulo is below 2^-32 for the ranges used (under 2^32).
  uint64_t between(uint64_t min, uint64_t max) {
    const uint64_t span = max - min + 1;
    return span == 0 ? next() : min + next() % span;
  }

 private:
  uint64_t state_;
};

}  // namespace kernel
