// SPDX-License-Identifier: Apache-2.0
// How many cycles the next clock may stand for. Who presents ops knows when a hart has burnt its cycles; the bus tells at
// every edge how far its transfer is; all the rest the RTL is asked for (horizon), and its answer holds until software
// does what it does not foresee.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/hart_op.h"

namespace sim {

class SkipPlan {
 public:
  struct Clock {
    std::uint32_t skip;  // the RTL's skip input: 0 for an ordinary clock
    bool ask;            // an ordinary clock with horizon_en; report what it answers by answered()
  };

  SkipPlan(unsigned harts, std::uint16_t mem_latency) : ends_(harts), grant_(std::uint32_t{mem_latency} + 1) {}

  // `op` has been presented to `hart`, and begins with the clock after cycle `now`.
  void begin(HartId hart, Opcode opcode, std::uint32_t cycles, Cycle now) {
    End& end = ends_[hart];
    if (opcode == Opcode::kCompute && cycles != 0) end = {now + cycles, false};
    else if (is_transfer(opcode)) end = {now + cycles + 1, false};
    else end = {now + cycles, true};
    next_end_ = std::min(next_end_, end.at);
    begun_ = true;
  }

  // A device was accessed, an input has changed, a hart was reset: the horizon has to be asked for anew.
  void forget() { quiet_until_ = 0; }

  void answered(Cycle now, std::uint32_t horizon) { quiet_until_ = now + horizon; }

  // The clock after cycle `now`, not past `limit`; `bus` is the RTL's bus_horizon.
  [[nodiscard]] Clock next(Cycle now, Cycle limit, std::uint32_t bus) {
    if (must_ask(now)) return {0, true};
    const Cycle span = std::min<Cycle>(std::min({limit, next_end_, quiet_until_}) - now, bus != 0 ? bus : grant_);
    return {span > 1 ? static_cast<std::uint32_t>(span) : 0, false};
  }

  // The same where every change of state is to be seen at its cycle: a skip passes nothing but countdowns.
  [[nodiscard]] Clock next_shown(Cycle now, Cycle limit, std::uint32_t bus) {
    if (must_ask(now)) return {0, true};
    const bool begun = begun_;
    begun_ = false;
    if (begun || bus == 0 || next_end_ <= now + kEndClocks) return {0, false};
    const Cycle span = std::min<Cycle>(std::min({limit, next_end_ - kEndClocks, quiet_until_}) - now, bus - 1);
    return {span > 1 ? static_cast<std::uint32_t>(span) : 0, false};
  }

 private:
  // After `at` the hart does what the bus or its next op tells, unless `unforeseen`: then something begins that may let
  // an interrupt in, or waits for one.
  struct End {
    Cycle at = kNever;
    bool unforeseen = false;
  };

  // At most so many clocks before its end a hart leaves COMPUTE.
  static constexpr Cycle kEndClocks = 2;

  static bool is_transfer(Opcode opcode) {
    switch (opcode) {
      case Opcode::kLoad:
      case Opcode::kStore:
      case Opcode::kAmoSwap:
      case Opcode::kAmoAdd:
      case Opcode::kAmoOr:
      case Opcode::kAmoAnd:
      case Opcode::kCas: return true;
      default: return false;
    }
  }

  bool must_ask(Cycle now) {
    if (next_end_ <= now) pass_ends(now);
    return quiet_until_ <= now;
  }

  void pass_ends(Cycle now) {
    next_end_ = kNever;
    for (End& end : ends_) {
      if (end.at <= now) {
        if (end.unforeseen) forget();
        end.at = kNever;
      }
      next_end_ = std::min(next_end_, end.at);
    }
  }

  std::vector<End> ends_;
  Cycle next_end_ = kNever;
  Cycle quiet_until_ = 0;
  std::uint32_t grant_;  // cycles from a request on an idle bus to its access
  bool begun_ = false;   // an op, since the last clock
};

}  // namespace sim
