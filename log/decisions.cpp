// SPDX-License-Identifier: Apache-2.0
#include "log/decisions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

namespace event_log {

namespace {

using Of = StreamName::Of;

struct Kind {
  std::string_view event;
  Of of;
  std::vector<std::string_view> fields;  // that matter
};

const std::vector<Kind>& kinds() {
  static const auto* const all = new std::vector<Kind>{
      {"sched_switch", Of::kHart, {"prev_comm", "prev_state", "next_comm"}},
      {"breakout", Of::kBreakouts, {"limit", "retry"}},
      {"sched_wakeup", Of::kTask, {"target_cpu"}},
      {"task_new", Of::kTask, {"class", "cpus"}},
      {"task_exit", Of::kTask, {"status"}},
      {"class_switch", Of::kTask, {"from", "to"}},
      {"set_cpus_allowed", Of::kTask, {"cpus"}},
      {"signal", Of::kTask, {"signal"}},
      {"scx_enable", Of::kMachine, {"name"}},
      {"scx_error", Of::kMachine, {"kind"}},
      {"scx_disable", Of::kMachine, {"name", "kind", "code"}},
      {"bypass", Of::kMachine, {"cpu", "on"}},
      {"sysrq", Of::kMachine, {"key"}},
      {"power_switch", Of::kMachine, {"cpu", "on"}},
      {"cpu_offline", Of::kMachine, {"cpu"}},
      {"cpu_online", Of::kMachine, {"cpu"}},
      {"hw_watchdog_bark", Of::kMachine, {"guarded_cpu"}},
      {"hw_watchdog_bite", Of::kMachine, {"guarded_cpu"}},
      {"reset", Of::kMachine, {"boot", "hw_watchdog"}},
      {"invariant", Of::kMachine, {"name"}},
  };
  return *all;
}

std::uint8_t id_of(std::string_view event) {
  const std::uint8_t* const id = find_event(event);
  if (id == nullptr) throw std::logic_error("no event is called " + std::string(event));
  return *id;
}

std::size_t field_of(std::uint8_t event, std::string_view field) {
  const int index = find_field(event, field);
  if (index < 0) throw std::logic_error(std::string(type_of(event).name) + " has no field " + std::string(field));
  return static_cast<std::size_t>(index);
}

// What is known of each event, by id.
struct ById {
  struct Decision {
    Of of = Of::kMachine;
    std::vector<std::size_t> fields;
  };
  std::array<std::optional<Decision>, trace::schema::kEvents.size()> decisions;
  std::array<int, trace::schema::kEvents.size()> pid{}, comm{};  // fields; -1: it has none
  std::uint8_t sched_switch = id_of("sched_switch"), reset = id_of("reset");
  std::size_t prev_pid = field_of(sched_switch, "prev_pid"), prev_comm = field_of(sched_switch, "prev_comm");
  std::size_t next_pid = field_of(sched_switch, "next_pid"), next_comm = field_of(sched_switch, "next_comm");

  ById() {
    for (const Kind& kind : kinds()) {
      const std::uint8_t id = id_of(kind.event);
      Decision decision{kind.of, {}};
      for (const std::string_view field : kind.fields) decision.fields.push_back(field_of(id, field));
      decisions[id] = std::move(decision);
    }
    for (std::size_t i = 0; i < pid.size(); ++i) {
      pid[i] = find_field(static_cast<std::uint8_t>(i), "pid");
      comm[i] = find_field(static_cast<std::uint8_t>(i), "comm");
    }
  }
};

const ById& by_id() {
  static const auto* const all = new ById;
  return *all;
}

}  // namespace

std::string StreamName::text() const {
  switch (of) {
    case Of::kHart: return "hart " + std::to_string(hart);
    case Of::kBreakouts: return "breakouts of hart " + std::to_string(hart);
    case Of::kTask: return "task " + task;
    case Of::kMachine: break;
  }
  return "the machine";
}

bool is_decision(std::uint8_t event) { return by_id().decisions[event].has_value(); }

bool same_decision(const EventView& a, const EventView& b) {
  if (a.id != b.id) return false;
  const auto& decision = by_id().decisions[a.id];
  return decision && std::ranges::all_of(decision->fields, [&](std::size_t field) {
           return a.fields[field].number == b.fields[field].number && a.fields[field].text == b.fields[field].text;
         });
}

void DecisionNamer::on_event(const EventView& event) {
  const ById& known = by_id();
  const auto name = [this](const Value& pid, const Value& comm) {
    std::string& text = comms_[pid.number];
    if (text != comm.text) text = comm.text;
  };
  if (event.id == known.reset) comms_.clear();
  else if (event.id == known.sched_switch) {
    name(event.fields[known.prev_pid], event.fields[known.prev_comm]);
    name(event.fields[known.next_pid], event.fields[known.next_comm]);
  } else if (known.pid[event.id] >= 0 && known.comm[event.id] >= 0)
    name(event.fields[static_cast<std::size_t>(known.pid[event.id])],
         event.fields[static_cast<std::size_t>(known.comm[event.id])]);
}

StreamName DecisionNamer::stream_of(const EventView& event) const {
  const ById& known = by_id();
  const Of of = known.decisions[event.id].value().of;
  if (of == Of::kHart || of == Of::kBreakouts) return {of, event.hart, {}};
  if (of == Of::kMachine) return {of, 0, {}};
  const std::uint64_t pid = event.fields[static_cast<std::size_t>(known.pid[event.id])].number;
  const auto found = comms_.find(pid);
  return {of, 0, found != comms_.end() ? found->second : "pid " + std::to_string(pid)};
}

}  // namespace event_log
