// SPDX-License-Identifier: Apache-2.0
// How many cycles the next clock may stand for: the least of three bounds. The bridge presents the ops, so it knows when a
// hart has burnt its cycles; the bus tells at every edge how far its transfer is; the RTL answers for everything else when it
// is asked (horizon), and the answer holds until software does something that it does not foresee.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/hart_op.h"

namespace sim {

class SkipPlan {
 public:
  struct Edge {
    std::uint32_t skip;      // the RTL's skip input: 0 for an ordinary clock
    bool ask;                // an ordinary clock with horizon_en; report its answer by answered()
    std::uint64_t leap = 0;  // the RTL's leap input
    bool finish = false;     // and its finish input
  };

  SkipPlan(unsigned harts, std::uint16_t mem_latency) : ends_(harts), grant_(std::uint32_t{mem_latency} + 1) {}

  // `op` has been presented to `hart`, and begins with the clock after cycle `now`.
  void begin(HartId hart, Opcode opcode, std::uint32_t addr, std::uint32_t cycles, Cycle now) {
    End& end = ends_[hart];
    end = {.at = now + cycles};
    if (is_transfer(opcode)) end = {.at = now + cycles + 1, .transfer = true, .leap = leap_of(opcode, addr)};
    else end.unforeseen = opcode != Opcode::kCompute || cycles == 0;
    note(hart);
    others_waiting_ &= ~bit(hart);
    begun_ = true;
  }

  // A device was accessed, an input has changed, a hart was reset: the horizon has to be asked for anew.
  void forget() { quiet_until_ = 0; }

  // The RTL's answer to a clock that asked. A hart whose rsp_status is not kDone burns no more: every trap is taken in
  // such a clock.
  void answered(Cycle now, std::uint32_t horizon, const std::uint8_t* rsp_status) {
    quiet_until_ = now + horizon;
    for (HartId hart = 0; hart < ends_.size(); ++hart) {
      if (static_cast<Status>(rsp_status[hart] & platform::hart::kRspStatus) != Status::kDone) ends_[hart] = End{};
    }
  }

  // The clock after cycle `now`, not past `limit`; `bus` is the RTL's bus_horizon.
  [[nodiscard]] Edge next(Cycle now, Cycle limit, std::uint32_t bus) {
    if (must_ask(now)) return {.skip = 0, .ask = true};
    const Cycle until = std::min(limit, quiet_until_);
    // Transfers that begin later wait for the bus; with one that begins at the same cycle the arbiter decides.
    const End& first = ends_[first_hart_];
    if (bus == platform::kHorizonNever && first_transfer_ < second_transfer_ && first.leap != 0 && first.at == first_transfer_ &&
        first.at + first.leap <= std::min(until, first_other_)) {
      const Cycle span = first.at + first.leap - now;
      return {.skip = static_cast<std::uint32_t>(span), .ask = false, .leap = bit(first_hart_)};
    }
    if (bus == 0 && others_waiting_ == 0 && now + grant_ + 1 <= std::min(until, first_other_)) {
      return {.skip = grant_ + 1, .ask = false, .finish = true};
    }
    const Cycle span = std::min<Cycle>(std::min(until, next_end_) - now, bus != 0 ? bus : grant_);
    return {.skip = span > 1 ? static_cast<std::uint32_t>(span) : 0, .ask = false};
  }

  // The same where every change of state is to be seen at its cycle: a skip passes nothing but countdowns.
  [[nodiscard]] Edge next_shown(Cycle now, Cycle limit, std::uint32_t bus) {
    if (must_ask(now)) return {.skip = 0, .ask = true};
    const bool begun = begun_;
    begun_ = false;
    if (begun || bus == 0 || next_end_ <= now + kEndClocks) return {.skip = 0, .ask = false};
    const Cycle span = std::min<Cycle>(std::min({limit, next_end_ - kEndClocks, quiet_until_}) - now, bus - 1);
    return {.skip = span > 1 ? static_cast<std::uint32_t>(span) : 0, .ask = false};
  }

 private:
  // After `at` the hart does what the bus or its next op tells, unless `unforeseen`: then something begins that may let
  // an interrupt in, or waits for one.
  struct End {
    Cycle at = kNever;
    bool unforeseen = false;
    bool transfer = false;   // it begins with that cycle
    std::uint32_t leap = 0;  // so many cycles more of it may be passed: 0 unless to RAM
  };

  // At most so many clocks before its end a hart leaves COMPUTE.
  static constexpr Cycle kEndClocks = 2;

  [[nodiscard]] std::uint32_t leap_of(Opcode opcode, std::uint32_t addr) const {
    if (addr - platform::ram::kBase >= platform::ram::kSizeDefault || addr % 4 != 0) return 0;
    return opcode == Opcode::kLoad ? grant_ + 1 : grant_;
  }

  static std::uint64_t bit(HartId hart) { return std::uint64_t{1} << hart; }

  void note(HartId hart) {
    const End& end = ends_[hart];
    next_end_ = std::min(next_end_, end.at);
    if (!end.transfer) {
      first_other_ = std::min(first_other_, end.at);
    } else if (end.at < first_transfer_) {
      second_transfer_ = first_transfer_;
      first_transfer_ = end.at;
      first_hart_ = hart;
    } else {
      second_transfer_ = std::min(second_transfer_, end.at);
    }
  }

  bool must_ask(Cycle now) {
    if (next_end_ <= now) pass_ends(now);
    return quiet_until_ <= now;
  }

  void pass_ends(Cycle now) {
    next_end_ = first_transfer_ = second_transfer_ = first_other_ = kNever;
    for (HartId hart = 0; hart < ends_.size(); ++hart) {
      End& end = ends_[hart];
      if (end.at <= now) {
        if (end.unforeseen) forget();
        if (end.transfer && end.leap != grant_ + 1) others_waiting_ |= bit(hart);
        end = End{};
      }
      note(hart);
    }
  }

  std::vector<End> ends_;
  // Of all ends, or earlier: an op cut short leaves its own behind.
  Cycle next_end_ = kNever;
  Cycle first_transfer_ = kNever;
  Cycle second_transfer_ = kNever;
  Cycle first_other_ = kNever;
  HartId first_hart_ = 0;
  std::uint64_t others_waiting_ = 0;  // whose transfer, no load from RAM, has begun and is not served
  Cycle quiet_until_ = 0;
  std::uint32_t grant_;  // cycles from a request on an idle bus to its access clock
  bool begun_ = false;   // an op, since the last clock
};

}  // namespace sim
