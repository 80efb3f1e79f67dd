// SPDX-License-Identifier: Apache-2.0
// Calls of ops.dispatch per balance, and when a hart is trapped: from a breakout, or from the first call beyond
// kBurst of one balance, to the next balance that ends otherwise, or until the policy is gone.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "firmware/kernel/config.h"
#include "log/decode.h"

namespace tb::monitor {

inline constexpr std::uint64_t kBurst = kernel::SCX_DSP_MAX_LOOPS;  // more calls than that in one balance is the stall itself

class BalanceMonitor {
 public:
  void on_event(const event_log::EventView& event);
  // Interrupts of the hart came on at `cycle`.
  void on_irqs_on(sim::HartId hart, sim::Cycle cycle);
  // The end of the run, or a reset: balances still running have not ended.
  void cut();

  struct Trapped {
    std::uint64_t count = 0;      // balances left by the breakout
    std::uint64_t calls_min = 0;  // calls in one of them
    std::uint64_t calls_max = 0;
    // From balance_enter to interrupts on, less what was spent waiting for locks; none from the report of an error to the
    // disable: what the policy does then is being looked at with interrupts off.
    sim::Cycle cycles_max = 0;
  };

  [[nodiscard]] std::uint64_t calls_max() const { return calls_max_; }
  [[nodiscard]] std::uint64_t endless_calls() const { return endless_calls_; }  // most calls of a balance that never ended
  [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& histogram() const { return histogram_; }
  [[nodiscard]] const Trapped& trapped() const { return trapped_; }
  [[nodiscard]] std::uint64_t ticks_served(sim::HartId hart) const { return harts_[hart].ticks; }

 private:
  struct Hart {
    bool in_balance = false;
    bool trapped = false;
    sim::Cycle entered = 0;
    std::uint64_t calls = 0;
    std::optional<sim::Cycle> burst_since;  // a trapped balance has ended, interrupts are still off
    sim::Cycle lock_wait = 0;               // of that balance
    std::uint64_t ticks = 0;                // served while trapped
  };

  void leave(Hart& hart, std::uint64_t calls, bool trapped, sim::Cycle lock_wait);

  std::array<Hart, kernel::kNrCpusMax> harts_{};
  std::map<std::uint64_t, std::uint64_t> histogram_;  // calls -> balances
  std::uint64_t calls_max_ = 0;
  std::uint64_t endless_calls_ = 0;
  Trapped trapped_;
  bool reported_ = false;  // an error of the policy that is loaded
};

}  // namespace tb::monitor
