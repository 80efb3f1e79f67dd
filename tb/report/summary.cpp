// SPDX-License-Identifier: Apache-2.0
#include "tb/report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tb/config/keys.h"
#include "tb/monitor/balance.h"
#include "tb/monitor/metrics.h"

namespace tb::report {

namespace {

using Row = std::vector<std::string>;

std::int64_t metric(const run::RunReport& report, std::string_view path) {
  return monitor::metric_at(report.evaluation.metrics, path).value_or(0);
}

// "32", "31 to 32", or that it never ended.
std::string dispatches_per_trapped_balance(const run::RunReport& report) {
  const std::int64_t endless = metric(report, "dispatch_per_balance.endless");
  if (endless > static_cast<std::int64_t>(monitor::kBurst)) return fmt::format("never ends ({})", endless);
  if (metric(report, "trapped_balance.count") == 0) return "-";
  const std::int64_t min = metric(report, "trapped_balance.dispatches_min");
  const std::int64_t max = metric(report, "trapped_balance.dispatches_max");
  return min == max ? std::to_string(min) : fmt::format("{} to {}", min, max);
}

std::string schedulers_of(const config::Scenario& scenario) {
  std::string names;
  for (const config::Scheduler& scheduler : scenario.schedulers)
    names.append(names.empty() ? "" : ", ").append(scheduler.policy->name);
  return names.empty() ? "none" : names;
}

// What a run had that may differ from variant to variant: the title of its column, its value there, and with what is put
// around it what the heading says if all have the same.
struct Fact {
  const char* column;
  const char* before;
  const char* after;
  std::string (*value)(const config::Scenario&);
};
constexpr Fact kFacts[] = {
    {"machine", "", "",
     [](const config::Scenario& s) {
       return fmt::format("{}: {} {} at {} MHz", s.hardware.name, s.hardware.harts, s.hardware.harts == 1 ? "hart" : "harts",
                          s.hardware.clock_mhz);
     }},
    {"scheduler", "scheduler ", "", schedulers_of},
    {"seed", "seed ", "", [](const config::Scenario& s) { return std::to_string(s.run.seed); }},
    {"simulated us", "", " us simulated", [](const config::Scenario& s) { return std::to_string(s.run.until_us); }},
};
constexpr std::size_t kSeedFact = 2;

bool is_common(const Fact& fact, const std::vector<const run::Job*>& jobs) {
  return std::all_of(jobs.begin(), jobs.end(), [&](const run::Job* job) {
    return fact.value(job->request().scenario) == fact.value(jobs.front()->request().scenario);
  });
}

// Of runs with several seeds the name of the row has the seed.
bool named_by_row(const Fact& fact, const std::vector<const run::Job*>& jobs) {
  return &fact == &kFacts[kSeedFact] && jobs.front()->request().seeds_apart;
}

std::string seeds_text(const std::vector<const run::Job*>& jobs) {
  std::set<std::uint64_t> seeds;
  for (const run::Job* job : jobs) seeds.insert(job->request().scenario.run.seed);
  return fmt::format("{} seeds, {} to {}", seeds.size(), *seeds.begin(), *seeds.rbegin());
}

// Columns of a table, two lines of titles first.
struct Table {
  std::vector<Row> rows{{""}, {"variant"}};
  std::vector<bool> left{true};  // names to the left, numbers to the right

  void add_column(const char* above, const char* title, bool to_the_left) {
    rows[0].emplace_back(above);
    rows[1].emplace_back(title);
    left.push_back(to_the_left);
  }
  [[nodiscard]] std::string text() const {
    std::vector<std::size_t> widths(left.size(), 0);
    for (const Row& row : rows)
      for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const Row& row : rows) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i)
        line += left[i] ? fmt::format("  {:<{}}", row[i], widths[i]) : fmt::format("  {:>{}}", row[i], widths[i]);
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + '\n';
    }
    return text;
  }
};

void add_measures(const run::Job& job, Row& row) {
  const run::RunReport& report = job.report();
  const config::Scenario& scenario = job.request().scenario;
  if (report.evaluation.metrics.is_null()) {
    row.insert(row.end(), {"?", "?", "?", "?", "?", "?", std::string(info(report.outcome).name)});
    return;
  }
  const auto figure = [&report](std::string text) { return text + (report.cut_short ? "*" : ""); };
  const double irq_off_us = static_cast<double>(metric(report, "irq_off_cycles.max")) / scenario.hardware.clock_mhz;
  row.insert(row.end(), {figure(dispatches_per_trapped_balance(report)), figure(std::to_string(metric(report, "self_kicks"))),
                         figure(std::to_string(metric(report, "ticks_served.total"))),
                         figure(std::to_string(metric(report, "wfi_while_held"))), figure(fmt::format("{:.1f}", irq_off_us)),
                         std::string(config::keys::kEndingNames[static_cast<std::size_t>(report.evaluation.ending)]),
                         report.outcome == Outcome::kPassed ? "yes" : fmt::format("no: {}", info(report.outcome).name)});
}

// What the stars behind its figures mean.
std::string cut_note(const run::Job& job) {
  const run::RunReport& report = job.report();
  const config::Scenario& scenario = job.request().scenario;
  if (!report.cut_short || report.evaluation.metrics.is_null()) return {};
  return fmt::format("  * {} was cut short: its figures are those of {} of {} us\n", job.request().name(),
                     report.evaluation.cycles / scenario.hardware.clock_mhz, scenario.run.until_us);
}

}  // namespace

std::string common_facts(const std::vector<const run::Job*>& jobs) {
  std::string text;
  const auto add = [&text](const std::string& fact) { text += (text.empty() ? "" : "; ") + fact; };
  for (const Fact& fact : kFacts) {
    if (is_common(fact, jobs)) add(fact.before + fact.value(jobs.front()->request().scenario) + fact.after);
    else if (named_by_row(fact, jobs)) add(seeds_text(jobs));
  }
  return text;
}

std::string comparison_table(const std::vector<const run::Job*>& jobs, const std::vector<NotRun>& not_run) {
  Table table;
  std::vector<const Fact*> differ;
  for (const Fact& fact : kFacts) {
    if (is_common(fact, jobs) || named_by_row(fact, jobs)) continue;
    differ.push_back(&fact);
    table.add_column("", fact.column, true);
  }
  table.add_column("dispatches per", "trapped balance", false);
  table.add_column("self-", "kicks", false);
  table.add_column("ticks while", "trapped", false);
  table.add_column("WFI while", "tasks held", false);
  table.add_column("longest IRQs-off", "us", false);
  table.add_column("", "ending", true);
  table.add_column("", "passed", true);
  for (const run::Job* job : jobs) {
    Row row{job->request().name()};
    for (const Fact* fact : differ) row.push_back(fact->value(job->request().scenario));
    add_measures(*job, row);
    table.rows.push_back(std::move(row));
  }
  for (const NotRun& variant : not_run) {
    Row row{variant.variant};
    row.resize(table.left.size() - 1, "-");
    row.push_back("not run: " + variant.why);
    table.rows.push_back(std::move(row));
  }
  std::string text = table.text();
  for (const run::Job* job : jobs) text += cut_note(*job);
  return text;
}

std::string profile_line(const run::Job& job) {
  const run::RunReport& report = job.report();
  if (report.profile == decltype(report.profile){}) return {};
  std::string line = "  profile ";
  for (std::size_t part = 0; part < report.profile.size(); ++part)
    line += fmt::format(" {} {:.1f} %,", kProfileParts[part], 100 * report.profile[part]);
  return line + fmt::format(" of {:.2f} s; {} ops, {} clocks, {} events\n", report.host_seconds, report.ops, report.clocks,
                            report.evaluation.events);
}

std::string skip_check_line(const run::Job& job) {
  const run::RunReport& report = job.report();
  if (job.rtl_is_shipped()) return {};
  std::string line = "  rtl      not the shipped one; ";
  if (!job.request().skip) return line + "no cycles were skipped\n";
  if (!report.skip_check) return line + "whether its skips are exact was not checked\n";
  if (!report.skip_check->ok) return line + "one of its horizons is too far: see docs/rtl/your-own-block.md\n";
  return line + fmt::format("without skips {} had the same events up to cycle {} of {}\n",
                            report.skip_check->earlier ? "an earlier run" : "a second run", report.skip_check->to_cycle,
                            report.evaluation.cycles);
}

std::string details(const run::Job& job) {
  const run::RunRequest& request = job.request();
  const run::RunReport& report = job.report();
  const auto& verdicts = report.evaluation.verdicts;
  const std::string dir = request.dir.string();
  std::string text =
      fmt::format("{}/{}: {}", request.scenario.name, request.name(), info(report.outcome).name);
  if (!report.message.empty()) text += ": " + report.message;
  text += '\n';
  for (const std::string& warning : report.evaluation.warnings) text += fmt::format("  warning  {}\n", warning);
  if (report.result_there)
    text += fmt::format("  results  {}/result.json{}\n", dir,
                        report.lost.empty() ? "" : ", as it was before the waves were made");
  const bool shows_waves = !report.waves.empty() && report.lost.empty();
  if (shows_waves) text += fmt::format("  waves    {}\n", request.open_waves);
  text += skip_check_line(job);
  if (report.outcome == Outcome::kPassed) return text;
  // What a run that was cut short did not get to is no news.
  const bool came_to_its_end = report.outcome == Outcome::kExpectationFailed || report.outcome == Outcome::kTimedOut;
  if (!came_to_its_end) {
    text += fmt::format("  ended    at cycle {}\n", report.evaluation.cycles);
    if (shows_waves)
      text += fmt::format("  look     {} --at {}\n", request.open_waves,
                          std::min(report.waves.back().to, report.evaluation.cycles));
  }
  for (std::size_t i = 0; i < verdicts.size() && came_to_its_end; ++i) {
    if (verdicts[i].passed) continue;
    text += fmt::format("  expected {}\n     found {}\n", request.scenario.expect[i].text, verdicts[i].found);
    if (verdicts[i].cycle && report.lost.empty()) text += fmt::format("      look {} --at {}\n", request.open_waves, *verdicts[i].cycle);
  }
  return text + fmt::format("  replay   {}\n", job.how_to_repeat());
}

}  // namespace tb::report
