// SPDX-License-Identifier: Apache-2.0
// The ledger of one wait: each of its cycles goes to one cause, so that the sum is the wait.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "tb/explain/run_state.h"

namespace tb::explain {

struct Entry {
  Chain chain;
  sim::Cycle cycles = 0;
  sim::Cycle longest = 0;  // cycles of its longest stretch
  sim::Cycle first = 0;    // where its first stretch begins
  std::uint64_t stretches = 0;
};

class Ledger {
 public:
  // `tick`: cycles between two ticks; kernel code with interrupts off for that long is a cause of its own.
  Ledger(const RunState& state, const Wait& wait, sim::Cycle tick)
      : state_(state), pid_(wait.pid), hart_(wait.hart), from_(wait.from), at_(wait.from), tick_(tick) {}

  // Before the state takes an event of that cycle.
  void before(const event_log::EventView& event);
  // After it.
  void after();
  // The wait is over. The entries, most cycles first; the sum is to - from.
  [[nodiscard]] std::vector<Entry> close(sim::Cycle to);

 private:
  void account(sim::Cycle to);
  void end_stretch();
  void end_stay(bool served);
  void watch_queue(const event_log::EventView& event);
  void add(std::vector<Entry>& entries, const Entry& entry) const;

  const RunState& state_;
  std::uint64_t pid_;
  std::optional<sim::HartId> hart_;
  sim::Cycle from_;
  sim::Cycle at_;
  sim::Cycle tick_;
  bool open_ = false;
  Chain now_;
  sim::Cycle stretch_from_ = 0;
  std::vector<Entry> entries_;
  std::vector<Entry> stay_;  // since the task came to the queue on which it waits
  // In this stay, if several harts may serve the queue:
  std::map<std::uint64_t, std::uint64_t> passed_by_;  // PID to how often: tasks that came later and were served before
  std::uint64_t looks_ = 0;                           // balances that found nothing, on harts that may run the task
};

}  // namespace tb::explain
