// SPDX-License-Identifier: Apache-2.0
// What each task got of the machine: run time, waits for a CPU, time slices, switches, migrations; the terms are those of `perf sched`.
// Tasks of one name are counted together, as perf does.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "event_schema.h"  // generated
#include "log/decode.h"
#include "tb/monitor/histogram.h"

namespace tb::monitor {

struct TaskFigures {
  std::uint64_t tasks = 0;  // of that name, or class
  std::uint64_t cpus = 0;   // of a name: where the last of its tasks that was made or moved may run, bit n: CPU n
  std::uint64_t wakeups = 0;
  Histogram wait;                 // cycles from a wakeup to the CPU
  Histogram preempted;            // cycles from losing the CPU while runnable to the CPU
  Histogram slices;               // cycles on the CPU in one go, interrupts that came then included
  std::uint64_t voluntary = 0;    // switches away from it: it went to sleep or ended
  std::uint64_t involuntary = 0;  // it stayed runnable
  std::uint64_t migrations = 0;   // it runs on another CPU than the last time

  // Of tasks with timer steps: periods that they have ended, those whose deadline had passed by then, and by how much.
  struct Periods {
    std::uint64_t count = 0;
    std::uint64_t missed = 0;
    std::uint64_t late_max = 0;
  };
  Periods periods;

  std::uint64_t run_cycles = 0;

  // Runnable without a CPU, for whatever reason.
  [[nodiscard]] Histogram delay() const;
  // Of the time in which it was runnable. Nothing if it never was.
  [[nodiscard]] std::optional<std::uint64_t> share_permille() const;
  [[nodiscard]] json::Value to_json() const;
};

// The tasks that were runnable for as long as starved ones without a CPU.
struct Starved {
  std::uint64_t tasks = 0;
  std::string first;                // the name of the one whose wait began first,
  sim::Cycle from = 0, cycles = 0;  // and that wait
};

class TaskMonitor {
 public:
  // `patience`: a task that waits that many cycles for a CPU starves.
  explicit TaskMonitor(sim::Cycle patience) : patience_(patience) {}

  void on_event(const event_log::EventView& event);
  // The end of the run, or a reset: what is open counts up to here, and all tasks are gone.
  void cut(sim::Cycle cycle);

  // By name. Without the idle tasks; tasks that were never runnable are not in it.
  [[nodiscard]] const std::map<std::string, TaskFigures>& by_name() const { return by_name_; }
  // By the class they had at the time, in the order of the classes.
  using Classes = std::array<TaskFigures, trace::schema::kClassNames.size()>;
  [[nodiscard]] const Classes& by_class() const { return by_class_; }
  [[nodiscard]] const TaskFigures& all() const { return all_; }
  [[nodiscard]] const Starved& starved() const { return starved_; }

 private:
  enum class State { kAsleep, kWoken, kPreempted, kRunning };
  struct Task {
    std::string name;
    TaskFigures* of_name = nullptr;
    std::size_t sched_class = 0;
    State state = State::kAsleep;
    sim::Cycle since = 0;  // of the state
    std::optional<sim::HartId> last_hart;
    sim::Cycle in_class_since = 0;  // running: of the part of the time slice that is not counted for a class yet
    bool starved = false;           // has been, since it was made
    bool counted = false;           // among the tasks of its name
    bool counted_in_class = false;  // and of its class
  };

  // The task with that PID, which now has that name.
  Task& task(std::uint64_t pid, std::string_view name);
  void on_switch(const event_log::EventView& event);
  void on_period(const event_log::EventView& event);
  void on_class_switch(const event_log::EventView& event);
  void wake(Task& task, sim::Cycle cycle);
  void start_running(Task& task, sim::HartId hart, sim::Cycle cycle);
  TaskFigures& class_of(const Task& task);
  void count_starved(Task& task, sim::Cycle cycle);
  // Counts how long the state has lasted, if it is a wait or a time slice.
  void count_state(Task& task, sim::Cycle cycle);
  // Applies the change to the figures of the task's name, of its class, and of all.
  template <typename Change>
  void change(Task& task, const Change& change);

  sim::Cycle patience_;
  Starved starved_;
  std::map<std::uint64_t, Task> tasks_;  // by pid
  std::map<std::string, TaskFigures> by_name_;
  Classes by_class_{};
  TaskFigures all_;
};

}  // namespace tb::monitor
