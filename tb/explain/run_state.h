// SPDX-License-Identifier: Apache-2.0
// What each hart does and where each task waits, at the point of the log that has been read.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "event_names.h"  // generated
#include "log/decode.h"
#include "tb/explain/cause.h"

namespace tb::explain {

// Where a runnable task waits, as the event task_queued has it.
struct Place {
  std::uint64_t queue = 0;  // events::kQueue*
  std::uint64_t id = 0;
  sim::Cycle since = 0;
};

struct TaskNow {
  std::string comm;
  std::uint64_t sched_class = 0;  // events::kClass*
  std::uint64_t cpus = ~0ull;     // bit n: it may run on CPU n
  std::uint64_t cpu = 0;          // the one it is on, or was on last
  bool running = false;
  std::optional<Place> place;              // none: it is on no queue that the log tells
  std::string lock;                        // the mutex it waits for; empty: none
  std::optional<sim::Cycle> sleeps_since;  // it left the CPU and has not been woken
  bool waking = false;                     // a hart has begun to wake it
  std::uint64_t waker = 0;                 // the task that woke it last; 0: an interrupt did
  sim::Cycle longest_sleep = 0;            // of those that have ended
  std::optional<sim::Cycle> waits_since;   // it wants to run, or asked for a mutex, and has not run since
};

struct HartNow {
  bool online = false;
  std::uint64_t pid = 0;  // 0: its idle task
  sim::Cycle switched = 0;
  std::vector<std::uint64_t> interrupts;  // causes, the innermost last
  sim::Cycle interrupted = 0;
  bool asleep = false;
  sim::Cycle asleep_since = 0;
  bool balance = false;
  bool loops = false;          // in this balance, or in the ones before it since the last that found something
  std::uint64_t refused = 0;   // the task whose dispatch was refused last in these balances; 0: none
  sim::Cycle loops_since = 0;  // of this balance, or of the first of those
  sim::Cycle balance_since = 0;
  sim::Cycle found_nothing = 0;  // the last balance without a result began there
  bool irqs_off = false;
  std::uint64_t site = 0;
  sim::Cycle irqs_off_since = 0;
  struct Contention {
    std::uint64_t lock = 0, kind = 0, id = 0;
    std::int64_t owner = -1;
    sim::Cycle since = 0;
  };
  std::optional<Contention> contention;
  std::uint64_t kick_waits_asked = 0;  // CPUs that its next kick work waits for
  std::uint64_t kick_waits = 0;        // CPUs that its kick work waits for now
  sim::Cycle kick_waits_since = 0;
  struct Ipi {
    sim::HartId from = 0;
    std::uint64_t reason = 0;
    sim::Cycle since = 0;
  };
  std::optional<Ipi> ipi;  // raised, and its trap not yet taken
  bool bypass = false;
  std::optional<sim::Cycle> deaf_since;  // it has interrupts off since then, and does not sleep
};

enum class WaitEnd : std::uint8_t { ran, reset, exited, end_of_log };

// From the cycle at which a task wanted to run to the one at which it did; or a stretch in which a hart takes no interrupt.
struct Wait {
  std::uint64_t pid = 0;
  std::optional<sim::HartId> hart;  // it is the hart's
  sim::Cycle from = 0;
  sim::Cycle to = 0;
  WaitEnd end = WaitEnd::ran;

  [[nodiscard]] sim::Cycle cycles() const { return to - from; }
};

class RunState {
 public:
  // `on_wait` is called with each wait that ends.
  RunState(unsigned harts, std::function<void(const Wait&)> on_wait = {});

  void on_event(const event_log::EventView& event);
  // The log is over; what still waits has waited until then.
  void finish(sim::Cycle end);

  // Null: no task of that PID.
  [[nodiscard]] const TaskNow* task(std::uint64_t pid) const;
  [[nodiscard]] const std::map<std::uint64_t, TaskNow>& tasks() const { return tasks_; }
  [[nodiscard]] const HartNow& hart(sim::HartId id) const { return harts_[id]; }
  [[nodiscard]] unsigned harts() const { return static_cast<unsigned>(harts_.size()); }
  struct Owner {
    std::uint64_t pid = 0;
    sim::Cycle since = 0;
  };
  // Of a mutex; PID 0: it has none.
  [[nodiscard]] Owner owner_of(const std::string& lock) const;

 private:
  void on_switch(const event_log::EventView& event);
  void on_task(const event_log::EventView& event);
  void on_hart(const event_log::EventView& event);
  void on_reset(sim::Cycle cycle);
  void on_user_lock(const event_log::EventView& event);
  void end_deafness(sim::Cycle cycle, WaitEnd end);
  void look_at_ears(sim::HartId id, sim::Cycle cycle);
  static void end_sleep(TaskNow& task, sim::Cycle cycle);
  void begin_wait(TaskNow& task, sim::Cycle cycle);
  void end_wait(std::uint64_t pid, TaskNow& task, sim::Cycle cycle, WaitEnd end);

  std::vector<HartNow> harts_;
  std::map<std::uint64_t, TaskNow> tasks_;
  std::map<std::string, Owner> owners_;
  std::function<void(const Wait&)> on_wait_;
};

}  // namespace tb::explain
