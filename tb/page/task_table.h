// SPDX-License-Identifier: Apache-2.0
// The tasks of a run, numbered. A PID names another task after a reset, or when it is given away again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "log/decode.h"

namespace tb::page {

using TaskId = std::uint32_t;
inline constexpr TaskId kIdleTask = 0;  // the idle tasks of all harts

struct TaskName {
  std::uint64_t pid = 0;
  std::string comm;
  std::uint64_t sched_class = 0;  // the last it had
};

class TaskTable {
 public:
  // Before any other part of the page sees the event.
  void on_event(const event_log::EventView& event);

  // The task that has the PID now.
  [[nodiscard]] TaskId of(std::uint64_t pid) const {
    const auto found = ids_.find(pid);
    return found == ids_.end() ? kIdleTask : found->second;
  }
  [[nodiscard]] const std::vector<TaskName>& names() const { return names_; }

 private:
  void meet(std::uint64_t pid, std::string_view comm);

  std::vector<TaskName> names_{{0, "idle", 0}};
  std::unordered_map<std::uint64_t, TaskId> ids_;  // only looked up, never walked
};

}  // namespace tb::page
