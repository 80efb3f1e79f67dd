// SPDX-License-Identifier: Apache-2.0
// The comparison of two runs for a terminal.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "tb/analysis/compare.h"
#include "tb/result/outcome.h"

namespace tb::analysis {
namespace {

using event_log::LoggedEvent;
using event_log::Parting;
using event_log::PartingSide;
using event_log::Stay;

constexpr std::size_t kInputsMax = 8, kMetricsMax = 8, kTasksMax = 6, kWarningsMax = 3;  // of the short text
constexpr std::size_t kValueMax = 70;                                                    // characters of an input

std::string more(std::size_t all, std::size_t shown, const char* what) {
  return all > shown ? fmt::format("  and {} more {}; --full has all\n", all - shown, what) : "";
}

template <typename T>
std::span<const T> first(const std::vector<T>& list, std::size_t most, bool full) {
  return std::span(list).first(full ? list.size() : std::min(most, list.size()));
}

std::string tasks_in_turn(const std::vector<Stay>& runs) {
  if (runs.empty()) return "no other task";
  std::vector<std::string> stays;
  for (const Stay& stay : runs) stays.push_back(fmt::format("{} from {}", stay.task, stay.from));
  return fmt::format("{}", fmt::join(stays, ", "));
}

std::string point(const RunComparison& comparison, sim::Cycle cycle) {
  return fmt::format("cycle {} ({:.3f} ms)", cycle, comparison.a.run.ms(static_cast<double>(cycle)));
}

// ---- the runs

std::string heads(const RunComparison& comparison) {
  const std::string a = comparison.a.run.dir.string(), b = comparison.b.run.dir.string();
  const std::size_t width = std::max(a.size(), b.size());
  return fmt::format("A  {:<{}}  {}\nB  {:<{}}  {}\n", a, width, facts_text(comparison.a), b, width, facts_text(comparison.b));
}

std::string inputs(const RunComparison& comparison, bool full) {
  std::vector<InputChange> changes, watching;
  for (const InputChange& change : comparison.inputs) (change.watches && !full ? watching : changes).push_back(change);
  if (comparison.inputs.empty()) return "\nInputs: the same\n";
  std::string text = "\nInputs that differ\n";
  std::size_t width = 0;
  const auto shown = first(changes, kInputsMax, full);
  for (const InputChange& change : shown) width = std::max(width, change.key.size());
  const auto value = [full](const std::optional<std::string>& given) {
    if (!given) return std::string("(none)");
    return full || given->size() <= kValueMax ? *given : given->substr(0, kValueMax) + "...";
  };
  for (const InputChange& change : shown)
    text += fmt::format("  {:<{}}  {} -> {}\n", change.key, width, value(change.a), value(change.b));
  text += more(changes.size(), shown.size(), "inputs");
  std::vector<std::string> keys;
  for (const InputChange& change : watching) keys.push_back(change.key);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (!keys.empty()) text += fmt::format("  and what changes nothing in the machine: {}\n", fmt::join(keys, ", "));
  return text;
}

// ---- where they part

std::string line(const char* whose, const LoggedEvent& event, const std::string& note = "") {
  return fmt::format("  {:<2} {:>12}  hart {:<2}  {}{}\n", whose, event.cycle, event.hart, event.text, note);
}

std::string events(const Parting& parting) {
  std::string text;
  for (std::size_t i = 0; i < parting.a.before.size(); ++i) {
    const LoggedEvent &in_a = parting.a.before[i], &in_b = parting.b.before[i];
    text += line("AB", in_a, in_a.cycle == in_b.cycle ? "" : fmt::format("  (B: cycle {})", in_b.cycle));
  }
  for (const auto& [whose, side] : {std::pair("A", &parting.a), std::pair("B", &parting.b)}) {
    for (const LoggedEvent& event : side->after) text += line(whose, event);
    if (side->after.empty()) text += fmt::format("  {:<2} {:>12}  nothing more of {}\n", whose, "-", parting.stream.text());
  }
  return text;
}

std::string story(const Parting& parting) {
  std::string text;
  for (const std::string& sentence : story_text(parting)) text += "  " + sentence + "\n";
  return text;
}

// Both begin with the same two events.
bool at_one_place(const Parting& x, const Parting& y) {
  const auto alike = [](const PartingSide& p, const PartingSide& q) {
    return !p.after.empty() && !q.after.empty() && p.after.front().cycle == q.after.front().cycle &&
           p.after.front().text == q.after.front().text;
  };
  return x.hart == y.hart && alike(x.a, y.a) && alike(x.b, y.b);
}

std::string partings(const RunComparison& comparison) {
  const auto& [event, decision, equal] = comparison.partings;
  if (!event) return {};
  std::string text =
      fmt::format("\nFirst different event: {}, hart {}\n", point(comparison, event->cycle), event->hart) + events(*event);
  const bool one = decision && at_one_place(*event, *decision);
  text += story(*event);
  if (!decision) return text;
  if (one) return text + "  It is the first different decision, too.\n";
  return text +
         fmt::format("\nFirst different decision: {}, of {}, after {} equal ones\n", point(comparison, decision->cycle),
                     decision->stream.text(), decision->equal) +
         events(*decision) + story(*decision);
}

// ---- what came of it

std::string number(std::optional<std::int64_t> value) { return value ? std::to_string(*value) : "-"; }

std::string row(const MetricChange& change, std::size_t width) {
  const auto difference = change.difference();
  const auto percent = change.percent();
  return fmt::format("  {:<{}}  {:>14}  {:>14}  {:>14}  {:>9}\n", change.path, width, number(change.a), number(change.b),
                     difference ? fmt::format("{:+}", *difference) : "-", percent ? fmt::format("{:+.1f}", *percent) : "-");
}

std::string metrics(const RunComparison& comparison, bool full) {
  const auto& changes = comparison.metrics;
  if (changes.empty()) return "\nMetrics: the same\n";
  std::size_t width = 6;
  const auto shown = first(changes, kMetricsMax, full);
  for (const MetricChange& change : shown) width = std::max(width, change.path.size());
  std::string text = fmt::format("\n{:<{}}  {:>14}  {:>14}  {:>14}  {:>9}\n", "Metrics", width + 2, "A", "B", "difference", "%");
  if (!full) {
    for (const MetricChange& change : shown) text += row(change, width);
    return text + more(changes.size(), shown.size(), "metrics");
  }
  std::vector<std::string> groups;
  for (const MetricChange& change : shown)
    if (std::ranges::find(groups, change.group()) == groups.end()) groups.push_back(change.group());
  for (const std::string& group : groups) {
    text += fmt::format(" {}\n", group);
    for (const MetricChange& change : shown)
      if (change.group() == group) text += row(change, width);
  }
  return text;
}

std::string tasks(const RunComparison& comparison, bool full) {
  const auto& changes = comparison.tasks;
  if (changes.empty()) return {};
  const auto shown = first(changes, kTasksMax, full);
  std::string text = fmt::format("\n{:<18}  {:>10}  {:>10}  {:>11}  {:>11}  {:>11}  {:>11}\n", "Tasks", "run ms A", "B",
                                 "wait p99 us A", "B", "wait max us A", "B");
  for (const TaskChange& change : shown) {
    const auto ms = [](const std::optional<TaskGot>& got, const Subject& run) {
      return got ? fmt::format("{:.3f}", run.ms(static_cast<double>(got->run))) : std::string("-");
    };
    const auto us = [](const std::optional<TaskGot>& got, const Subject& run, std::optional<std::int64_t> TaskGot::*figure) {
      const auto cycles = got ? (*got).*figure : std::nullopt;
      return cycles ? fmt::format("{:.1f}", 1000 * run.ms(static_cast<double>(*cycles))) : std::string("-");
    };
    const Subject &a = comparison.a.run, &b = comparison.b.run;
    std::string row = fmt::format("  {:<16}  {:>10}  {:>10}  {:>13}  {:>11}  {:>13}  {:>11}  {}", change.name, ms(change.a, a),
                                  ms(change.b, b), us(change.a, a, &TaskGot::wait_p99), us(change.b, b, &TaskGot::wait_p99),
                                  us(change.a, a, &TaskGot::wait_max), us(change.b, b, &TaskGot::wait_max), note_text(change));
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
  return text + more(changes.size(), shown.size(), "tasks");
}

std::string warnings(const RunComparison& comparison, bool full) {
  std::string text;
  for (const auto& [name, list] : {std::pair("A", &comparison.warnings_a), std::pair("B", &comparison.warnings_b)}) {
    if (list->empty()) continue;
    text += fmt::format("\nWarnings only in {}\n", name);
    const auto shown = first(*list, kWarningsMax, full);
    for (const Warning& warning : shown) text += fmt::format("  {}: {}\n", name_of(warning.kind), warning.text);
    text += more(list->size(), shown.size(), "warnings");
  }
  return text;
}

}  // namespace

std::string facts_text(const ComparedRun& side) {
  const Subject& run = side.run;
  std::string text = run.result ? fmt::format("{}, ending {}, seed {}", info(run.result->outcome).name,
                                              name_of(run.result->ending), run.result->seed)
                                : std::string("no result");
  text += fmt::format("; {} {} at {} MHz, {:.3f} ms, {} events", run.harts, run.harts == 1 ? "hart" : "harts", run.clock_mhz,
                      run.ms(static_cast<double>(run.end)), side.events);
  if (run.result && !run.result->message.empty()) text += "; " + run.result->message;
  return text;
}

std::string verdict_text(const RunComparison& comparison) {
  const auto& [event, decision, equal] = comparison.partings;
  if (!event) return fmt::format("The same: {} events.", equal);
  const std::string text =
      fmt::format("They part at {}, on hart {}, after {} equal events. ", point(comparison, event->cycle), event->hart, equal);
  if (decision) return text + fmt::format("What is decided differs from {} on.", point(comparison, decision->cycle));
  return text + "As far as both logs go, they decide the same.";
}

std::string note_text(const TaskChange& change) {
  if (!change.a) return "only in B";
  if (!change.b) return "only in A";
  if (change.a->ran != change.b->ran) return change.a->ran ? "never ran in B" : "never ran in A";
  return change.a->ran ? "" : "never ran";
}

std::vector<std::string> story_text(const Parting& parting) {
  const auto ran = [](const PartingSide& side) {
    return side.ran ? fmt::format("{} since cycle {}", side.ran->task, side.ran->from) : std::string("no task yet");
  };
  const std::string in_a = ran(parting.a), in_b = ran(parting.b);
  return {fmt::format("hart {} ran ", parting.hart) +
              (in_a == in_b ? in_a + " in both" : fmt::format("in A {}, in B {}", in_a, in_b)),
          "then in A: " + tasks_in_turn(parting.a.runs), "then in B: " + tasks_in_turn(parting.b.runs)};
}

std::string compare_text(const RunComparison& comparison, bool full) {
  std::string text = heads(comparison) + "\n" + verdict_text(comparison) + "\n" + inputs(comparison, full);
  if (comparison.same()) return text;
  return text + partings(comparison) + metrics(comparison, full) + tasks(comparison, full) + warnings(comparison, full);
}

}  // namespace tb::analysis
