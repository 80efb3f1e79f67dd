// SPDX-License-Identifier: Apache-2.0
// The way back from a wait to its first cause: what happened to the task, to the hart that should have run it, and to the interrupts
// that were to reach this hart.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "tb/explain/explanation.h"

namespace tb::explain {

class Steps {
 public:
  Steps(const RunState& state, const Wait& wait) : state_(state), wait_(wait) {}

  // Before the state takes the event; `begun`: the wait has begun.
  void before(const event_log::EventView& event, bool begun);
  // The state has taken the event with which the wait begins.
  void begin(const event_log::EventView& event);
  // The wait ends with an event of that hart.
  void end(sim::HartId hart, WaitEnd how) {
    ended_on_ = hart;
    wait_.end = how;
  }
  // In the order of cycles. `of` has its ledger and its names.
  [[nodiscard]] std::vector<Step> all(const Explanation& of) const;

 private:
  struct Ipi {
    sim::HartId from = 0;
    std::uint64_t reason = 0;
    sim::Cycle raised = 0;
    sim::Cycle taken = 0;  // 0: not while the task waited
  };

  void on_queue(const event_log::EventView& event);
  void add_queues(std::vector<Step>& steps) const;
  void add_causes(std::vector<Step>& steps, const Explanation& of) const;
  void add_end(std::vector<Step>& steps, const Explanation& of) const;

  const RunState& state_;
  Wait wait_;
  sim::HartId ended_on_ = kNoHart;
  std::optional<Step> waking_;
  std::optional<Step> begin_;
  std::vector<Step> queues_;                // the first few and the last
  std::map<sim::HartId, Ipi> slowest_ipi_;  // of those raised or pending while the task waited
};

}  // namespace tb::explain
