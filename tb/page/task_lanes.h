// SPDX-License-Identifier: Apache-2.0
// What each task did: where it ran, when it slept, and each of its waits for a CPU.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "tb/page/task_table.h"

namespace tb::page {

enum class TaskState : std::uint8_t { kAsleep, kWoken, kPreempted, kRuns };  // kWoken, kPreempted: runnable, without a CPU

struct TaskSegment {
  sim::Cycle from = 0;  // to the next one's
  TaskState state = TaskState::kAsleep;
  sim::HartId hart = 0;  // runs there; waits in that CPU's run queue

  [[nodiscard]] bool same_as(const TaskSegment& other) const { return state == other.state && hart == other.hart; }
};

struct Wait {
  TaskId task = kIdleTask;
  sim::Cycle from = 0, to = 0;
  bool preempted = false;             // it lost the CPU; else it was woken
  sim::HartId hart = 0;               // whose CPU it waits for: target_cpu of its wakeup, or the one it lost
  sim::HartId waker = 0;              // the hart that woke it, or preempted it
  std::optional<sim::HartId> ran_on;  // none: it has not run when the log, or the boot, ended

  [[nodiscard]] sim::Cycle cycles() const { return to - from; }
};

class TaskLanes {
 public:
  void on_event(const event_log::EventView& event, const TaskTable& tasks);
  void finish(sim::Cycle end);

  // By task; empty for one that was never runnable. To be taken once, as the waits: of a long run they are large.
  [[nodiscard]] std::vector<std::vector<TaskSegment>> take_lanes() { return std::move(lanes_); }
  // In the order in which they end.
  [[nodiscard]] std::vector<Wait> take_waits() { return std::move(waits_); }

 private:
  struct Now {
    TaskState state = TaskState::kAsleep;
    sim::Cycle since = 0;
    sim::HartId hart = 0, waker = 0;
  };

  Now& now(TaskId task);
  void change(TaskId task, const Now& next);
  void end_all(sim::Cycle cycle);

  std::vector<Now> now_;
  std::vector<std::vector<TaskSegment>> lanes_;
  std::vector<Wait> waits_;
};

}  // namespace tb::page
