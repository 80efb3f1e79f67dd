// SPDX-License-Identifier: Apache-2.0
// Cause and effect of the self-kick, the kick of the own CPU without flags, as the breakout uses it: each must be
// followed by a software interrupt on the same hart before that hart balances again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/kernel/config.h"
#include "log/decode.h"

namespace tb::monitor {

class KickMonitor {
 public:
  void on_event(const event_log::EventView& event);
  // The end of the run, or a reset: kicks on their way count neither as answered nor as unanswered.
  void cut();

  [[nodiscard]] std::uint64_t self_kicks() const { return self_kicks_; }
  [[nodiscard]] std::uint64_t unanswered() const { return unanswered_; }
  [[nodiscard]] sim::Cycle latency_max() const { return latency_max_; }  // kick to trap, in cycles

 private:
  std::array<std::optional<sim::Cycle>, kernel::kNrCpusMax> kicked_{};  // since when, per hart
  std::uint64_t self_kicks_ = 0;
  std::uint64_t unanswered_ = 0;
  sim::Cycle latency_max_ = 0;
};

}  // namespace tb::monitor
