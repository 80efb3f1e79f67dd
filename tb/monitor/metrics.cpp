// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/metrics.h"

#include <algorithm>

#include "tb/monitor/vocabulary.h"

namespace tb::monitor {

using nlohmann::ordered_json;

void Metrics::on_event(const log::EventView& event) {
  if (event.id == kReset) cut(event.cycle);
  if (const auto stretch = irq_off_.on_event(event)) balance_.on_irqs_on(stretch->hart, stretch->to);
  balance_.on_event(event);
  kick_.on_event(event);
  kick_wait_.on_event(event);
  recovery_.on_event(event);
  waiting_.on_event(event);
  idle_.on_event(event, waiting_);
  starvation_.on_event(event);
  count(event);
}

void Metrics::count(const log::EventView& event) {
  switch (event.id) {
    case kBreakout:
      ++breakouts_;
      break;
    case kDispatchRefused:
      if (const auto reason = event.fields[kDispatchRefusedReason].number; reason < refused_.size()) ++refused_[reason];
      break;
    case kWfiEnter:
      wfi_while_held_ += event.fields[kWfiEnterHeld].number > 0 ? 1 : 0;
      break;
    case kReset:
      hw_watchdog_resets_ += event.fields[kResetHwWatchdog].number ? 1 : 0;
      break;
    case kRqLockWait:
      ++rq_lock_waits_;
      break;
    case kScxEnable:
      policy_loaded_ = true;
      break;
    default:
      break;
  }
}

void Metrics::cut(sim::Cycle cycle) {
  for (sim::HartId hart = 0; hart < harts_; ++hart)
    if (const auto stretch = irq_off_.cut(hart, cycle)) balance_.on_irqs_on(hart, stretch->to);
  balance_.cut();
  kick_.cut();
  kick_wait_.cut(cycle);
  idle_.cut(cycle);
}

void Metrics::finish(sim::Cycle end) {
  cut(end);
  starvation_.finish(end, waiting_);
}

namespace {

ordered_json number_or_null(const std::optional<std::uint64_t>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

}  // namespace

ordered_json Metrics::to_json() const {
  ordered_json histogram = ordered_json::object();
  for (const auto& [calls, balances] : balance_.histogram()) histogram[std::to_string(calls)] = balances;
  ordered_json refused = ordered_json::object();
  for (std::size_t i = 0; i < refused_.size(); ++i)
    refused[std::string(trace::schema::kRefusalNames[i].name)] = refused_[i];
  ordered_json ticks = ordered_json::array();
  std::uint64_t ticks_total = 0;
  for (sim::HartId hart = 0; hart < harts_; ++hart) {
    ticks.push_back(balance_.ticks_served(hart));
    ticks_total += balance_.ticks_served(hart);
  }
  ordered_json irqs_off = ordered_json::array();
  ordered_json idle = ordered_json::array();
  ordered_json kick_waits = ordered_json::array();
  for (sim::HartId hart = 0; hart < harts_; ++hart) {
    irqs_off.push_back(irq_off_.longest(hart));
    idle.push_back(idle_.longest(hart));
    kick_waits.push_back(kick_wait_.longest(hart));
  }
  const auto& kick_wait = kick_wait_.longest();
  const auto& trapped = balance_.trapped();
  const auto& longest = irq_off_.longest();
  return {
      {"dispatch_per_balance",
       {{"max", balance_.calls_max()}, {"endless", balance_.endless_calls()}, {"histogram", histogram}}},
      {"trapped_balance",
       {{"count", trapped.count},
        {"dispatches_min", trapped.calls_min},
        {"dispatches_max", trapped.calls_max},
        {"max", trapped.cycles_max}}},
      {"breakouts", breakouts_},
      {"self_kicks", kick_.self_kicks()},
      {"self_kicks_unanswered", kick_.unanswered()},
      {"kick_to_irq_cycles", {{"max", kick_.latency_max()}}},
      {"kick_wait_cycles",
       {{"max", kick_wait.cycles()}, {"hart", kick_wait.hart}, {"from", kick_wait.from}, {"never_ended", kick_wait_.never_ended()},
        {"per_hart", kick_waits}}},
      {"refused", refused},
      {"irq_off_cycles",
       {{"max", longest.cycles()}, {"hart", longest.hart}, {"from", longest.from}, {"per_hart", irqs_off}}},
      {"ticks_served", {{"total", ticks_total}, {"per_hart", ticks}}},
      {"wfi_while_held", wfi_while_held_},
      {"idle_while_runnable",
       {{"max", idle_.longest().cycles},
        {"hart", idle_.longest().hart},
        {"from", idle_.longest().from},
        {"count", idle_.long_ones()},
        {"total", idle_.total()},
        {"per_hart", idle}}},
      {"hw_watchdog_resets", hw_watchdog_resets_},
      {"rq_lock_waits", rq_lock_waits_},
      {"recovery_cycles",
       {{"to_bypass", number_or_null(recovery_.to_bypass())}, {"to_fair", number_or_null(recovery_.to_fair())}}},
      {"dispatches_in_bypass", recovery_.calls_in_bypass()},
      {"tasks_lost", number_or_null(recovery_.tasks_lost())},
      {"tasks_starved", number_or_null(starvation_.starved())},
  };
}

namespace {

// Null: there is nothing of that name.
const ordered_json* node_at(const ordered_json& root, std::string_view path) {
  const ordered_json* node = &root;
  while (true) {
    if (!node->is_object()) return nullptr;
    const std::size_t dot = path.find('.');
    const auto child = node->find(std::string(path.substr(0, dot)));
    if (child == node->end()) return nullptr;
    node = &*child;
    if (dot == std::string_view::npos) return node;
    path.remove_prefix(dot + 1);
  }
}

void collect(const ordered_json& node, const std::string& path, std::vector<std::string>& out) {
  if (node.is_number_integer() || node.is_null()) out.push_back(path);
  if (!node.is_object()) return;
  for (const auto& [key, child] : node.items()) collect(child, path.empty() ? key : path + "." + key, out);
}

}  // namespace

const std::vector<std::string>& metric_paths() {
  static const auto* const paths = [] {
    auto* all = new std::vector<std::string>;
    collect(Metrics(0, 1).to_json(), "", *all);
    return all;
  }();
  return *paths;
}

std::vector<std::int64_t> metric_per_hart(const ordered_json& metrics, std::string_view path) {
  const ordered_json* node = node_at(metrics, std::string(path) + ".per_hart");
  return node && node->is_array() ? node->get<std::vector<std::int64_t>>() : std::vector<std::int64_t>{};
}

const std::vector<std::string>& per_hart_metric_paths() {
  static const auto* const paths = [] {
    auto* all = new std::vector<std::string>;
    const ordered_json json = Metrics(1, 1).to_json();
    for (const auto& [name, child] : json.items())
      if (child.is_object() && child.contains("per_hart")) all->push_back(name);
    return all;
  }();
  return *paths;
}

std::optional<std::int64_t> metric_at(const ordered_json& metrics, std::string_view path) {
  const ordered_json* node = node_at(metrics, path);
  if (!node || !node->is_number_integer()) return std::nullopt;
  return node->get<std::int64_t>();
}

}  // namespace tb::monitor
