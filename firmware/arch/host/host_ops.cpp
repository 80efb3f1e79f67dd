// SPDX-License-Identifier: Apache-2.0
// What an op of a hart does and how long it takes.
#include <algorithm>
#include <cassert>

#include "firmware/arch/host/host_hart.h"

namespace host {

using platform::hart::Opcode;
using platform::hart::Status;
using sim::Cycle;
using sim::HartId;

sim::Completion HostMachine::execute(HartId id, const sim::Op& op) {
  if (op.lead != 0) {
    sim::Completion lead = execute(id, {.opcode = Opcode::kCompute, .data = op.lead, .marks = op.marks});
    if (lead.status == Status::kDone) {
      sim::Completion done = execute(id, {.opcode = op.opcode, .addr = op.addr, .data = op.data, .compare = op.compare});
      done.marks_done = lead.marks_done;
      return done;
    }
    lead.status = Status::kNotStarted;
    return lead;
  }
  Hart& hart = *harts_[id];
  Fiber* const fiber = fiber_of(arch::running_context);
  hart.op = op;
  hart.fiber = fiber;
  hart.completion = {};
  begin(hart);
  fiber->leave();
  return harts_[fiber->hart]->completion;
}

void HostMachine::begin(Hart& hart) {
  hart.start = now_;
  hart.marks_done = 0;
  if (takeable(hart)) {
    const bool compute = hart.op.opcode == Opcode::kCompute;
    hart.completion.remaining = compute ? hart.op.data : 0;
    enter_trap(hart, compute ? Status::kTrapped : Status::kNotStarted);
    return;
  }
  if (sim::is_transfer(hart.op.opcode)) {
    hart.phase = Hart::Phase::kBus;
    bus_free_ = std::max(bus_free_, now_) + timing_.bus;
    hart.end = bus_free_;
    return;
  }
  switch (hart.op.opcode) {
    case Opcode::kCompute:
      hart.phase = Hart::Phase::kCompute;
      hart.end = now_ + hart.op.data;
      break;
    case Opcode::kWfi:
      hart.phase = Hart::Phase::kWfi;
      devices_.set_wfi(hart.id, true, now_);
      break;
    default:
      hart.phase = Hart::Phase::kCsr;
      hart.end = now_ + timing_.csr;
      break;
  }
}

Cycle HostMachine::due(const Hart& hart) const {
  switch (hart.phase) {
    case Hart::Phase::kHeld:
    case Hart::Phase::kSoftware: return sim::kNever;
    case Hart::Phase::kCompute: {
      const auto& marks = hart.op.marks.marks;
      const Cycle mark = hart.marks_done < marks.size() ? hart.start + marks[hart.marks_done].offset : sim::kNever;
      return std::min({mark, hart.end, takeable(hart) ? now_ : sim::kNever});
    }
    case Hart::Phase::kWfi: return pending(hart) || hart.nmi_pending ? std::max(hart.start + 1, now_) : sim::kNever;
    default: return hart.end;
  }
}

void HostMachine::apply_marks_until(Hart& hart, Cycle cycle) {
  const auto& marks = hart.op.marks.marks;
  while (hart.marks_done < marks.size() && hart.start + marks[hart.marks_done].offset <= cycle) {
    apply(hart.id, marks[hart.marks_done], hart.op.marks.payloads);
    ++hart.marks_done;
  }
}

void HostMachine::finish(Hart& hart) {
  switch (hart.phase) {
    case Hart::Phase::kCompute:
      apply_marks_until(hart, now_);
      if (now_ >= hart.end) break;
      if (takeable(hart)) {
        hart.completion.remaining = static_cast<std::uint32_t>(hart.end - now_);
        hart.completion.marks_done = hart.marks_done;
        enter_trap(hart, Status::kTrapped);
      }
      return;
    case Hart::Phase::kWfi:
      devices_.set_wfi(hart.id, false, now_);
      if (takeable(hart)) {
        enter_trap(hart, Status::kTrapped);
        return;
      }
      break;
    case Hart::Phase::kBus:
      transfer(hart);
      if (hart.phase == Hart::Phase::kHeld) return;  // it has stopped itself
      break;
    case Hart::Phase::kCsr:
      csr(hart);
      if (settle(hart)) return;
      break;
    default: break;
  }
  hart.completion.marks_done = hart.marks_done;
  resume(hart.id);
}

void HostMachine::transfer(Hart& hart) {
  const sim::Op op = hart.op;
  if (op.opcode == Opcode::kStore) {
    const bool done = bus_write(op.addr, op.data);
    hart.completion.bus_error = !done;
    return;
  }
  const model::Answer old = bus_read(op.addr);
  hart.completion.data = old.data;
  hart.completion.bus_error = old.error;
  if (old.error) return;
  if (op.opcode == Opcode::kAmoSwap) bus_write(op.addr, op.data);
  if (op.opcode == Opcode::kAmoAdd) bus_write(op.addr, old.data + op.data);
  if (op.opcode == Opcode::kAmoOr) bus_write(op.addr, old.data | op.data);
  if (op.opcode == Opcode::kAmoAnd) bus_write(op.addr, old.data & op.data);
  if (op.opcode == Opcode::kCas && old.data == op.compare) bus_write(op.addr, op.data);
}

void HostMachine::csr(Hart& hart) {
  if (hart.op.opcode == Opcode::kMret) {
    hart.mie = true;
    return;
  }
  if (hart.op.opcode == Opcode::kMnret) {
    hart.in_nmi = false;
    return;
  }
  const bool mstatus = hart.op.addr == platform::csr::kMstatus;
  if (!mstatus && hart.op.addr != platform::csr::kMie) {
    panic_message_ = "host machine: CSR not modelled";
    panicked_ = true;
    return;
  }
  const std::uint32_t old = mstatus ? (hart.mie ? platform::csr::kMstatusMie : 0) : hart.mie_bits;
  std::uint32_t value = old;
  if (hart.op.opcode == Opcode::kCsrWrite) value = hart.op.data;
  if (hart.op.opcode == Opcode::kCsrSet) value = old | hart.op.data;
  if (hart.op.opcode == Opcode::kCsrClear) value = old & ~hart.op.data;
  hart.completion.data = old;
  if (mstatus) {
    hart.mie = (value & platform::csr::kMstatusMie) != 0;
  } else {
    hart.mie_bits = value;
  }
}

}  // namespace host
