// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/metrics.h"

#include "event_names.h"  // generated

#include <algorithm>

#include "tb/monitor/warnings.h"

namespace tb::monitor {

void Metrics::on_event(const event_log::EventView& event) {
  if (event.id == events::kReset) cut(event.cycle);
  if (const auto stretch = irq_off_.on_event(event)) on_irqs_on(*stretch);
  balance_.on_event(event);
  kick_.on_event(event);
  kick_wait_.on_event(event);
  recovery_.on_event(event);
  waiting_.on_event(event);
  idle_.on_event(event, waiting_);
  starvation_.on_event(event);
  tasks_.on_event(event);
  hart_time_.on_event(event);
  ipi_latency_.on_event(event);
  storms_.on_event(event, waiting_);
  if (const auto wait = lock_spin_.on_event(event)) storms_.on_lock_wait(*wait, waiting_);
  count(event);
}

void Metrics::on_irqs_on(const IrqOffStretch& stretch) {
  balance_.on_irqs_on(stretch.hart, stretch.to);
  irq_off_cycles_.add(stretch.cycles(), stretch.from);
}

void Metrics::count(const event_log::EventView& event) {
  switch (event.id) {
    case events::kBreakout: ++breakouts_; break;
    case events::kDispatchRefused:
      if (const auto reason = event.fields[events::kDispatchRefusedReason].number; reason < refused_.size()) ++refused_[reason];
      break;
    case events::kWfiEnter: wfi_while_held_ += event.fields[events::kWfiEnterHeld].number > 0 ? 1 : 0; break;
    case events::kReset: hw_watchdog_resets_ += event.fields[events::kResetHwWatchdog].number ? 1 : 0; break;
    case events::kRqLockWait: ++rq_lock_waits_; break;
    case events::kScxEnable: policy_loaded_ = true; break;
    default: break;
  }
}

void Metrics::cut(sim::Cycle cycle) {
  for (sim::HartId hart = 0; hart < harts_; ++hart)
    if (const auto stretch = irq_off_.cut(hart, cycle)) on_irqs_on(*stretch);
  for (sim::HartId hart = 0; hart < harts_; ++hart)
    if (const auto wait = lock_spin_.cut(hart, cycle)) storms_.on_lock_wait(*wait, waiting_);
  balance_.cut();
  kick_.cut();
  kick_wait_.cut(cycle);
  idle_.cut(cycle);
  tasks_.cut(cycle);
  hart_time_.cut(cycle);
  ipi_latency_.cut();
  storms_.cut(cycle, waiting_);
}

void Metrics::finish(sim::Cycle end) {
  cut(end);
  end_ = end;
  starvation_.finish(end, waiting_);
  warnings_ = warnings_of({harts_, tick_cycles_, clock_mhz_, tasks_, idle_, irq_off_, kick_wait_, storms_});
}

json::Value Metrics::to_json() const {
  json::Value histogram = json::Value::object();
  for (const auto& [calls, balances] : balance_.histogram()) histogram[std::to_string(calls)] = balances;
  json::Value refused = json::Value::object();
  for (std::size_t i = 0; i < refused_.size(); ++i) refused[std::string(trace::schema::kRefusalNames[i].name)] = refused_[i];
  json::Value ticks = json::Value::array();
  std::uint64_t ticks_total = 0;
  for (sim::HartId hart = 0; hart < harts_; ++hart) {
    ticks.push_back(balance_.ticks_served(hart));
    ticks_total += balance_.ticks_served(hart);
  }
  json::Value irqs_off = json::Value::array();
  json::Value idle = json::Value::array();
  json::Value kick_waits = json::Value::array();
  for (sim::HartId hart = 0; hart < harts_; ++hart) {
    irqs_off.push_back(irq_off_.longest(hart));
    idle.push_back(idle_.longest(hart));
    kick_waits.push_back(kick_wait_.longest(hart));
  }
  json::Value irq_off = irq_off_cycles_.to_json();
  irq_off["max"] = irq_off_.longest().cycles();  // 0 if interrupts were never off
  irq_off["from"] = irq_off_.longest().from;
  irq_off["hart"] = irq_off_.longest().hart;
  irq_off["per_hart"] = irqs_off;
  json::Value tasks = json::Value::object();
  for (const auto& [name, figures] : tasks_.by_name())
    if (figures.tasks > 0) tasks[name] = figures.to_json();
  json::Value classes = json::Value::object();
  for (const auto& sched_class : trace::schema::kClassNames)
    if (sched_class.value != events::kClassIdle)
      classes[std::string(sched_class.name)] = tasks_.by_class()[sched_class.value].to_json();
  const auto& kick_wait = kick_wait_.longest();
  const auto& trapped = balance_.trapped();
  json::Value metrics = {
      {"dispatch_per_balance", {{"max", balance_.calls_max()}, {"endless", balance_.endless_calls()}, {"histogram", histogram}}},
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
       {{"max", kick_wait.cycles()},
        {"hart", kick_wait.hart},
        {"from", kick_wait.from},
        {"never_ended", kick_wait_.never_ended()},
        {"per_hart", kick_waits}}},
      {"refused", refused},
      {"irq_off_cycles", irq_off},
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
      {"recovery_cycles", {{"to_bypass", recovery_.to_bypass()}, {"to_fair", recovery_.to_fair()}}},
      {"dispatches_in_bypass", recovery_.calls_in_bypass()},
      {"tasks_lost", recovery_.tasks_lost()},
      {"tasks_starved", starvation_.starved()},
      {"ipi_to_trap_cycles", ipi_latency_.ipi_to_trap().to_json()},
      {"waking_to_ipi_cycles", ipi_latency_.waking_to_ipi().to_json()},
      {"lock_spin_cycles", lock_spin_.to_json()},
      {"trap_to_work_cycles", ipi_latency_.trap_to_work().to_json()},
      {"all_tasks", tasks_.all().to_json()},
      {"classes", classes},
      {"tasks", tasks},
  };
  hart_time_.add_to(metrics);
  json::Value warnings{{"total", warnings_.size()}};
  for (std::size_t kind = 0; kind < kWarningNames.size(); ++kind)
    warnings[std::string(kWarningNames[kind])] = std::ranges::count(warnings_, static_cast<WarningKind>(kind), &Warning::kind);
  metrics["warnings"] = warnings;
  const std::uint64_t capacity = harts_ * end_;
  metrics["utilization_permille"] = capacity > 0 ? json::Value(1000 * hart_time_.busy_cycles() / capacity) : json::Value();
  return metrics;
}

namespace {

void collect(const json::Value& node, const std::string& path, std::vector<std::string>& out) {
  if (node.is_integer() || node.is_null()) out.push_back(path);
  if (!node.is_object()) return;
  for (const auto& [key, child] : node.items()) collect(child, path.empty() ? key : path + "." + key, out);
}

}  // namespace

const std::vector<std::string>& metric_paths() {
  static const auto* const paths = [] {
    auto* all = new std::vector<std::string>;
    collect(Metrics(0, 1, 1).to_json(), "", *all);
    return all;
  }();
  return *paths;
}

const std::vector<std::string>& task_metric_paths() {
  static const auto* const paths = [] {
    auto* all = new std::vector<std::string>;
    collect(TaskFigures().to_json(), "", *all);
    return all;
  }();
  return *paths;
}

const std::vector<std::string>& per_hart_metric_paths() {
  static const auto* const paths = [] {
    auto* all = new std::vector<std::string>;
    const json::Value json = Metrics(1, 1, 1).to_json();
    for (const auto& [name, child] : json.items())
      if (child.is_object() && child.contains("per_hart")) all->push_back(name);
    return all;
  }();
  return *paths;
}

}  // namespace tb::monitor
