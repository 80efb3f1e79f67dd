// SPDX-License-Identifier: Apache-2.0
#include "tb/expect/event_checks.h"

#include <fmt/format.h>

#include <algorithm>

namespace tb::expect {

std::string located(const event_log::EventView& event) {
  return fmt::format("cycle {}, hart {}: {}", event.cycle, event.hart, event_log::to_string(event));
}

Mark mark_of(const event_log::EventView& event) {
  return {std::string(event_log::type_of(event.id).name), event.cycle, event.hart};
}

Seen remember(const event_log::EventView& event) {
  return {event.cycle, event_log::to_string(event), located(event), mark_of(event)};
}

void Nearest::look(const event_log::Match& match, const event_log::EventView& event) {
  if (event.id != match.event) return;
  ++same_name_;
  const unsigned missed = event_log::misses(match, event);
  if (missed == 0 || (best_ && missed >= best_misses_)) return;
  best_ = remember(event);
  differs_ = event_log::differences(match, event);
  best_misses_ = missed;
}

Verdict Nearest::none_matched(const event_log::Match& match) const {
  const auto& name = event_log::type_of(match.event).name;
  if (!best_) return {false, fmt::format("no {} happened at all", name), {}, {}};
  return {false,
          fmt::format("none of {} {} matched; nearest: {}", same_name_, name, text()),
          best_->cycle,
          best_->text,
          {best_->mark}};
}

namespace {

class AlwaysCheck final : public Check {
 public:
  explicit AlwaysCheck(const Expectation& expectation) : expectation_(expectation), after_(expectation) {}

  void on_event(const event_log::EventView& event) override {
    if (event.id != expectation_.match.event && after_.open()) return;
    if (!after_.passes(event)) return;
    if (!event_log::matches(expectation_.match, event)) {
      nearest_.look(expectation_.match, event);
      return;
    }
    ++matched_;
    const bool good = std::all_of(expectation_.must.begin(), expectation_.must.end(),
                                  [&](const auto& c) { return event_log::holds(c, event); });
    if (good) return;
    if (!violation_) {
      violation_ = remember(event);
      differs_ = event_log::differences(expectation_.must, event);
    }
    ++violations_;
  }

  Verdict finish(const RunEnd&) override {
    if (!after_.open()) return after_.never_came();
    if (matched_ == 0) return nearest_.none_matched(expectation_.match);
    if (violation_)
      return {false,
              fmt::format("{} of {} did otherwise, first: {} ({})", violations_, matched_, violation_->located, differs_),
              violation_->cycle,
              violation_->text,
              {violation_->mark}};
    return {true, fmt::format("all {}", matched_), {}, {}};
  }

 private:
  const Expectation& expectation_;
  After after_;
  Nearest nearest_;
  std::uint64_t matched_ = 0;
  std::uint64_t violations_ = 0;
  std::optional<Seen> violation_;
  std::string differs_;
};

class NeverCheck final : public Check {
 public:
  explicit NeverCheck(const Expectation& expectation) : expectation_(expectation), after_(expectation) {}

  void on_event(const event_log::EventView& event) override {
    if (!after_.passes(event) || !event_log::matches(expectation_.match, event)) return;
    if (!first_) first_ = remember(event);
    ++count_;
  }

  Verdict finish(const RunEnd&) override {
    if (!after_.open()) return after_.never_came();
    if (!first_) return {true, "never happened", {}, {}};
    return {
        false, fmt::format("happened {} times, first: {}", count_, first_->located), first_->cycle, first_->text, {first_->mark}};
  }

 private:
  const Expectation& expectation_;
  After after_;
  std::uint64_t count_ = 0;
  std::optional<Seen> first_;
};

class EventuallyCheck final : public Check {
 public:
  EventuallyCheck(const Expectation& expectation, std::uint32_t clock_mhz)
      : expectation_(expectation), after_(expectation), clock_mhz_(clock_mhz) {}

  void on_event(const event_log::EventView& event) override {
    if (first_ || !after_.passes(event)) return;
    if (event_log::matches(expectation_.match, event)) first_ = remember(event);
    else nearest_.look(expectation_.match, event);
  }

  Verdict finish(const RunEnd&) override {
    if (!after_.open()) return after_.never_came();
    if (!first_) return nearest_.none_matched(expectation_.match);
    const sim::Cycle took = first_->cycle - after_.since();
    const bool in_time = !expectation_.within_us || took <= *expectation_.within_us * clock_mhz_;
    if (in_time) return {true, first_->located, first_->cycle, first_->text, {first_->mark}};
    return {false, fmt::format("too late by {} cycles: {}", took - *expectation_.within_us * clock_mhz_, first_->located),
            first_->cycle, first_->text, late_marks()};
  }

 private:
  // From what it came after to the event, past the limit.
  [[nodiscard]] std::vector<Mark> late_marks() const {
    const sim::Cycle since = after_.since();
    std::vector<Mark> marks{{"limit", since + *expectation_.within_us * clock_mhz_}, first_->mark};
    if (expectation_.after) marks.insert(marks.begin(), {std::string(event_log::type_of(expectation_.after->event).name), since});
    return marks;
  }

  const Expectation& expectation_;
  After after_;
  std::uint32_t clock_mhz_;
  Nearest nearest_;
  std::optional<Seen> first_;
};

class CountCheck final : public Check {
 public:
  explicit CountCheck(const Expectation& expectation) : expectation_(expectation), after_(expectation) {}

  void on_event(const event_log::EventView& event) override {
    if (!after_.passes(event)) return;
    if (!event_log::matches(expectation_.match, event)) {
      nearest_.look(expectation_.match, event);
      return;
    }
    ++count_;
    last_ = mark_of(event);
    // The event that is one too many decides; its text is worth making once.
    const auto& most = expectation_.bounds.at_most;
    if (most && count_ == static_cast<std::uint64_t>(*most) + 1) excess_ = remember(event);
  }

  Verdict finish(const RunEnd&) override {
    if (!after_.open()) return after_.never_came();
    if (excess_)
      return {false,
              fmt::format("happened {} times; the first too many: {}", count_, excess_->located),
              excess_->cycle,
              excess_->text,
              {excess_->mark}};
    const auto& least = expectation_.bounds.at_least;
    const bool enough = !least || count_ >= static_cast<std::uint64_t>(*least);
    std::string text = fmt::format("happened {} times{}", count_, last_ ? fmt::format(", last at cycle {}", last_->cycle) : "");
    if (!enough && !nearest_.empty()) text += "; nearest other: " + nearest_.text();
    if (!last_) return {enough, std::move(text), nearest_.cycle(), {}, nearest_.marks()};
    return {enough, std::move(text), last_->cycle, {}, {*last_}};
  }

 private:
  const Expectation& expectation_;
  After after_;
  std::uint64_t count_ = 0;
  std::optional<Mark> last_;
  std::optional<Seen> excess_;
  Nearest nearest_;
};

// The same expectation of each hart's own events; the first hart that fails it speaks.
class PerHartCheck final : public Check {
 public:
  PerHartCheck(const Expectation& expectation, std::uint32_t clock_mhz, unsigned harts) : expectations_(harts, expectation) {
    for (unsigned hart = 0; hart < harts; ++hart) {
      expectations_[hart].per_hart = false;
      expectations_[hart].match.hart = static_cast<sim::HartId>(hart);
      checks_.push_back(make_event_check(expectations_[hart], clock_mhz, harts));
    }
  }
  void on_event(const event_log::EventView& event) override {
    for (const auto& check : checks_) check->on_event(event);
  }
  Verdict finish(const RunEnd& end) override {
    std::string all;
    for (std::size_t hart = 0; hart < checks_.size(); ++hart) {
      Verdict verdict = checks_[hart]->finish(end);
      const std::string found = fmt::format("hart {}: {}", hart, verdict.found);
      if (!verdict.passed) return {false, found, verdict.cycle, verdict.event, verdict.marks};
      all += (hart ? "; " : "") + found;
    }
    return {true, all, {}, {}};
  }

 private:
  std::vector<Expectation> expectations_;
  std::vector<std::unique_ptr<Check>> checks_;
};

}  // namespace

std::unique_ptr<Check> make_event_check(const Expectation& expectation, std::uint32_t clock_mhz, unsigned harts) {
  if (expectation.per_hart) return std::make_unique<PerHartCheck>(expectation, clock_mhz, harts);
  switch (expectation.kind) {
    case Expectation::Kind::kAlways: return std::make_unique<AlwaysCheck>(expectation);
    case Expectation::Kind::kNever: return std::make_unique<NeverCheck>(expectation);
    case Expectation::Kind::kEventually: return std::make_unique<EventuallyCheck>(expectation, clock_mhz);
    case Expectation::Kind::kCount: return std::make_unique<CountCheck>(expectation);
    default: return nullptr;
  }
}

}  // namespace tb::expect
