// SPDX-License-Identifier: Apache-2.0
// A machine provides these, so that arch/common can offer the kernel its arch:: functions: ops on harts, contexts, time,
// observation. Implemented by arch/systemc (RTL harts) and arch/host (a model in host memory).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/hart_op.h"

namespace arch {

// Marks of the COMPUTE in flight at one interrupt nesting level.
struct Flight {
  std::vector<sim::Mark> marks;
  std::vector<std::uint8_t> payloads;
};

// Nesting: task level, one interrupt, one NMI, and traps taken by MRET stay at their level; the rest is headroom.
inline constexpr unsigned kTrapDepthMax = 8;

// A flow of control with its own stack. A hart runs exactly one at a time; `hart` is meaningful while it does.
struct Context {
  sim::HartId hart = 0;
  unsigned depth = 0;  // interrupt nesting
  std::array<Flight, kTrapDepthMax> flights;
};

class Port {
 public:
  virtual ~Port() = default;

  // Runs one op on the hart and returns its completion; blocks the calling context, never the machine.
  virtual sim::Completion execute(sim::HartId hart, const sim::Op& op) = 0;
  // Current cycle since power-on.
  [[nodiscard]] virtual sim::Cycle now() const = 0;
  // The cycle at which mtime was 0 in the current boot.
  [[nodiscard]] virtual sim::Cycle boot_cycle() const = 0;
  // Applies a mark at the current cycle; offset is ignored.
  virtual void apply(sim::HartId hart, const sim::Mark& mark, const std::uint8_t* payloads) = 0;

  virtual Context* context_create(void (*entry)(void*), void* arg) = 0;
  virtual void context_free(Context* context) = 0;
  // Suspends prev, the calling context, and resumes next on prev's hart. Returns when prev is resumed.
  virtual void context_switch(Context* prev, Context* next) = 0;

  virtual void console(sim::HartId hart, std::string_view text) = 0;
  [[noreturn]] virtual void panic(sim::HartId hart, std::string_view message) = 0;
};

// Makes `port` the machine behind the arch:: functions, with `harts` harts in reset state. Call at power-on.
void attach_port(Port& port, unsigned harts);
// Forgets pending cost and interrupt state of a hart that has just left reset.
void reset_hart(sim::HartId hart);

// The running context. Ports set it whenever they resume one.
extern Context* running_context;

}  // namespace arch
