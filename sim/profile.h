// SPDX-License-Identifier: Apache-2.0
// Where the host's time goes: the time-stamp counter is read at the seams between the parts, and only if asked for. Each
// moment belongs to one part. Nothing of the simulation depends on it.
#pragma once

#if defined(__x86_64__)
#include <x86intrin.h>
#else
#include <chrono>
#endif

#include <array>
#include <cstddef>
#include <cstdint>

namespace sim {

class Profile {
 public:
  enum Part : std::uint8_t { kRtl, kTracing, kSystemC, kFirmware, kEventLog, kBridge, kParts };

  // Counts, in any unit, and never backwards.
  using Clock = std::uint64_t (*)();

  // Measures from here on; the time so far belongs to no part.
  void start(Clock clock = ticks_now) {
    clock_ = clock;
    since_ = clock_();
  }
  // The time from here on is part's. Returns whose it was.
  Part enter(Part part) {
    if (clock_ == nullptr) [[likely]]
      return part;
    const std::uint64_t now = clock_();
    ticks_[current_] += now - since_;
    since_ = now;
    const Part before = current_;
    current_ = part;
    return before;
  }
  // Of the whole, 0..1, by Part; all 0 if it was never on.
  [[nodiscard]] std::array<double, kParts> shares() const {
    std::array<double, kParts> shares{};
    std::uint64_t all = 0;
    for (const std::uint64_t ticks : ticks_) all += ticks;
    for (std::size_t i = 0; all != 0 && i < kParts; ++i) shares[i] = static_cast<double>(ticks_[i]) / static_cast<double>(all);
    return shares;
  }

 private:
  static std::uint64_t ticks_now() {
#if defined(__x86_64__)
    return __rdtsc();
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
  }

  Clock clock_ = nullptr;  // not on
  Part current_ = kBridge;
  std::uint64_t since_ = 0;
  std::array<std::uint64_t, kParts> ticks_{};
};

}  // namespace sim
