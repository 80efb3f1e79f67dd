// SPDX-License-Identifier: Apache-2.0
// sequence: events one after the other, others in between allowed.
#pragma once

#include <vector>

#include "tb/expect/check.h"
#include "tb/expect/event_checks.h"

namespace tb::expect {

class SequenceCheck final : public Check {
 public:
  explicit SequenceCheck(const Expectation& expectation)
      : expectation_(expectation), after_(expectation), nearest_(expectation.steps.size()) {}

  void on_event(const event_log::EventView& event) override;
  Verdict finish(const RunEnd& end) override;

 private:
  struct Step {
    sim::Cycle cycle;
    sim::HartId hart;
  };
  // A first step and how far its followers came.
  struct Attempt {
    std::vector<Step> taken;
    [[nodiscard]] sim::Cycle start() const { return taken.front().cycle; }
    [[nodiscard]] sim::HartId hart() const { return taken.front().hart; }
  };

  [[nodiscard]] bool may_belong(const Attempt& attempt, const event_log::EventView& event) const;
  [[nodiscard]] bool expired(const Attempt& attempt, sim::Cycle now) const;
  void advance(const event_log::EventView& event);
  void start(const event_log::EventView& event);
  void drop_rivals();
  void fail(const Attempt& attempt, std::string why, std::vector<Mark> end);
  [[nodiscard]] std::vector<Mark> limit_of(const Attempt& attempt) const;
  [[nodiscard]] std::vector<Mark> steps_of(const Attempt& attempt) const;
  void note_late(const event_log::EventView& event);
  [[nodiscard]] std::string progress(const Attempt& attempt) const;
  [[nodiscard]] std::string nearest_to(std::size_t step) const;

  const Expectation& expectation_;
  After after_;
  std::vector<Nearest> nearest_;  // of each step, while an attempt waits for it
  std::vector<Attempt> attempts_;
  std::uint64_t started_ = 0;
  std::uint64_t completed_ = 0;
  std::uint64_t failed_ = 0;
  std::optional<Attempt> first_complete_;
  std::optional<Attempt> best_;  // of the failed: the one to show
  std::string best_why_;
  std::string best_late_;       // when the step it missed came after all
  std::vector<Mark> best_end_;  // what ended it, and that step
};

}  // namespace tb::expect
