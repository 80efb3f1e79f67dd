// SPDX-License-Identifier: Apache-2.0
// What each hart does and which tasks there are, as far as the events so far tell: what trace formats note with each event.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "event_names.h"  // generated
#include "log/decode.h"

namespace tb::exports {

struct HartState {
  std::uint64_t pid = 0;  // of the task that has the hart
  bool irqs_off = false;
  bool need_resched = false;
  unsigned irqs = 0, nmis = 0, softirqs = 0;  // that are being handled, one inside the other
};

// common_flags of Linux: bits for interrupts off, need_resched, and the kinds of interrupts that are being handled.
[[nodiscard]] std::uint64_t trace_flags(const HartState& hart);

struct TaskState {
  std::string comm;
  std::uint64_t sched_class = events::kClassFair;
};

class HartStates {
 public:
  explicit HartStates(unsigned harts) : harts_(harts) {}

  // An event stands inside what it begins and what it ends: `enter` is called before it is written, `leave` after it.
  void enter(const event_log::EventView& event);
  void leave(const event_log::EventView& event);

  [[nodiscard]] const HartState& hart(sim::HartId id) const { return harts_[id]; }
  // By PID: the last one that had it. Without the idle tasks.
  [[nodiscard]] const std::map<std::uint64_t, TaskState>& tasks() const { return tasks_; }
  // "<idle>" for PID 0, "<...>" if the log has not named it.
  [[nodiscard]] std::string_view comm_of(std::uint64_t pid) const;
  [[nodiscard]] std::uint64_t class_of(std::uint64_t pid) const;

 private:
  void know(std::uint64_t pid, std::string_view comm, std::uint64_t sched_class);

  std::vector<HartState> harts_;
  std::map<std::uint64_t, TaskState> tasks_;
};

}  // namespace tb::exports
