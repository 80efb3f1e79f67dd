// SPDX-License-Identifier: Apache-2.0
#include "tb/import/trace_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "tb/config/tree.h"

namespace tb::import {

namespace {

using config::ConfigError;
using config::Place;

constexpr std::string_view kWhite = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Takes the last word off a text.
std::string_view take_last_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t gap = text.find_last_of(kWhite);
  const std::string_view word = gap == std::string_view::npos ? text : text.substr(gap + 1);
  text = gap == std::string_view::npos ? std::string_view() : trimmed(text.substr(0, gap));
  return word;
}

// One line, with its place for complaints.
class Line {
 public:
  Line(std::string_view text, Place place) : text_(text), place_(std::move(place)) {}

  // False: it is of another event, or none.
  bool read(TraceEvent& out, bool& knows_interrupts) const {
    for (const auto& [word, kind] : kEvents) {
      const std::size_t found = find_event(word);
      if (found == std::string_view::npos) continue;
      out.kind = kind;
      read_head(text_.substr(0, found), out, knows_interrupts);
      const std::string_view fields = trimmed(text_.substr(found + word.size()));
      if (kind == TraceEvent::Kind::kSwitch) read_switch(fields, out);
      else out.task = read_woken(fields);
      return true;
    }
    return false;
  }

 private:
  struct Event {
    std::string_view word;
    TraceEvent::Kind kind;
  };
  static constexpr Event kEvents[] = {{"sched_switch:", TraceEvent::Kind::kSwitch},
                                      {"sched_waking:", TraceEvent::Kind::kWakeup},
                                      {"sched_wakeup:", TraceEvent::Kind::kWakeup},
                                      {"sched_wakeup_new:", TraceEvent::Kind::kWakeup}};

  [[noreturn]] void fail(std::string_view expected, std::string_view got) const {
    throw ConfigError(place_, "", fmt::format("expected {}, got '{}'", expected, got));
  }

  // Right behind the time, maybe with the name of its system.
  [[nodiscard]] std::size_t find_event(std::string_view word) const {
    const std::size_t found = text_.find(word);
    if (found == std::string_view::npos || found == 0) return std::string_view::npos;
    std::string_view before = text_.substr(0, found);
    if (before.ends_with("sched:")) before.remove_suffix(6);
    return trimmed(before).ends_with(':') ? found : std::string_view::npos;
  }

  template <typename Number>
  Number number(std::string_view text, std::string_view what) const {
    Number value = 0;
    const char* const end = text.data() + text.size();
    if (text.empty() || std::from_chars(text.data(), end, value) != std::from_chars_result{end, std::errc{}}) fail(what, text);
    return value;
  }

  // "  comm-123 ( 120) [001] d.h2. 12.345678: " or "  comm-123  1d.h2. 12.345678:" or "comm 123/124 [001] 12.345678: sched:".
  void read_head(std::string_view head, TraceEvent& out, bool& knows_interrupts) const {
    if (head.ends_with("sched:")) head.remove_suffix(6);
    out.ns = time(take_last_word(head));
    std::string_view flags;
    std::string_view word = take_last_word(head);
    if (!word.starts_with('[')) {
      const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
      flags = word.substr(digits);
      if (digits > 0) {
        word = word.substr(0, digits);
      } else {
        word = take_last_word(head);
      }
    }
    if (word.starts_with('[') && word.ends_with(']')) word = word.substr(1, word.size() - 2);
    constexpr unsigned kCpusMost = 8192;  // NR_CPUS of the largest kernels
    out.cpu = number<unsigned>(word, "a CPU like [001] before the time");
    if (out.cpu >= kCpusMost) fail("a CPU like [001] before the time", word);
    constexpr std::size_t kContextFlag = 2;
    if (flags.size() > kContextFlag) {
      knows_interrupts = true;
      out.in_interrupt = std::string_view("hHszZ").find(flags[kContextFlag]) != std::string_view::npos;
    }
    out.context = context(head);
  }

  [[nodiscard]] std::uint64_t time(std::string_view word) const {
    constexpr std::string_view kExpected = "a time like 12.345678: before the event";
    const std::size_t point = word.find('.');
    if (!word.ends_with(':') || point == std::string_view::npos) fail(kExpected, word);
    const std::string_view fraction = word.substr(point + 1, word.size() - point - 2);
    if (!is_digits(fraction) || fraction.size() > 9) fail(kExpected, word);
    auto ns = number<std::uint64_t>(fraction, kExpected);
    for (std::size_t digits = fraction.size(); digits < 9; ++digits) ns *= 10;
    constexpr std::uint64_t kSecondsMost = 10'000'000'000;  // 300 years; what follows does not overflow
    const auto seconds = number<std::uint64_t>(word.substr(0, point), kExpected);
    if (seconds > kSecondsMost) fail(kExpected, word);
    return seconds * 1'000'000'000 + ns;
  }

  [[nodiscard]] std::uint64_t context(std::string_view head) const {
    constexpr std::string_view kExpected = "a task like name-123 or name 123 at the begin of the line";
    head = trimmed(head);
    if (head.ends_with(')') && head.rfind('(') != std::string_view::npos) head = trimmed(head.substr(0, head.rfind('(')));
    std::string_view rest = head;
    std::string_view last = take_last_word(rest);
    if (const std::size_t slash = last.find('/');
        slash != std::string_view::npos && is_digits(last.substr(slash + 1)) && is_digits(last.substr(0, slash)))
      last = last.substr(slash + 1);
    if (is_digits(last) && !rest.empty()) return number<std::uint64_t>(last, kExpected);
    const std::size_t dash = head.rfind('-');
    if (dash == std::string_view::npos || !is_digits(head.substr(dash + 1))) fail(kExpected, head);
    return number<std::uint64_t>(head.substr(dash + 1), kExpected);
  }

  // The value between "key=" and the next key; a comm may hold anything.
  [[nodiscard]] std::string_view field(std::string_view fields, std::string_view key, std::string_view next) const {
    const std::size_t begin = fields.find(key);
    if (begin == std::string_view::npos) fail(fmt::format("a field {}", key), fields);
    const std::string_view value = fields.substr(begin + key.size());
    const std::size_t end = next.empty() ? value.find(' ') : value.find(next);
    return value.substr(0, end);
  }

  // "name:123 [120]", as trace-cmd and perf may show it; leaves what follows.
  TracedTask short_task(std::string_view& text) const {
    constexpr std::string_view kExpected = "a task like name:123 [120]";
    const std::size_t open = text.rfind(" [");
    const std::size_t close = open == std::string_view::npos ? open : text.find(']', open);
    const std::size_t colon = open == std::string_view::npos ? open : text.rfind(':', open);
    if (close == std::string_view::npos || colon == std::string_view::npos) fail(kExpected, text);
    TracedTask task{number<std::uint64_t>(text.substr(colon + 1, open - colon - 1), kExpected),
                    std::string(trimmed(text.substr(0, colon))), number<int>(text.substr(open + 2, close - open - 2), kExpected)};
    text = trimmed(text.substr(close + 1));
    return task;
  }

  void read_switch(std::string_view fields, TraceEvent& out) const {
    const std::size_t arrow = fields.find(" ==> ");
    if (arrow == std::string_view::npos) fail("the task that leaves ==> the task that comes", fields);
    std::string_view prev = fields.substr(0, arrow);
    std::string_view next = trimmed(fields.substr(arrow + 5));
    if (prev.find("prev_comm=") != std::string_view::npos) {
      out.task = {number<std::uint64_t>(field(prev, "prev_pid=", ""), "a PID"),
                  std::string(field(prev, "prev_comm=", " prev_pid=")), number<int>(field(prev, "prev_prio=", ""), "a priority")};
      prev = field(prev, "prev_state=", "");
      out.next = {number<std::uint64_t>(field(next, "next_pid=", ""), "a PID"),
                  std::string(field(next, "next_comm=", " next_pid=")), number<int>(field(next, "next_prio=", ""), "a priority")};
    } else {
      out.task = short_task(prev);
      out.next = short_task(next);
    }
    if (prev.empty()) fail("the state in which the task leaves", fields);
    out.state = prev[0];
  }

  [[nodiscard]] TracedTask read_woken(std::string_view fields) const {
    if (!fields.starts_with("comm=")) return short_task(fields);
    return {number<std::uint64_t>(field(fields, " pid=", ""), "a PID"), std::string(field(fields, "comm=", " pid=")),
            number<int>(field(fields, " prio=", ""), "a priority")};
  }

  std::string_view text_;
  Place place_;
};

}  // namespace

Trace parse_trace(std::string_view text, const std::string& source) {
  const auto name = std::make_shared<const std::string>(source);
  Trace trace;
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.starts_with('#')) continue;
    TraceEvent event;
    if (Line(line, {name, number, 1}).read(event, trace.knows_interrupts)) trace.events.push_back(std::move(event));
  }
  const bool switches =
      std::ranges::any_of(trace.events, [](const TraceEvent& event) { return event.kind == TraceEvent::Kind::kSwitch; });
  if (!switches)
    throw ConfigError(
        Place{name}, "",
        "expected lines of sched_switch, as in the trace of ftrace, of trace-cmd report or of perf script; found none");
  std::ranges::stable_sort(trace.events, {}, &TraceEvent::ns);
  return trace;
}

}  // namespace tb::import
