// SPDX-License-Identifier: Apache-2.0
// The devices of the host machine: MSWI, the timer, the PLIC and the watchdog as models/ has them, wired as rtl/soc.v wires
// them, and the test sources. They are clocked where something happens and jump over the cycles in between.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/mswi.h"
#include "models/mtimer.h"
#include "models/plic.h"
#include "models/swdt.h"
#include "sim/hart_op.h"

namespace host {

class Devices {
 public:
  struct Parameters {
    unsigned harts;
    std::uint32_t ipi_latency;     // cycles, as the hardware file has them
    std::uint32_t timer_prescale;  // clocks per tick of mtime, less one
  };
  // What harts and testbench see at a cycle. Bit h: hart h.
  struct Lines {
    std::uint64_t external = 0, software = 0, timer = 0;  // MEIP, MSIP, MTIP
    friend bool operator==(const Lines&, const Lines&) = default;
  };
  // What the watchdog did, each once. Bit h: hart h.
  struct Barks {
    std::uint64_t nmi = 0;         // goes to that hart
    std::uint64_t bitten = 0;      // the guarded hart
    std::uint64_t hart_reset = 0;  // bites that reset one hart,
    bool system_reset = false;     // and the machine
  };

  explicit Devices(const Parameters& parameters);

  // The first cycle at which lines or barks may be others than update() has shown. kNever: not before somebody acts.
  [[nodiscard]] sim::Cycle next_change() const { return next_change_; }
  // Shows what harts see at cycle `now`. Cycles do not go back.
  void update(sim::Cycle now);
  [[nodiscard]] const Lines& lines() const { return shown_; }
  [[nodiscard]] Barks take_barks();

  // An access in the clock of cycle `now`; nothing if none of them is there. Two at one cycle take a clock each.
  std::optional<model::Answer> access(const model::Access& access, sim::Cycle now);

  // What a read there would find. It changes nothing.
  [[nodiscard]] std::optional<model::Answer> peek(std::uint32_t addr, sim::Cycle now);

  // Inputs, from the clock of cycle `now` on.
  void set_source(std::uint32_t source, bool level, sim::Cycle now);  // of the PLIC
  void set_wfi(sim::HartId hart, bool sleeps, sim::Cycle now);
  // What a bark samples; and the key that the test sources show.
  void set_site(sim::HartId hart, std::uint32_t site);
  void set_key(char key) { key_ = static_cast<std::uint8_t>(key); }

  // The reset of a bite, at cycle `now`: all but the watchdog's record of it. The levels are the testbench's.
  void reset(sim::Cycle now);

 private:
  struct Watchdog {
    model::Swdt device;
    model::Swdt::Inputs inputs;
    sim::HartId first_hart;
  };

  [[nodiscard]] model::Access to_watchdog(unsigned instance, const model::Access& access) const;
  [[nodiscard]] std::uint64_t levels() const;
  [[nodiscard]] Lines outputs() const;
  [[nodiscard]] std::uint64_t horizon() const;
  [[nodiscard]] model::Answer test_source_answer(const model::Access& access) const;
  [[nodiscard]] model::Answer answer(const model::Access& access) const;
  [[nodiscard]] bool decodes(std::uint32_t addr) const;
  void run_to(sim::Cycle cycle);
  void jump(std::uint64_t clocks);
  void clock(const model::Access& access);
  void plan();

  Parameters parameters_;
  model::Mswi mswi_;
  model::Mtimer mtimer_;
  model::Plic plic_;
  std::vector<Watchdog> watchdogs_;
  std::uint64_t sources_ = 0;  // levels of the PLIC's sources but the watchdog's
  std::uint8_t key_ = 0;
  sim::Cycle clocked_ = 0;  // clocks of all cycles before are over
  Lines shown_;
  Barks barks_;
  bool barked_ = false;  // barks_ has something
  sim::Cycle next_change_ = sim::kNever;
};

}  // namespace host
