// SPDX-License-Identifier: Apache-2.0
#include "tb/report/sentence.h"

#include <fmt/format.h>

#include "tb/monitor/balance.h"
#include "tb/result/metric.h"

namespace tb::report {
namespace {

class Facts {
 public:
  explicit Facts(const Result& result) : result_(result) {}

  [[nodiscard]] std::int64_t at(std::string_view path) const { return metric_at(result_.metrics, path).value_or(0); }
  [[nodiscard]] std::string time(std::string_view path) const {
    const double us = static_cast<double>(at(path)) / result_.clock_mhz();
    return us < 1000 ? fmt::format("{:.1f} us", us) : fmt::format("{:.2f} ms", us / 1000);
  }

 private:
  const Result& result_;
};

std::string times(std::int64_t n) { return n == 1 ? "once" : n == 2 ? "twice" : fmt::format("{} times", n); }

std::string the_loop(const Facts& facts) {
  if (const std::int64_t endless = facts.at("dispatch_per_balance.endless"); endless > static_cast<std::int64_t>(monitor::kBurst))
    return fmt::format("One balance called ops.dispatch() {} times and never ended. ", endless);
  const std::int64_t trapped = facts.at("trapped_balance.count");
  if (trapped == 0) return {};
  const std::int64_t least = facts.at("trapped_balance.dispatches_min"), most = facts.at("trapped_balance.dispatches_max");
  std::string text = fmt::format("The breakout ended a dispatch loop {}, after {} calls of ops.dispatch() each. ", times(trapped),
                                 least == most ? std::to_string(most) : fmt::format("{} to {}", least, most));
  if (const std::int64_t kicks = facts.at("self_kicks"); kicks > 0)
    text += fmt::format("Harts kicked themselves {}{}. ", times(kicks),
                        facts.at("self_kicks_unanswered") == 0 ? ", and each kick was answered" : "");
  return text + fmt::format("Trapped harts served {} ticks. ", facts.at("ticks_served.total"));
}

std::string what_waited(const Facts& facts) {
  std::string text;
  if (const std::int64_t held = facts.at("wfi_while_held"); held > 0)
    text += fmt::format("Harts went to sleep {} although the policy held runnable tasks. ", times(held));
  text += fmt::format("Interrupts were off for {} at most; ", facts.time("irq_off_cycles.max"));
  if (facts.at("all_tasks.wait.count") == 0) return text + "no task was woken. ";
  return text + fmt::format("the longest wait of a woken task was {}. ", facts.time("all_tasks.wait.max"));
}

std::string the_ending(const Result& result) {
  switch (result.ending) {
    case Ending::kHwWatchdogReset: return "The hardware watchdog reset the machine.";
    case Ending::kEjected:
      return result.exit && result.exit->reason ? fmt::format("The policy was thrown out: {}.", *result.exit->reason)
                                                : "The policy was thrown out.";
    case Ending::kUnregistered: return "The policy left.";
    case Ending::kRunning: return result.complete ? "The machine ran on to the end." : "";
  }
  return {};
}

}  // namespace

std::string sentence(const Result& result) {
  if (result.metrics.is_null() || result.cycles == 0) return {};  // nothing happened
  const Facts facts(result);
  std::string text = the_loop(facts) + what_waited(facts) + the_ending(result);
  if (!result.complete)
    text += std::string(text.ends_with(' ') ? "" : " ") + "The run was cut short: these are the figures of the part that ran.";
  return text;
}

}  // namespace tb::report
