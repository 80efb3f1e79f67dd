// SPDX-License-Identifier: Apache-2.0
// The events that say what was decided: which task a hart runs next, which CPU a task wakes up on, what became of the policy and of the
// harts. All other events say how and when that came about.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "log/decode.h"

namespace event_log {

// Decisions are in order within a stream. Between streams their order is a matter of time only.
struct StreamName {
  enum class Of : std::uint8_t { kHart, kBreakouts, kTask, kMachine };  // kBreakouts: of a hart

  Of of = Of::kMachine;
  sim::HartId hart = 0;
  std::string task;

  // "hart 2", "breakouts of hart 2", "task hog0", "the machine".
  [[nodiscard]] std::string text() const;
  auto operator<=>(const StreamName&) const = default;
};

[[nodiscard]] bool is_decision(std::uint8_t event);
// Both decide the same, whenever: the fields that matter are equal. PIDs and classes do not matter, names of tasks do.
[[nodiscard]] bool same_decision(const EventView& a, const EventView& b);

// The streams that the decisions of one log belong to.
class DecisionNamer {
 public:
  // Sees each event of the log.
  void on_event(const EventView& event);
  // Of a decision that on_event() has seen.
  [[nodiscard]] StreamName stream_of(const EventView& event) const;

 private:
  std::unordered_map<std::uint64_t, std::string> comms_;  // by PID; only looked up, never walked
};

}  // namespace event_log
