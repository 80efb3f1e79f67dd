// SPDX-License-Identifier: Apache-2.0
#include "tb/analysis/latency.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tb/analysis/subject.h"
#include "tb/monitor/tasks.h"

namespace tb::analysis {
namespace {

struct Row {
  std::string task;
  std::uint64_t run_cycles;
  std::uint64_t switches;
  monitor::Histogram delay;  // as perf: from a wakeup, or from losing the CPU while runnable, to the CPU
};

std::vector<Row> rows_of(const monitor::TaskMonitor& tasks) {
  std::vector<Row> rows;
  for (const auto& [name, figures] : tasks.by_name()) {
    if (figures.tasks == 0) continue;
    rows.push_back({figures.tasks > 1 ? fmt::format("{}:({})", name, figures.tasks) : name, figures.run_cycles,
                    figures.voluntary + figures.involuntary, figures.delay()});
  }
  return rows;
}

// Rows that are equal in this order stay in the order of their names.
void sort(std::vector<Row>& rows, LatencyOrder order) {
  const auto by = [&rows](const auto& key) { std::ranges::stable_sort(rows, std::ranges::greater{}, key); };
  switch (order) {
    case LatencyOrder::kMax: return by([](const Row& row) { return row.delay.max(); });
    case LatencyOrder::kAverage: return by([](const Row& row) { return row.delay.mean(); });
    case LatencyOrder::kP99: return by([](const Row& row) { return row.delay.percentile(99); });
    case LatencyOrder::kRuntime: return by([](const Row& row) { return row.run_cycles; });
    case LatencyOrder::kSwitches: return by([](const Row& row) { return row.switches; });
    case LatencyOrder::kName: return;
  }
}

std::string text_of(const std::vector<Row>& rows, const Subject& run) {
  const std::string rule(137, '-');
  std::string text = fmt::format("{}\n  {:<20} | {:>12} | {:>8} | {:>12} | {:>12} | {:>12} | {:>18} | {:>18} |\n{}\n", rule,
                                 "Task", "Runtime ms", "Switches", "Avg delay ms", "p99 delay ms", "Max delay ms",
                                 "Max delay start s", "Max delay end s", rule);
  std::uint64_t run_cycles = 0, switches = 0;
  for (const Row& row : rows) {
    run_cycles += row.run_cycles;
    switches += row.switches;
    const auto from = static_cast<double>(row.delay.max_from()), max = static_cast<double>(row.delay.max());
    text += fmt::format("  {:<20} | {:>12.3f} | {:>8} | {:>12.3f} | {:>12.3f} | {:>12.3f} | {:>18.6f} | {:>18.6f} |\n", row.task,
                        run.ms(static_cast<double>(row.run_cycles)), row.switches, run.ms(row.delay.mean()),
                        run.ms(static_cast<double>(row.delay.percentile(99))), run.ms(max), run.ms(from) / 1000,
                        run.ms(from + max) / 1000);
  }
  return text + fmt::format("{}\n  {:<20} | {:>12.3f} | {:>8} |\n{}\n", rule, "TOTAL", run.ms(static_cast<double>(run_cycles)),
                            switches, rule);
}

json::Value json_of(const std::vector<Row>& rows, const Subject& run) {
  json::Value tasks = json::Value::array();
  for (const Row& row : rows)
    tasks.push_back(
        {{"task", row.task}, {"run_cycles", row.run_cycles}, {"switches", row.switches}, {"delay_cycles", row.delay.to_json()}});
  return {{"run", run.dir.string()}, {"clock_mhz", run.clock_mhz}, {"cycles", run.end}, {"tasks", tasks}};
}

}  // namespace

Latency latency(const std::filesystem::path& run_dir, LatencyOrder order) {
  monitor::TaskMonitor tasks(~sim::Cycle{0});  // nothing is said of starved ones
  const Subject run = read_run(
      run_dir, [](const Subject&) {}, [&](const event_log::EventView& event) { tasks.on_event(event); });
  tasks.cut(run.end);
  std::vector<Row> rows = rows_of(tasks);
  sort(rows, order);
  return {text_of(rows, run), json_of(rows, run), run.shortfall};
}

}  // namespace tb::analysis
