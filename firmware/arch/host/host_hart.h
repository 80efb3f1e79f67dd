// SPDX-License-Identifier: Apache-2.0
// What the host machine keeps per hart. Shared by the parts of its implementation only.
#pragma once

#include <array>

#include "firmware/arch/host/fiber.h"
#include "firmware/arch/host/host_machine.h"
#include "firmware/arch/host/trace_registers.h"
#include "platform.h"

namespace host {

struct HostMachine::Hart {
  enum class Phase : std::uint8_t { kHeld, kSoftware, kCompute, kBus, kCsr, kWfi, kTrapEntry };

  sim::HartId id = 0;
  Phase phase = Phase::kHeld;
  bool mie = false;
  bool in_nmi = false;
  bool nmi_pending = false;
  std::uint32_t mie_bits = 0;
  std::uint32_t mip_bits = 0;  // the devices' lines
  std::uint32_t mcause = 0;
  std::array<std::uint32_t, kTraceRegistersPerHart> trace_registers{};

  sim::Op op{};
  sim::Cycle start = 0;
  sim::Cycle end = 0;  // of the phase; COMPUTE: unless a trap comes first
  std::uint32_t marks_done = 0;
  sim::Completion completion{};
  Fiber* fiber = nullptr;  // whose op is in flight, or the one running
};

struct HostMachine::Fiber : arch::Context, FiberStack {
  bool freed = false;
};

}  // namespace host
