// SPDX-License-Identifier: Apache-2.0
// always, never, eventually and count: expectations on single events.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tb/expect/check.h"

namespace tb::expect {

[[nodiscard]] std::unique_ptr<Check> make_event_check(const Expectation& expectation, std::uint32_t clock_mhz, unsigned harts);

// "cycle 1234, hart 0: breakout limit=32 retry=kick"
[[nodiscard]] std::string located(const event_log::EventView& event);

// An event remembered after its bytes are gone.
struct Seen {
  sim::Cycle cycle = 0;
  std::string text;  // as printed
  std::string located;
  Mark mark;
};
// The place of an event, by its name.
[[nodiscard]] Mark mark_of(const event_log::EventView& event);
[[nodiscard]] Seen remember(const event_log::EventView& event);

// Keeps, of the events of the right name that do not match, the first that misses the fewest conditions: what to show when
// a match is wanted.
class Nearest {
 public:
  void look(const event_log::Match& match, const event_log::EventView& event);
  [[nodiscard]] bool empty() const { return !best_; }
  [[nodiscard]] std::optional<sim::Cycle> cycle() const { return best_ ? std::optional<sim::Cycle>(best_->cycle) : std::nullopt; }
  [[nodiscard]] std::vector<Mark> marks() const { return best_ ? std::vector<Mark>{best_->mark} : std::vector<Mark>{}; }
  // "cycle 5, hart 0: breakout limit=32 retry=kick (limit is 32, not limit=64)"
  [[nodiscard]] std::string text() const { return best_ ? best_->located + " (" + differs_ + ")" : std::string(); }
  [[nodiscard]] Verdict none_matched(const event_log::Match& match) const;

 private:
  std::optional<Seen> best_;
  std::string differs_;
  unsigned best_misses_ = 0;
  std::uint64_t same_name_ = 0;
};

// Lets through what follows the first event that `after` names; everything if it names none.
class After {
 public:
  explicit After(const Expectation& expectation)
      : match_(expectation.after ? &*expectation.after : nullptr), open_(match_ == nullptr) {}
  [[nodiscard]] bool passes(const event_log::EventView& event) {
    if (open_) return true;
    if (event_log::matches(*match_, event)) {
      open_ = true;
      since_ = event.cycle;
    }
    return false;
  }
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] sim::Cycle since() const { return since_; }
  // The failure when the event never came.
  [[nodiscard]] Verdict never_came() const {
    return {false, event_log::to_string(*match_) + " (named by 'after') never happened", {}, {}};
  }

 private:
  const event_log::Match* match_;
  bool open_;
  sim::Cycle since_ = 0;
};

}  // namespace tb::expect
