// SPDX-License-Identifier: Apache-2.0
#include "tests/kernel/event_log.h"

#include <algorithm>
#include <stdexcept>

#include "event_schema.h"

namespace kernel {

namespace test {

namespace {

using trace::schema::EventType;
using trace::schema::FieldType;

class Decoder {
 public:
  explicit Decoder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint64_t take_number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t byte = bytes_[next_++];
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }
  std::string take_text() {
    const std::uint64_t length = take_number();
    std::string text;
    for (std::uint64_t i = 0; i < length; ++i) text += static_cast<char>(bytes_[next_++]);
    return text;
  }
  [[nodiscard]] bool done() const { return next_ == bytes_.size(); }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t next_ = 0;
};

std::string enum_name(const trace::schema::Enum& values, std::uint64_t value) {
  for (const auto& item : values.names) {
    if (item.value == value) return std::string(item.name);
  }
  throw std::runtime_error("event with an unknown enum value");
}

bool is_verbose(const std::string& name) {
  for (const EventType& type : trace::schema::kEvents) {
    if (type.name == name) return type.verbose;
  }
  return false;
}

}  // namespace

std::uint64_t LoggedEvent::number(const std::string& field) const { return numbers.at(field); }
const std::string& LoggedEvent::text(const std::string& field) const { return texts.at(field); }

std::string LoggedEvent::describe() const {
  std::string line = std::to_string(cycle) + " hart" + std::to_string(hart) + " " + name;
  for (const auto& [field, value] : numbers) {
    line += " " + field + "=" + (texts.contains(field) ? texts.at(field) : std::to_string(value));
  }
  for (const auto& [field, value] : texts) {
    if (!numbers.contains(field)) line += " " + field + "=" + value;
  }
  return line;
}

void EventLog::on_event(const sim::Event& event) {
  const EventType& type = trace::schema::kEvents.at(event.id);
  if (!only.empty() && !only.contains(type.name)) return;
  LoggedEvent logged;
  logged.cycle = event.cycle;
  logged.hart = event.hart;
  logged.name = type.name;
  Decoder decoder(event.payload);
  for (const auto& field : type.fields) {
    const std::string name(field.name);
    switch (field.type) {
      case FieldType::kComm:
      case FieldType::kStr: logged.texts[name] = decoder.take_text(); break;
      case FieldType::kEnum:
        logged.numbers[name] = decoder.take_number();
        logged.texts[name] = enum_name(*field.values, logged.numbers[name]);
        break;
      default: logged.numbers[name] = decoder.take_number(); break;
    }
  }
  if (!decoder.done()) throw std::runtime_error("event with trailing bytes: " + logged.name);
  if (on_each) on_each(logged);
  if (!keep || keep(logged)) events_.push_back(std::move(logged));
}

void EventLog::on_console(sim::HartId, std::string_view text) { console_ += text; }

Events EventLog::named(std::string_view name) const {
  Events found;
  for (const LoggedEvent& event : events_) {
    if (event.name == name) found.push_back(event);
  }
  return found;
}

Events EventLog::of_hart(sim::HartId hart) const {
  Events found;
  for (const LoggedEvent& event : events_) {
    if (event.hart == hart) found.push_back(event);
  }
  return found;
}

std::vector<std::string> names(const Events& events) {
  std::vector<std::string> list;
  for (const LoggedEvent& event : events) {
    if (!is_verbose(event.name)) list.push_back(event.name);
  }
  return list;
}

std::uint64_t pid_of(const EventLog& log, std::string_view comm) {
  for (const LoggedEvent& event : log.events()) {
    if (event.name == "task_new" && event.text("comm") == comm) return event.number("pid");
  }
  throw std::runtime_error("no such task was forked: " + std::string(comm));
}

std::string task_name(const EventLog& log, const std::string& comm) {
  return comm + "[" + std::to_string(pid_of(log, comm)) + "]";
}

std::map<std::string, sim::Cycle> cpu_time(const EventLog& log, sim::Cycle from, sim::Cycle to) {
  struct Running {
    std::string comm = "swapper";
    sim::Cycle since = 0;
  };
  std::map<std::string, sim::Cycle> used;
  std::map<sim::HartId, Running> harts;
  const auto end = [&](const Running& running, sim::Cycle cycle) {
    const sim::Cycle begin = std::max(running.since, from);
    const sim::Cycle last = std::min(cycle, to);
    if (last > begin) used[running.comm] += last - begin;
  };
  for (const LoggedEvent& event : log.events()) {
    if (event.name != "sched_switch") continue;
    end(harts[event.hart], event.cycle);
    harts[event.hart] = {event.text("next_comm"), event.cycle};
  }
  for (const auto& [hart, running] : harts) end(running, to);
  return used;
}

std::size_t find(const Events& events, std::string_view name, std::size_t from) {
  for (std::size_t i = from; i < events.size(); ++i) {
    if (events[i].name == name) return i;
  }
  return events.size();
}

}  // namespace test

}  // namespace kernel
