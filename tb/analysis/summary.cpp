// SPDX-License-Identifier: Apache-2.0
#include "tb/analysis/summary.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "tb/analysis/subject.h"
#include "tb/monitor/metrics.h"
#include "tb/result/metric.h"
#include "tb/result/outcome.h"

namespace tb::analysis {
namespace {

struct Summarized {
  Subject run;
  json::Value metrics;

  [[nodiscard]] std::int64_t metric(std::string_view path) const { return metric_at(metrics, path).value_or(0); }
  [[nodiscard]] double us(std::string_view path) const { return static_cast<double>(metric(path)) / run.clock_mhz; }
  [[nodiscard]] double switches_per_s() const {
    return run.end > 0 ? static_cast<double>(metric("switches.total")) / (run.ms(static_cast<double>(run.end)) / 1000) : 0;
  }
  [[nodiscard]] std::string outcome() const { return run.result ? std::string(info(run.result->outcome).name) : "no result"; }
};

Summarized evaluate(const std::filesystem::path& dir) {
  std::optional<monitor::Metrics> metrics;
  Subject run = read_run(
      dir, [&](const Subject& begun) { metrics.emplace(begun.harts, begun.tick_cycles(), begun.clock_mhz); },
      [&](const event_log::EventView& event) { metrics->on_event(event); });
  metrics->finish(run.end);
  return {std::move(run), metrics->to_json()};
}

std::string comparison(const std::vector<Summarized>& runs) {
  std::size_t width = 3;
  for (const Summarized& one : runs) width = std::max(width, one.run.dir.string().size());
  std::string text = fmt::format("{:<{}}  {:>11}  {:>10}  {:>11}  {:>11}  {:>16}  {:>8}  {}\n", "run", width, "utilization",
                                 "switches/s", "wait p99 us", "wait max us", "IRQs-off max us", "warnings", "outcome");
  for (const Summarized& one : runs)
    text += fmt::format("{:<{}}  {:>9.1f} %  {:>10.0f}  {:>11.1f}  {:>11.1f}  {:>16.1f}  {:>8}  {}\n", one.run.dir.string(),
                        width, static_cast<double>(one.metric("utilization_permille")) / 10, one.switches_per_s(),
                        one.us("all_tasks.delay.p99"), one.us("all_tasks.delay.max"), one.us("irq_off_cycles.max"),
                        one.metric("warnings.total"), one.outcome());
  return text;
}

std::string harts(const Summarized& one) {
  std::string text =
      fmt::format("\n{:>6}  {:>7}  {:>7}  {:>7}  {:>9}  {:>9}  {:>10}  {:>15}  {:>6}  {:>8}  {:>7}\n", "hart", "busy %", "idle %",
                  "WFI %", "in IRQ %", "balance %", "lock wait %", "IRQs-off max us", "ticks", "switches", "IPIs");
  for (unsigned hart = 0; hart < one.run.harts; ++hart) {
    const auto at = [&](const char* group) { return metric_per_hart(one.metrics, group).at(hart); };
    const auto percent = [&](const char* group) {
      return one.run.end > 0 ? 100 * static_cast<double>(at(group)) / static_cast<double>(one.run.end) : 0;
    };
    text += fmt::format("{:>6}  {:>7.1f}  {:>7.1f}  {:>7.1f}  {:>9.1f}  {:>9.1f}  {:>11.1f}  {:>15.1f}  {:>6}  {:>8}  {:>7}\n",
                        hart, percent("busy_cycles"), percent("idle_cycles"), percent("asleep_cycles"), percent("irq_cycles"),
                        percent("balance_cycles"), percent("balance_lock_wait_cycles"),
                        static_cast<double>(at("irq_off_cycles")) / one.run.clock_mhz, at("ticks"), at("switches"), at("ipis"));
  }
  return text;
}

std::string tasks(const Summarized& one) {
  std::string text = fmt::format("\n{:>16}  {:>5}  {:>8}  {:>10}  {:>8}  {:>8}  {:>8}  {:>10}  {:>10}  {:>10}  {:>10}  {:>7}\n",
                                 "task", "tasks", "sched-in", "run-time", "min-run", "avg-run", "max-run", "wait p99", "wait max",
                                 "preempted", "migrations", "share");
  text += fmt::format("{:>16}  {:>5}  {:>8}  {:>10}  {:>8}  {:>8}  {:>8}  {:>10}  {:>10}  {:>10}  {:>10}  {:>7}\n", "", "", "",
                      "ms", "us", "us", "us", "us", "us", "max us", "", "%");
  for (const auto& [name, figures] : one.metrics["tasks"].items()) {
    const auto us = [&](std::string_view path) {
      return static_cast<double>(metric_at(figures, path).value_or(0)) / one.run.clock_mhz;
    };
    const auto slices = metric_at(figures, "slices.count").value_or(0);
    text += fmt::format(
        "{:>16}  {:>5}  {:>8}  {:>10.3f}  {:>8.1f}  {:>8.1f}  {:>8.1f}  {:>10.1f}  {:>10.1f}  {:>10.1f}  {:>10}  {:>7.1f}\n",
        name, figures["tasks"].get<std::int64_t>(), slices, us("run_cycles") / 1000, us("slices.min"),
        slices > 0 ? us("slices.sum") / static_cast<double>(slices) : 0, us("slices.max"), us("wait.p99"), us("wait.max"),
        us("preempted.max"), figures["migrations"].get<std::int64_t>(),
        static_cast<double>(metric_at(figures, "share_permille").value_or(0)) / 10);
  }
  return text;
}

std::string page(const Summarized& one) {
  return fmt::format("{}: {}; {} {} at {} MHz, {:.3f} ms\n", one.run.dir.string(), one.outcome(), one.run.harts,
                     one.run.harts == 1 ? "hart" : "harts", one.run.clock_mhz, one.run.ms(static_cast<double>(one.run.end))) +
         harts(one) + tasks(one);
}

}  // namespace

Summary summarize(const std::vector<std::filesystem::path>& run_dirs) {
  std::vector<Summarized> runs;
  Summary summary;
  for (const std::filesystem::path& dir : run_dirs) {
    runs.push_back(evaluate(dir));
    if (!runs.back().run.shortfall.empty()) summary.shortfalls.push_back(dir.string() + ": " + runs.back().run.shortfall);
  }
  summary.text = comparison(runs);
  for (const Summarized& one : runs) summary.text += "\n" + page(one);
  return summary;
}

}  // namespace tb::analysis
