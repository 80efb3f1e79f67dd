// SPDX-License-Identifier: Apache-2.0
// Records and decodes what a run does, and answers questions about it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/observer.h"

namespace kernel {

namespace test {

struct LoggedEvent {
  sim::Cycle cycle = 0;
  sim::HartId hart = 0;
  std::string name;
  std::map<std::string, std::uint64_t> numbers;  // u64, bool, enum values
  std::map<std::string, std::string> texts;      // comm, str, names of enum values

  [[nodiscard]] std::uint64_t number(const std::string& field) const;
  [[nodiscard]] const std::string& text(const std::string& field) const;
  [[nodiscard]] std::string describe() const;
};

using Events = std::vector<LoggedEvent>;

class EventLog final : public sim::Observer {
 public:
  void on_event(const sim::Event& event) override;
  void on_console(sim::HartId hart, std::string_view text) override;

  // Verbose ones are kept apart from the rest only by name.
  [[nodiscard]] const Events& events() const { return events_; }
  [[nodiscard]] Events named(std::string_view name) const;
  [[nodiscard]] Events of_hart(sim::HartId hart) const;
  [[nodiscard]] const std::string& console() const { return console_; }
  // For long runs: the events that are looked at at all, by name; all, if empty.
  std::set<std::string, std::less<>> only;
  // Which of them are kept; all, if not set.
  std::function<bool(const LoggedEvent&)> keep;
  // Called for each event, as it arrives.
  std::function<void(const LoggedEvent&)> on_each;

 private:
  Events events_;
  std::string console_;
};

// Of the first task that was given that name. Throws if there is none.
std::uint64_t pid_of(const EventLog& log, std::string_view comm);
// "comm[pid]", as messages name it.
std::string task_name(const EventLog& log, const std::string& comm);
// Cycles each task had between two times, by its name, over all harts.
std::map<std::string, sim::Cycle> cpu_time(const EventLog& log, sim::Cycle from, sim::Cycle to);
// Names of the events, in order, without the verbose ones.
std::vector<std::string> names(const Events& events);
// Index of the first event of that name at or after `from`; events.size() if there is none.
std::size_t find(const Events& events, std::string_view name, std::size_t from = 0);

}  // namespace test

}  // namespace kernel
