// SPDX-License-Identifier: Apache-2.0
// The trace inputs of all harts: written in C++ whenever software shows something, taken over by the RTL at the clock behind a
// commit().
#pragma once

#include <bit>
#include <cstdint>

#include "sim/hart_op.h"
#include "sim/packed_bits.h"
#include "soc_pins.h"  // generated

namespace sim {

using TraceRegister = platform::hart::TraceRegister;

class TraceRegisters {
 public:
  // `pins` outlives this.
  explicit TraceRegisters(const Pins& pins) : pins_(pins) {}

  // mark.reg is a TraceRegister, of hart mark.hart.
  void set(const Mark& mark) {
    const unsigned hart = mark.hart;
    switch (static_cast<TraceRegister>(mark.reg)) {
      case TraceRegister::kSite: pins_.tr_site[hart] = static_cast<std::uint16_t>(mark.value); break;
      case TraceRegister::kPid: pins_.tr_pid[hart] = mark.value; break;
      case TraceRegister::kClass: pins_.tr_class[hart] = static_cast<std::uint8_t>(mark.value); break;
      case TraceRegister::kDispatchCalls: pins_.tr_calls[hart] = mark.value; break;
      case TraceRegister::kNeedResched: set_bit(pins_.tr_resched, hart, mark.value != 0); break;
      case TraceRegister::kRqLock: pins_.tr_rqlock[hart] = static_cast<std::uint8_t>(mark.value); break;
      case TraceRegister::kQueues: pins_.tr_queues[hart] = mark.value; break;
    }
    dirty_ |= std::uint64_t{1} << hart;
  }

  // Bit per hart: set and not committed.
  [[nodiscard]] std::uint64_t dirty() const { return dirty_; }

  // Lets the next clock take them over. One toggle per hart and clock, however many registers were written: two would cancel.
  void commit() {
    for (; dirty_ != 0; dirty_ &= dirty_ - 1) toggle_bit(pins_.tr_tgl, static_cast<unsigned>(std::countr_zero(dirty_)));
  }

 private:
  const Pins& pins_;
  std::uint64_t dirty_ = 0;
};

}  // namespace sim
