// SPDX-License-Identifier: Apache-2.0
// The machine by its documentation (docs/internals/hart_port.md, docs/rtl/): harts, bus and RAM clocked one cycle at a time, around the
// reference models of the devices. It shares no code with the bridge, knows no skipping, and shows every mark at its cycle.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "models/mswi.h"
#include "models/mtimer.h"
#include "models/plic.h"
#include "models/swdt.h"
#include "sim/hart_op.h"
#include "sim/soc.h"

namespace sim_test {

// An op served: when software got its answer, and which.
struct Served {
  sim::Cycle cycle = 0;
  sim::HartId hart = 0;
  sim::Status status = sim::Status::kReset;
  bool bus_error = false;
  bool nmi = false;
  std::uint32_t cause = 0;
  std::uint32_t data = 0;  // where the op gives any
  std::uint32_t remaining = 0;
  std::uint32_t marks_done = 0;
  auto operator<=>(const Served&) const = default;
};

// An event mark as it was shown.
struct Shown {
  sim::Cycle cycle = 0;
  sim::HartId hart = 0;
  std::uint8_t event = 0;
  std::uint8_t value = 0;
  auto operator<=>(const Shown&) const = default;
};

struct Trace {
  std::vector<Served> served;  // ordered by (cycle, hart)
  std::vector<Shown> shown;
};

// The level of a test interrupt source from a cycle on.
struct Stimulus {
  sim::Cycle at;
  unsigned source;
  bool level;
};

// What a run needs besides its software.
struct Setup {
  unsigned harts = 4;
  sim::Knobs knobs{};
  std::vector<Stimulus> stimuli{};
  sim::Cycle cycles = 0;
};

// What runs on the harts. It sees nothing but the answers to its ops, so it does the same on whatever answers the same.
class Software {
 public:
  virtual ~Software() = default;
  // The hart's next op; null: it has left reset. The op's marks live until the next call for this hart.
  virtual sim::Op next(sim::HartId hart, const sim::Completion* answer) = 0;
};

// Whether the answer to such an op has data.
[[nodiscard]] bool gives_data(sim::Opcode opcode);

class ReferenceMachine {
 public:
  // `boot`: the cycle at which mtime is 0.
  ReferenceMachine(const Setup& setup, Software& software, sim::Cycle boot);
  [[nodiscard]] Trace run();

 private:
  enum class State { kHeld, kAsking, kBurning, kBeginning, kOnBus, kInWfi, kEntering };
  struct Hart {
    State state = State::kHeld;
    bool begun = false;  // of an op presented: its first edge is over
    sim::Op op{};
    sim::Cycle issued = 0;
    std::uint32_t left = 0;   // cycles of the COMPUTE or the lead to burn
    std::uint32_t entry = 0;  // clocks to the end of the trap entry, less one
    std::size_t next_mark = 0;
    sim::Completion answer{};
    bool mie = false, mpie = false, nmi_pending = false, nmi_active = false, nmi_seen = false;
    std::uint32_t enabled = 0;  // as the CSR mie
    std::uint32_t mcause = 0, mscratch = 0;
    std::uint16_t site = 0, site_input = 0;
  };
  struct Bus {
    enum class Phase { kIdle, kWait, kAccess } phase = Phase::kIdle;
    sim::HartId owner = 0, last = 0;
    bool any_before = false;
    std::uint32_t wait = 0;
  };
  struct Lines {
    std::uint64_t external = 0, software = 0, timer = 0, nmi = 0;
  };

  void serve(sim::HartId hart);
  void show_marks(sim::HartId hart);
  void clock();
  void clock_hart(sim::HartId id, Hart& hart, const Lines& lines);
  void clock_bus(const std::vector<bool>& requests);
  void begin(sim::HartId id, Hart& hart, std::uint32_t pending);
  void execute_csr(sim::HartId id, Hart& hart, std::uint32_t pending);
  [[nodiscard]] static bool takes(const Hart& hart, std::uint32_t pending);
  void take(Hart& hart, std::uint32_t pending, sim::Status status);
  void answer(Hart& hart, sim::Status status);
  // The access in the coming clock, and what it answers.
  [[nodiscard]] model::Access device_access() const;
  void finish_transfer(Hart& hart, const model::Access& access, const model::Swdt::Inputs& watchdog);

  Setup setup_;
  Software& software_;
  sim::Cycle now_;
  std::vector<Hart> harts_;
  Bus bus_;
  std::map<std::uint32_t, std::uint32_t> ram_;
  std::uint64_t run_ = 1;  // RUN of the hart control block
  model::Mswi mswi_;
  model::Mtimer mtimer_;
  model::Plic plic_;
  model::Swdt swdt_;
  std::uint64_t levels_ = 0;
  std::size_t next_stimulus_ = 0;
  Trace trace_;
};

}  // namespace sim_test
