// SPDX-License-Identifier: Apache-2.0
// Finds the moments of a run that its waves are marked with: the first trapped balance and what became of it, the report
// of an error and the way back to fair.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/kernel/config.h"
#include "log/decode.h"
#include "waves/view.h"

namespace waves {

// What the markers are called, in the order of a story, and what the reader of the waves is told about each.
struct Moment {
  std::string_view name;
  std::string_view meaning;
};
inline constexpr std::array kMoments{
    Moment{"loop start", "ops.dispatch() in a loop"},
    Moment{"breakout", "balance gives up"},
    Moment{"kick", "own MSIP, interrupts off"},
    Moment{"irq_work taken", "interrupts come on"},
    Moment{"fresh balance", "the policy is asked again"},
    Moment{"sysrq", "a key was pressed"},
    Moment{"watchdog miss", "it has not run in time"},
    Moment{"error", "the policy must go"},
    Moment{"bypass", "the kernel runs tasks itself"},
    Moment{"disabled", "all tasks are under fair"},
    Moment{"bark", "not petted in time: NMI"},
    Moment{"bite", "still not petted: reset"},
};

class Moments {
 public:
  void on_event(const event_log::EventView& event);

  [[nodiscard]] std::vector<Marker> markers() const;
  // Hart of the first trapped balance, if there was one.
  [[nodiscard]] std::optional<sim::HartId> trapped_hart() const { return trapped_hart_; }
  // Guarded hart of the first bark, if there was one.
  [[nodiscard]] std::optional<sim::HartId> guarded_hart() const { return guarded_hart_; }
  [[nodiscard]] const std::map<std::uint64_t, std::string>& tasks() const { return tasks_; }

 private:
  // The first bark for each hart; a bark lasts one cycle, and only its marker can be seen from afar.
  struct Bark {
    sim::HartId guarded;
    sim::Cycle cycle;
  };
  static constexpr std::size_t kBarksMax = 4;

  void on_bark(sim::HartId guarded, sim::Cycle cycle);
  void on_hart_event(const event_log::EventView& event);
  void mark(std::optional<sim::Cycle>& moment, sim::Cycle cycle) {
    if (!moment) moment = cycle;
  }

  std::array<sim::Cycle, kernel::kNrCpusMax> balance_since_{};
  std::optional<sim::HartId> trapped_hart_;
  std::optional<sim::HartId> guarded_hart_;
  std::vector<Bark> barks_;
  std::optional<sim::Cycle> loop_start_, breakout_, kick_, irq_work_, fresh_balance_, bark_, bite_;
  std::optional<sim::Cycle> sysrq_, watchdog_miss_, error_, bypass_, disable_;
  std::map<std::uint64_t, std::string> tasks_;
};

}  // namespace waves
