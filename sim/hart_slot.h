// SPDX-License-Identifier: Apache-2.0
// The software side of one hart port: the op in flight. Private to the Soc.
#pragma once

#include <memory>

#include "sim/soc.h"

namespace sim {

struct Soc::HartSlot final : hart_if {
  HartSlot(Soc& owner, HartId hart)
      : soc(owner),
        id(hart),
        bit(std::uint64_t{1} << hart),
        pins(owner.model_->op_pins(hart)),
        served(std::make_unique<sc_core::sc_event>()) {}

  Completion execute(const Op& request) override;

  [[nodiscard]] Status status() const { return static_cast<Status>(*pins.rsp_status & platform::hart::kRspStatus); }
  [[nodiscard]] std::uint32_t burnt() const { return computing - *pins.rsp_remaining; }

  Soc& soc;
  const HartId id;
  const std::uint64_t bit;
  const OpPins pins;
  const Op* op = nullptr;         // owned by the caller, which is blocked in execute()
  bool done = false;
  Cycle issued = 0;
  std::uint32_t computing = 0;    // cycles of the COMPUTE, or of the lead
  std::uint32_t marks_done = 0;
  Cycle next_mark = kNever;       // the first cycle that the next mark can be due at
  std::uint32_t prompt = 0;       // index of the next mark that must be applied at its cycle
  std::unique_ptr<sc_core::sc_event> served;  // replaced at a reset: abandoned threads are never woken

 private:
  [[nodiscard]] Completion completion() const;
};

}  // namespace sim
