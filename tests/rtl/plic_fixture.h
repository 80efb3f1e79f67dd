// SPDX-License-Identifier: Apache-2.0
// The PLIC as its tests see it: three contexts and 35 sources, of which one is edge-triggered.
#pragma once

#include <gtest/gtest.h>

#include "Vsoc_plic.h"
#include "platform.h"
#include "tests/rtl/device_bench.h"

namespace device {

namespace plic = platform::plic;

inline constexpr std::uint32_t kContexts = 3;
inline constexpr std::uint32_t kSources = 35;  // more than one word of them
inline constexpr std::uint32_t kEdgeSource = 7;
inline constexpr std::uint32_t kLastSource = kSources;
inline constexpr std::uint32_t kLevelMax = 7;

class PlicTest : public testing::Test {
 protected:
  PlicTest() {
    bench.top().src_i = 0;
    bench.top().edge_i = std::uint64_t{1} << (kEdgeSource - 1);
    bench.reset();
  }

  void raise(std::uint32_t source) { bench.top().src_i |= std::uint64_t{1} << (source - 1); }
  void drop(std::uint32_t source) { bench.top().src_i &= ~(std::uint64_t{1} << (source - 1)); }
  void pulse(std::uint32_t source) {
    raise(source);
    bench.clock();
    drop(source);
    bench.clock();
  }
  void enable(std::uint32_t context, std::uint32_t source) {
    const std::uint32_t at = plic::enable(context, source / 32);
    bench.write(at, bench.read(at) | 1U << source % 32);
  }
  void disable(std::uint32_t context, std::uint32_t source) {
    const std::uint32_t at = plic::enable(context, source / 32);
    bench.write(at, bench.read(at) & ~(1U << source % 32));
  }
  // Source with a priority, enabled for one context.
  void route(std::uint32_t source, std::uint32_t priority, std::uint32_t context = 0) {
    bench.write(plic::priority(source), priority);
    enable(context, source);
  }
  std::uint32_t claim(std::uint32_t context = 0) { return bench.read(plic::claim(context)); }
  void complete(std::uint32_t source, std::uint32_t context = 0) { bench.write(plic::claim(context), source); }
  bool pending(std::uint32_t source) { return (bench.peek(plic::pending(source / 32)) >> source % 32 & 1U) != 0; }
  [[nodiscard]] unsigned lines() { return bench.top().eip_o; }
  unsigned settled_lines() {
    bench.clocks(3);
    return lines();
  }

  Bench<Vsoc_plic> bench{plic::kBase};
};

}  // namespace device
