// SPDX-License-Identifier: Apache-2.0
// Finds the moments of a run that its waves are marked with: the first trapped balance and what became of it, the report
// of an error and the way back to fair.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/kernel/config.h"
#include "sim/observer.h"
#include "waves/save_file.h"

namespace waves {

class Moments {
 public:
  void on_event(const sim::Event& event);

  [[nodiscard]] std::vector<Marker> markers() const;
  // Hart of the first trapped balance, if there was one.
  [[nodiscard]] std::optional<sim::HartId> trapped_hart() const { return trapped_hart_; }
  [[nodiscard]] const std::map<std::uint64_t, std::string>& tasks() const { return tasks_; }

 private:
  void on_hart_event(const sim::Event& event);
  void mark(std::optional<sim::Cycle>& moment, sim::Cycle cycle) {
    if (!moment) moment = cycle;
  }

  std::array<sim::Cycle, kNrCpusMax> balance_since_{};
  std::optional<sim::HartId> trapped_hart_;
  std::optional<sim::Cycle> loop_start_, breakout_, kick_, irq_work_, fresh_balance_, bark_, bite_;
  std::optional<sim::Cycle> sysrq_, watchdog_miss_, error_, bypass_, disable_;
  std::map<std::uint64_t, std::string> tasks_;
};

}  // namespace waves
