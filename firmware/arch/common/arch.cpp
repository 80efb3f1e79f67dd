// SPDX-License-Identifier: Apache-2.0
// The kernel's arch:: functions over a Port: lazy cost, marks, traps nested on the running context.
#include "firmware/kernel/arch.h"

#include <array>
#include <cassert>
#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/arch/common/port.h"
#include "firmware/kernel/config.h"
#include "trace_events.h"

namespace arch {

Context* running_context = nullptr;

namespace {

using platform::hart::Opcode;
using platform::hart::Status;

// The software state of one hart. Belongs to the hart, so a context switch hands it over without copying.
struct HartState {
  std::uint32_t pending = 0;  // cycles charged, not burnt
  bool mie = false;           // mirrors mstatus.MIE, which only this software and traps change
  std::vector<sim::Mark> marks;
  std::vector<std::uint8_t> payloads;
};

Port* port = nullptr;
std::vector<std::unique_ptr<std::byte[]>> kernel_memory;  // of this boot
std::array<HartState, kernel::kNrCpusMax> hart_states;

HartState& this_hart() { return hart_states[running_context->hart]; }

// Handles the trap the hart has entered, and those its return runs into, nested on the running context.
void take_trap(sim::Completion taken);

// Charged cycles burn ahead of the op, or as it. The marks move to the context: handlers that interrupt it charge and
// mark on the hart anew.
void attach_charge(HartState& hart, sim::Op& op) {
  (op.opcode == Opcode::kCompute ? op.data : op.lead) = std::exchange(hart.pending, 0);
  if (hart.marks.empty()) return;
  Flight& flight = running_context->flights[running_context->depth];
  flight.marks.clear();
  flight.payloads.clear();
  flight.marks.swap(hart.marks);
  flight.payloads.swap(hart.payloads);
  op.marks = {.marks = flight.marks, .payloads = flight.payloads.data()};
}

// After a trap cut the COMPUTE short: the rest of it and of its marks.
void keep_rest(sim::Op& op, const sim::Completion& completion) {
  std::uint32_t& cycles = op.opcode == Opcode::kCompute ? op.data : op.lead;
  const std::uint32_t burnt = cycles - completion.remaining;
  cycles = completion.remaining;
  const auto rest = op.marks.marks.subspan(completion.marks_done);
  if (rest.empty()) {
    op.marks = {};
    return;
  }
  auto& flight = running_context->flights[running_context->depth];
  const std::size_t first = flight.marks.size() - rest.size();
  for (std::size_t i = first; i < flight.marks.size(); ++i) flight.marks[i].offset -= burnt;
  op.marks.marks = std::span(flight.marks).subspan(first);
}

// The hart's charge and then the op's effect, exactly once, with every trap they report handled.
sim::Completion perform(sim::Op op) {
  attach_charge(this_hart(), op);
  for (;;) {
    const sim::Completion completion = port->execute(running_context->hart, op);
    if (completion.bus_error) panic("bus error");
    if (completion.status == Status::kDone) return completion;
    take_trap(completion);
    if (op.opcode == Opcode::kCompute || completion.status == Status::kNotStarted) {
      keep_rest(op, completion);
    } else {
      return completion;  // CSR, MRET, WFI: the effect is done, its trap has been handled
    }
  }
}

// Leaves the handler. Status kTrapped: the next pending interrupt was taken by the return itself.
sim::Completion return_from_trap(bool nmi) {
  sim::Op op{.opcode = nmi ? Opcode::kMnret : Opcode::kMret};
  attach_charge(this_hart(), op);
  for (;;) {
    const sim::Completion completion = port->execute(running_context->hart, op);
    if (completion.status == Status::kNotStarted) {
      take_trap(completion);  // only an NMI can come before the return: the handler runs with MIE = 0
      keep_rest(op, completion);
      continue;
    }
    // Every maskable trap is taken with MIE = 1 and nothing writes MPIE, so MRET always brings MIE back to 1.
    if (!nmi) this_hart().mie = true;
    return completion;
  }
}

void take_trap(sim::Completion taken) {
  Context* const context = running_context;
  do {
    if (context->depth + 1 >= kTrapDepthMax) panic("traps nested too deep");
    ++context->depth;
    const auto cause = taken.nmi ? trace::Cause::kNmi : static_cast<trace::Cause>(taken.cause);
    if (!taken.nmi) this_hart().mie = false;
    trace::irq_entry(cause);
    if (taken.nmi) {
      kernel::nmi();
      trace::irq_exit(cause);
    } else {
      kernel::trap(taken.cause);
      trace::irq_exit(cause);
      kernel::trap_return();
    }
    // The handler's last cost still burns at its own level: below it lies the interrupted COMPUTE, marks and all.
    taken = return_from_trap(taken.nmi);
    --context->depth;
  } while (taken.status == Status::kTrapped);
}

std::uint32_t bus_op(Opcode opcode, Addr addr, std::uint32_t data, std::uint32_t compare = 0) {
  return perform({.opcode = opcode, .addr = addr, .data = data, .compare = compare}).data;
}

void add_mark(sim::Mark mark, const void* payload) {
  HartState& hart = this_hart();
  if (hart.pending == 0) {
    port->apply(running_context->hart, mark, static_cast<const std::uint8_t*>(payload));
    return;
  }
  mark.offset = hart.pending;
  if (mark.reg != sim::kEventMark && !hart.marks.empty()) {
    sim::Mark& last = hart.marks.back();
    if (last.reg == mark.reg && last.offset == mark.offset && last.hart == mark.hart) {
      last.value = mark.value;  // a register that is written twice in one cycle shows the last value
      return;
    }
  }
  if (mark.reg == sim::kEventMark) {
    mark.value = static_cast<std::uint32_t>(hart.payloads.size());
    const auto* bytes = static_cast<const std::uint8_t*>(payload);
    hart.payloads.insert(hart.payloads.end(), bytes, bytes + mark.length);
  }
  hart.marks.push_back(mark);
}

}  // namespace

void attach_port(Port& machine, unsigned harts) {
  port = &machine;
  running_context = nullptr;
  kernel_memory.clear();
  for (sim::HartId hart = 0; hart < harts; ++hart) reset_hart(hart);
}

void reset_hart(sim::HartId hart) { hart_states[hart] = HartState{}; }

void* memory(size_t bytes) {
  static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= 16);
  std::unique_ptr<std::byte[]> block(new (std::nothrow) std::byte[bytes]{});
  if (block == nullptr) return nullptr;
  return kernel_memory.emplace_back(std::move(block)).get();
}

unsigned smp_processor_id() { return running_context->hart; }

uint64_t cycles() { return port->now() - port->boot_cycle() + this_hart().pending; }

void charge(uint32_t count) {
  HartState& hart = this_hart();
  if (count <= std::numeric_limits<std::uint32_t>::max() - hart.pending) [[likely]] {
    hart.pending += count;
    return;
  }
  flush();
  this_hart().pending += count;
}

void flush() {
  if (this_hart().pending != 0) perform({.opcode = Opcode::kCompute});
}

uint32_t load(Addr addr) { return bus_op(Opcode::kLoad, addr, 0); }

void store(Addr addr, uint32_t value) { bus_op(Opcode::kStore, addr, value); }

uint32_t amo(Amo op, Addr addr, uint32_t operand) {
  static constexpr std::array kOpcodes{Opcode::kAmoSwap, Opcode::kAmoAdd, Opcode::kAmoOr, Opcode::kAmoAnd};
  return bus_op(kOpcodes[static_cast<std::size_t>(op)], addr, operand);
}

uint32_t cas(Addr addr, uint32_t expected, uint32_t desired) { return bus_op(Opcode::kCas, addr, desired, expected); }

bool local_irq_save() {
  if (!this_hart().mie) {
    charge(1);  // the CSR access is made all the same; it changes nothing another part could see
    return false;
  }
  perform({.opcode = Opcode::kCsrClear, .addr = platform::csr::kMstatus, .data = platform::csr::kMstatusMie});
  this_hart().mie = false;
  return true;
}

void local_irq_restore(bool enabled) {
  if (enabled == this_hart().mie) {
    charge(1);
    return;
  }
  if (!enabled) {
    local_irq_save();
    return;
  }
  perform({.opcode = Opcode::kCsrSet, .addr = platform::csr::kMstatus, .data = platform::csr::kMstatusMie});
  // If a trap was due it has been handled, maybe with this context moved to another hart: MIE is 1 there too.
  this_hart().mie = true;
}

bool irqs_disabled() { return !this_hart().mie; }

void enable_interrupt_sources(uint32_t mie_bits) {
  perform({.opcode = Opcode::kCsrWrite, .addr = platform::csr::kMie, .data = mie_bits});
}

void wait_for_interrupt() { perform({.opcode = Opcode::kWfi}); }

Context* context_create(void (*entry)(void*), void* arg) { return port->context_create(entry, arg); }

void context_free(Context* context) { port->context_free(context); }

Context* current_context() { return running_context; }

void switch_to(Context* prev, Context* next) {
  assert(prev == running_context && prev != next);
  next->hart = prev->hart;
  port->context_switch(prev, next);
  assert(running_context == prev);
}

void trace_reg(TraceReg reg, unsigned hart, uint32_t value) {
  add_mark({.offset = 0,
            .reg = static_cast<std::uint8_t>(reg),
            .event = 0,
            .hart = static_cast<std::uint16_t>(hart),
            .value = value,
            .length = 0},
           nullptr);
}

void trace_event(uint8_t id, const void* payload, size_t length) {
  add_mark({.offset = 0,
            .reg = sim::kEventMark,
            .event = id,
            .hart = static_cast<std::uint16_t>(running_context->hart),
            .value = 0,
            .length = static_cast<std::uint32_t>(length)},
           payload);
}

void console_write(const char* text, size_t length) { port->console(running_context->hart, std::string_view(text, length)); }

void panic(const char* message) {
  port->panic(running_context->hart, message);
  __builtin_unreachable();  // g++ 12 does not carry [[noreturn]] through a virtual call
}

}  // namespace arch
