// SPDX-License-Identifier: Apache-2.0
// always, never, eventually and count: expectations on single events.
#pragma once

#include <cstdint>
#include <memory>

#include "tb/expect/check.h"

namespace tb::expect {

[[nodiscard]] std::unique_ptr<Check> make_event_check(const Expectation& expectation, std::uint32_t clock_mhz);

// "cycle 1234, hart 0: breakout limit=32 retry=kick"
[[nodiscard]] std::string located(const log::EventView& event);

// Lets through what follows the first event that `after` names; everything if it names none.
class After {
 public:
  explicit After(const Expectation& expectation)
      : match_(expectation.after ? &*expectation.after : nullptr), open_(match_ == nullptr) {}
  [[nodiscard]] bool passes(const log::EventView& event) {
    if (open_) return true;
    if (log::matches(*match_, event)) {
      open_ = true;
      since_ = event.cycle;
    }
    return false;
  }
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] sim::Cycle since() const { return since_; }
  // The failure when the event never came.
  [[nodiscard]] Verdict never_came() const {
    return {false, log::to_string(*match_) + " (named by 'after') never happened", {}, {}};
  }

 private:
  const log::Match* match_;
  bool open_;
  sim::Cycle since_ = 0;
};

}  // namespace tb::expect
