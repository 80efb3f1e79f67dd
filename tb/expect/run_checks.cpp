// SPDX-License-Identifier: Apache-2.0
// ending, exit and metric: expectations on the run as a whole, and the choice of a check by kind.
#include <fmt/format.h>

#include "event_names.h"  // generated
#include "tb/expect/event_checks.h"
#include "tb/expect/sequence_check.h"
#include "tb/result/metric.h"

namespace tb::expect {

namespace {

class EndingCheck final : public Check {
 public:
  explicit EndingCheck(const Expectation& expectation) : expectation_(expectation) {}
  void on_event(const event_log::EventView&) override {}
  Verdict finish(const RunEnd& end) override {
    const auto name = name_of(end.ending);
    const bool equal = end.ending == expectation_.ending;
    return {equal, fmt::format("the run ended as {}", name), equal ? std::nullopt : std::optional(end.cycle), {}};
  }

 private:
  const Expectation& expectation_;
};

class ExitCheck final : public Check {
 public:
  explicit ExitCheck(const Expectation& expectation) : wanted_(expectation.exit), msg_contains_(expectation.msg_contains) {}
  // Where to look: at the report of the first error, or where a policy went without one.
  void on_event(const event_log::EventView& event) override {
    if (!left_ && (event.id == events::kScxError || event.id == events::kScxDisable)) left_ = event.cycle;
  }
  Verdict finish(const RunEnd& end) override {
    if (!end.exit) return {!wanted_, "no policy was ejected or unregistered", {}, {}};
    const bool equal = wanted_ && agrees(wanted_->kind, end.exit->kind) && agrees(wanted_->code, end.exit->code) &&
                       agrees(wanted_->reason, end.exit->reason) && agrees(wanted_->msg, end.exit->msg) &&
                       (!msg_contains_ || end.exit->msg.value_or("").find(*msg_contains_) != std::string::npos);
    std::string text = fmt::format("the policy left: kind {}, {} ({})", end.exit->kind.value_or(0), end.exit->reason.value_or(""),
                                   end.exit->msg.value_or(""));
    if (!equal && wanted_) text += differences(*end.exit);
    return {equal, std::move(text), equal ? std::nullopt : left_, {}};
  }

 private:
  [[nodiscard]] std::string differences(const ExitRecord& have) const {
    std::string parts;
    const auto note = [&parts](bool same, const char* part) {
      if (!same) parts += fmt::format("{}{}", parts.empty() ? "" : ", ", part);
    };
    note(agrees(wanted_->kind, have.kind), "kind");
    note(agrees(wanted_->code, have.code), "code");
    note(agrees(wanted_->reason, have.reason), "reason");
    const bool part_of_msg = !msg_contains_ || have.msg.value_or("").find(*msg_contains_) != std::string::npos;
    note(agrees(wanted_->msg, have.msg) && part_of_msg, "msg");
    return "; different: " + parts;
  }
  template <typename T>
  static bool agrees(const std::optional<T>& wanted, const std::optional<T>& have) {
    return !wanted || wanted == have;
  }
  std::optional<ExitRecord> wanted_;
  std::optional<sim::Cycle> left_;
  std::optional<std::string> msg_contains_;
};

class MetricCheck final : public Check {
 public:
  explicit MetricCheck(const Expectation& expectation) : expectation_(expectation) {}
  void on_event(const event_log::EventView&) override {}
  Verdict finish(const RunEnd& end) override {
    if (expectation_.per_hart) return on_each_hart(end);
    const auto value = metric_at(end.metrics, expectation_.metric);
    if (!value) return without_value(end);
    const bool good = inside(*value);
    return {good, fmt::format("{} is {}{}", expectation_.metric, *value, distance(*value)), good ? std::nullopt : where(end), {}};
  }

 private:
  // Of a histogram without values all values are small enough.
  [[nodiscard]] Verdict without_value(const RunEnd& end) const {
    const std::string group = expectation_.metric.substr(0, expectation_.metric.rfind('.'));
    const bool empty = metric_at(end.metrics, group + ".count") == 0;
    if (!empty) return {false, fmt::format("{} was not measured", expectation_.metric), {}, {}};
    return {!expectation_.bounds.at_least, fmt::format("{} has no value: {}.count is 0", expectation_.metric, group), {}, {}};
  }
  [[nodiscard]] bool inside(std::int64_t value) const {
    const Bounds& bounds = expectation_.bounds;
    return (!bounds.at_least || value >= *bounds.at_least) && (!bounds.at_most || value <= *bounds.at_most);
  }
  // Some metrics say since when.
  [[nodiscard]] std::optional<sim::Cycle> where(const RunEnd& end) const {
    const std::string group = expectation_.metric.substr(0, expectation_.metric.find('.'));
    const auto from = metric_at(end.metrics, group + ".from");
    return from ? std::optional(static_cast<sim::Cycle>(*from)) : std::nullopt;
  }
  [[nodiscard]] std::string distance(std::int64_t value) const {
    const Bounds& bounds = expectation_.bounds;
    if (bounds.at_least && value < *bounds.at_least) return fmt::format(", {} too few", *bounds.at_least - value);
    if (bounds.at_most && value > *bounds.at_most) return fmt::format(", {} too many", value - *bounds.at_most);
    return {};
  }
  [[nodiscard]] Verdict on_each_hart(const RunEnd& end) const {
    const auto values = metric_per_hart(end.metrics, expectation_.metric);
    if (values.empty()) return {false, fmt::format("{} was not measured", expectation_.metric), {}, {}};
    std::string text;
    for (std::size_t hart = 0; hart < values.size(); ++hart) {
      if (!inside(values[hart]))
        return {
            false, fmt::format("{} of hart {} is {}{}", expectation_.metric, hart, values[hart], distance(values[hart])), {}, {}};
      text += fmt::format("{}{}", hart ? ", " : "", values[hart]);
    }
    return {true, fmt::format("{} is {}", expectation_.metric, text), {}, {}};
  }

  const Expectation& expectation_;
};

}  // namespace

std::unique_ptr<Check> make_check(const Expectation& expectation, std::uint32_t clock_mhz, unsigned harts) {
  switch (expectation.kind) {
    case Expectation::Kind::kSequence: return std::make_unique<SequenceCheck>(expectation);
    case Expectation::Kind::kEnding: return std::make_unique<EndingCheck>(expectation);
    case Expectation::Kind::kExit: return std::make_unique<ExitCheck>(expectation);
    case Expectation::Kind::kMetric: return std::make_unique<MetricCheck>(expectation);
    default: return make_event_check(expectation, clock_mhz, harts);
  }
}

}  // namespace tb::expect
