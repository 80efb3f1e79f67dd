// SPDX-License-Identifier: Apache-2.0
// ending, exit and metric: expectations on the run as a whole, and the choice of a check by kind.
#include <fmt/format.h>

#include "tb/config/keys.h"
#include "tb/expect/event_checks.h"
#include "tb/expect/sequence_check.h"
#include "tb/monitor/metrics.h"

namespace tb::expect {

namespace {

class EndingCheck final : public Check {
 public:
  explicit EndingCheck(const Expectation& expectation) : expectation_(expectation) {}
  void on_event(const log::EventView&) override {}
  Verdict finish(const RunEnd& end) override {
    const auto name = config::keys::kEndingNames[static_cast<std::size_t>(end.ending)];
    return {end.ending == expectation_.ending, fmt::format("the run ended as {}", name), {}, {}};
  }

 private:
  const Expectation& expectation_;
};

class ExitCheck final : public Check {
 public:
  explicit ExitCheck(const Expectation& expectation)
      : wanted_(expectation.exit), msg_contains_(expectation.msg_contains) {}
  void on_event(const log::EventView&) override {}
  Verdict finish(const RunEnd& end) override {
    if (!end.exit) return {!wanted_, "no policy was ejected or unregistered", {}, {}};
    const bool equal = wanted_ && agrees(wanted_->kind, end.exit->kind) && agrees(wanted_->code, end.exit->code) &&
                       agrees(wanted_->reason, end.exit->reason) && agrees(wanted_->msg, end.exit->msg) &&
                       (!msg_contains_ || end.exit->msg.value_or("").find(*msg_contains_) != std::string::npos);
    return {equal,
            fmt::format("the policy left: kind {}, {} ({})", end.exit->kind.value_or(0), end.exit->reason.value_or(""),
                        end.exit->msg.value_or("")),
            {},
            {}};
  }

 private:
  template <typename T>
  static bool agrees(const std::optional<T>& wanted, const std::optional<T>& have) {
    return !wanted || wanted == have;
  }
  std::optional<ExitRecord> wanted_;
  std::optional<std::string> msg_contains_;
};

class MetricCheck final : public Check {
 public:
  explicit MetricCheck(const Expectation& expectation) : expectation_(expectation) {}
  void on_event(const log::EventView&) override {}
  Verdict finish(const RunEnd& end) override {
    const auto value = monitor::metric_at(end.metrics, expectation_.metric);
    if (!value) return {false, fmt::format("{} was not measured", expectation_.metric), {}, {}};
    const Bounds& bounds = expectation_.bounds;
    const bool inside =
        (!bounds.at_least || *value >= *bounds.at_least) && (!bounds.at_most || *value <= *bounds.at_most);
    return {inside, fmt::format("{} is {}", expectation_.metric, *value), {}, {}};
  }

 private:
  const Expectation& expectation_;
};

}  // namespace

std::unique_ptr<Check> make_check(const Expectation& expectation, std::uint32_t clock_mhz) {
  switch (expectation.kind) {
    case Expectation::Kind::kSequence:
      return std::make_unique<SequenceCheck>(expectation);
    case Expectation::Kind::kEnding:
      return std::make_unique<EndingCheck>(expectation);
    case Expectation::Kind::kExit:
      return std::make_unique<ExitCheck>(expectation);
    case Expectation::Kind::kMetric:
      return std::make_unique<MetricCheck>(expectation);
    default:
      return make_event_check(expectation, clock_mhz);
  }
}

}  // namespace tb::expect
