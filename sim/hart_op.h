// SPDX-License-Identifier: Apache-2.0
// The hart port's vocabulary: requests of firmware to a hart, and its answers. No SystemC, no Verilator here:
// every implementation of the port (the RTL bridge, the host model) speaks it.
#pragma once

#include <cstdint>
#include <span>

#include "platform.h"  // generated: opcodes and statuses are declared in rtl/registers.yaml

namespace sim {

using Cycle = std::uint64_t;
using HartId = std::uint32_t;

inline constexpr Cycle kNever = ~Cycle{0};

using Opcode = platform::hart::Opcode;
using Status = platform::hart::Status;

// Whether the op goes over the bus.
constexpr bool is_transfer(Opcode opcode) {
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

// Something that happens `offset` cycles into a COMPUTE without costing any: a trace register written or an event logged.
struct Mark {
  std::uint32_t offset;  // cycles from the op's first; 0..cycles. Ascending within one op
  std::uint8_t reg;      // platform::hart::TraceRegister, or kEventMark
  std::uint8_t event;    // event id (kEventMark only)
  std::uint16_t hart;    // whose trace register
  std::uint32_t value;   // register value, or offset of the payload in `MarkList::payloads`
  std::uint32_t length;  // payload bytes (kEventMark only)
};

inline constexpr std::uint8_t kEventMark = 0xff;

// The marks of one op. Both spans stay valid until the op has completed.
struct MarkList {
  std::span<const Mark> marks;
  const std::uint8_t* payloads = nullptr;
};

struct Op {
  Opcode opcode;
  std::uint32_t addr = 0;     // bus address, or CSR number
  std::uint32_t data = 0;     // store data, AMO operand, CSR operand, COMPUTE cycles
  std::uint32_t compare = 0;  // CAS: the expected word
  MarkList marks = {};        // along the COMPUTE, or the lead
  std::uint32_t lead = 0;     // any op but COMPUTE: as if COMPUTE(lead) came first, with nothing in between
};

struct Completion {
  Status status = Status::kDone;
  bool bus_error = false;        // the address is not decoded, or misaligned
  bool nmi = false;              // kTrapped, kNotStarted: the trap taken is an NMI
  std::uint32_t cause = 0;       // interrupt number (3, 7, 11) when a trap was taken and it is no NMI
  std::uint32_t data = 0;        // loaded word, old word (AMO, CAS), old CSR value
  std::uint32_t remaining = 0;   // COMPUTE: cycles not burnt; lead: the same, and the op was not started
  std::uint32_t marks_done = 0;  // how many of the op's marks have been applied
};

}  // namespace sim
