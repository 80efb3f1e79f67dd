// SPDX-License-Identifier: Apache-2.0
// What the seed decides before a run starts.
#pragma once

#include <cassert>
#include <cstdint>

namespace tb::config {

// splitmix64: the same draws on every host, and neighbouring seeds do not resemble each other.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t between(std::uint64_t min, std::uint64_t max) {
    assert(min <= max);
    const std::uint64_t span = max - min + 1;
    return span == 0 ? next() : min + next() % span;  // spans are far below 2^64: the bias does not show
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace tb::config
