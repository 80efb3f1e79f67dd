// SPDX-License-Identifier: Apache-2.0
#include "tb/report/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tb/monitor/balance.h"
#include "tb/result/metric.h"

namespace tb::report {
namespace {

const std::vector<std::string> kUsual = {"all_tasks.delay.p99",  "all_tasks.delay.max", "switches_per_s",
                                         "utilization_permille", "irq_off_cycles.max",  "warnings.total"};

std::optional<std::int64_t> metric(const Result& result, std::string_view path) { return metric_at(result.metrics, path); }

// "32", "31 to 32", or that it never ended.
std::string dispatches_per_trapped_balance(const Result& result) {
  const std::int64_t endless = metric(result, "dispatch_per_balance.endless").value_or(0);
  if (endless > static_cast<std::int64_t>(monitor::kBurst)) return fmt::format("never ends ({})", endless);
  if (metric(result, "trapped_balance.count").value_or(0) == 0) return "-";
  const std::int64_t min = metric(result, "trapped_balance.dispatches_min").value_or(0);
  const std::int64_t max = metric(result, "trapped_balance.dispatches_max").value_or(0);
  return min == max ? std::to_string(min) : fmt::format("{} to {}", min, max);
}

std::string switches_per_s(const Result& result) {
  const auto switches = metric(result, "switches.total");
  if (!switches || result.cycles == 0) return "-";
  return fmt::format("{:.0f}", static_cast<double>(*switches) * 1e6 * result.clock_mhz() / static_cast<double>(result.cycles));
}

std::string plain(const Result& result, std::string_view path) {
  const auto value = metric(result, path);
  return value ? std::to_string(*value) : "-";
}

std::string in_us(const Result& result, std::string_view path) {
  const auto value = metric(result, path);
  return value ? fmt::format("{:.1f}", static_cast<double>(*value) / result.clock_mhz()) : "-";
}

std::string in_percent(const Result& result, std::string_view path) {
  const auto value = metric(result, path);
  return value ? fmt::format("{:.1f}", static_cast<double>(*value) / 10) : "-";
}

// Titles that say more than the name.
struct Title {
  std::string_view metric, above, title;
};
constexpr Title kTitles[] = {
    {"dispatches_per_trapped_balance", "dispatches per", "trapped balance"},
    {"switches_per_s", "switches", "per s"},
    {"self_kicks", "self-", "kicks"},
    {"ticks_served.total", "ticks while", "trapped"},
    {"wfi_while_held", "WFI while", "tasks held"},
    {"irq_off_cycles.max", "longest IRQs-off", "us"},
    {"all_tasks.delay.p99", "wait p99", "us"},
    {"all_tasks.delay.max", "longest wait", "us"},
    {"utilization_permille", "utilization", "%"},
    {"warnings.total", "", "warnings"},
};

Column titled(const std::string& metric) {
  const auto* const known =
      std::find_if(std::begin(kTitles), std::end(kTitles), [&](const Title& t) { return t.metric == metric; });
  if (known != std::end(kTitles)) return {std::string(known->above), std::string(known->title), {}};
  if (is_time(metric)) {
    std::string name = metric;
    if (const std::size_t cycles = name.rfind("_cycles"); cycles != std::string::npos) name.erase(cycles, 7);
    return {name, "us", {}};
  }
  if (metric.ends_with("_permille")) return {metric.substr(0, metric.size() - 9), "%", {}};
  const std::size_t dot = metric.rfind('.');
  if (dot == std::string::npos) return {"", metric, {}};
  return {metric.substr(0, dot), metric.substr(dot + 1), {}};
}

}  // namespace

std::vector<Column> columns(const std::vector<std::string>& show) {
  std::vector<Column> out;
  for (const std::string& name : show.empty() ? kUsual : show) {
    Column column = titled(name);
    if (name == "dispatches_per_trapped_balance") column.value = dispatches_per_trapped_balance;
    else if (name == "switches_per_s") column.value = switches_per_s;
    else if (name.ends_with("_permille")) column.value = [name](const Result& result) { return in_percent(result, name); };
    else if (is_time(name)) column.value = [name](const Result& result) { return in_us(result, name); };
    else column.value = [name](const Result& result) { return plain(result, name); };
    out.push_back(std::move(column));
  }
  return out;
}

}  // namespace tb::report
