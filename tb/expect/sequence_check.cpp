// SPDX-License-Identifier: Apache-2.0
#include "tb/expect/sequence_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace tb::expect {

bool SequenceCheck::may_belong(const Attempt& attempt, const event_log::EventView& event) const {
  return !expectation_.same_hart || attempt.hart() == event.hart;
}

bool SequenceCheck::expired(const Attempt& attempt, sim::Cycle now) const {
  return expectation_.within_cycles && now - attempt.start() > *expectation_.within_cycles;
}

void SequenceCheck::on_event(const event_log::EventView& event) {
  if (!after_.passes(event)) return;
  if (!expectation_.each && completed_ > 0) return;  // decided
  advance(event);
  note_late(event);
  if (event_log::matches(expectation_.steps.front(), event)) start(event);
  else if (started_ == 0) nearest_[0].look(expectation_.steps.front(), event);
}

void SequenceCheck::advance(const event_log::EventView& event) {
  std::erase_if(attempts_, [&](Attempt& attempt) {
    if (expired(attempt, event.cycle)) {
      fail(attempt, fmt::format("not within {} cycles", *expectation_.within_cycles), limit_of(attempt));
      return true;
    }
    if (!may_belong(attempt, event)) return false;
    for (const event_log::Match& unwanted : expectation_.without)
      if (event_log::matches(unwanted, event)) {
        fail(attempt, located(event) + " came between", {mark_of(event)});
        return true;
      }
    const std::size_t step = attempt.taken.size();
    if (!event_log::matches(expectation_.steps[step], event)) {
      nearest_[step].look(expectation_.steps[step], event);
      return false;
    }
    attempt.taken.push_back({event.cycle, event.hart});
    if (attempt.taken.size() < expectation_.steps.size()) return false;
    ++completed_;
    if (!first_complete_) first_complete_ = attempt;
    return true;
  });
  if (!expectation_.each) drop_rivals();
}

void SequenceCheck::start(const event_log::EventView& event) {
  ++started_;
  attempts_.push_back({{{event.cycle, event.hart}}});
  if (!expectation_.each) drop_rivals();
}

// Where one success is enough, of two attempts equally far the later one can do all that the earlier can: keeping only
// it bounds their number by harts and steps.
void SequenceCheck::drop_rivals() {
  const auto outdone = [this](std::size_t i) {
    for (std::size_t j = i + 1; j < attempts_.size(); ++j) {
      const bool same_place = attempts_[i].taken.size() == attempts_[j].taken.size();
      if (same_place && (!expectation_.same_hart || attempts_[i].hart() == attempts_[j].hart())) return true;
    }
    return false;
  };
  for (std::size_t i = attempts_.size(); i-- > 0;)
    if (outdone(i)) attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(i));
}

std::vector<Mark> SequenceCheck::limit_of(const Attempt& attempt) const {
  return {{"limit", attempt.start() + *expectation_.within_cycles, attempt.hart()}};
}

std::vector<Mark> SequenceCheck::steps_of(const Attempt& attempt) const {
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < attempt.taken.size(); ++i)
    marks.push_back(
        {std::string(event_log::type_of(expectation_.steps[i].event).name), attempt.taken[i].cycle, attempt.taken[i].hart});
  return marks;
}

void SequenceCheck::fail(const Attempt& attempt, std::string why, std::vector<Mark> end) {
  ++failed_;
  // Where each must succeed the first failure is the news; where one is enough, the one that came closest.
  const bool better = !best_ || (!expectation_.each && attempt.taken.size() > best_->taken.size());
  if (!better) return;
  best_ = attempt;
  best_why_ = std::move(why);
  best_late_.clear();
  best_end_ = std::move(end);
}

void SequenceCheck::note_late(const event_log::EventView& event) {
  if (!best_ || !best_late_.empty() || !may_belong(*best_, event)) return;
  if (!event_log::matches(expectation_.steps[best_->taken.size()], event)) return;
  best_late_ = "; it came later: " + located(event);
  best_end_.push_back(mark_of(event));
}

std::string SequenceCheck::progress(const Attempt& attempt) const {
  std::string text;
  for (std::size_t i = 0; i < attempt.taken.size(); ++i)
    text += fmt::format("{}{} at cycle {} on hart {}", i ? ", " : "", event_log::to_string(expectation_.steps[i]),
                        attempt.taken[i].cycle, attempt.taken[i].hart);
  return fmt::format("{} of {} steps: {}; then {} ", attempt.taken.size(), expectation_.steps.size(), text,
                     event_log::to_string(expectation_.steps[attempt.taken.size()]));
}

std::string SequenceCheck::nearest_to(std::size_t step) const {
  if (!best_late_.empty() || nearest_[step].empty()) return {};
  return "; nearest to it: " + nearest_[step].text();
}

Verdict SequenceCheck::finish(const RunEnd& end) {
  if (!after_.open()) return after_.never_came();
  if (started_ == 0)
    return {
        false,
        fmt::format("not even the first step, {}, happened{}", event_log::to_string(expectation_.steps.front()), nearest_to(0)),
        nearest_[0].cycle(),
        {},
        nearest_[0].marks()};
  for (const Attempt& attempt : attempts_) {
    if (expired(attempt, end.cycle))
      fail(attempt, fmt::format("not within {} cycles", *expectation_.within_cycles), limit_of(attempt));
    else if (!expectation_.each) fail(attempt, "did not come before the end of the run", {{"end of the run", end.cycle}});
    // What the end of the run cut short has not failed.
  }
  const bool passed = expectation_.each ? completed_ > 0 && failed_ == 0 : completed_ > 0;
  if (passed)
    return {true,
            fmt::format("{} of {} complete, first at cycle {}", completed_, started_, first_complete_->taken.back().cycle),
            first_complete_->taken.back().cycle,
            {},
            steps_of(*first_complete_)};
  if (!best_) return {false, "cut short by the end of the run", {}, {}};
  const std::string count = expectation_.each ? fmt::format("{} of {} failed, first: ", failed_, started_) : std::string();
  std::vector<Mark> marks = steps_of(*best_);
  marks.insert(marks.end(), best_end_.begin(), best_end_.end());
  return {false,
          count + progress(*best_) + best_why_ + best_late_ + nearest_to(best_->taken.size()),
          best_->taken.back().cycle,
          {},
          std::move(marks)};
}

}  // namespace tb::expect
