// SPDX-License-Identifier: Apache-2.0
#include "tb/report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tb/report/columns.h"
#include "tb/report/sentence.h"

namespace tb::report {

namespace {

using Row = std::vector<std::string>;

std::string schedulers_of(const Result& result) {
  const json::Value* scheduler = result.config.find("scheduler");
  if (!scheduler || scheduler->is_null()) return "none";
  if (scheduler->is_object()) return (*scheduler)["name"].get<std::string>();
  std::string names;
  for (const json::Value& one : *scheduler) names.append(names.empty() ? "" : ", ").append(one["name"].get<std::string>());
  return names;
}

// What a run had that may differ from variant to variant: the title of its column, its value there, and with what is put
// around it what the heading says if all have the same.
struct Fact {
  const char* column;
  const char* before;
  const char* after;
  std::string (*value)(const Result&);
};
constexpr Fact kFacts[] = {
    {"machine", "", "",
     [](const Result& r) {
       return fmt::format("{}: {} {} at {} MHz", r.config["hardware"]["name"].get<std::string>(), r.harts(),
                          r.harts() == 1 ? "hart" : "harts", r.clock_mhz());
     }},
    {"scheduler", "scheduler ", "", schedulers_of},
    {"seed", "seed ", "", [](const Result& r) { return std::to_string(r.seed); }},
    {"simulated us", "", " us simulated", [](const Result& r) { return std::to_string(r.until_us()); }},
};
constexpr std::size_t kSeedFact = 2;

bool is_common(const Fact& fact, const std::vector<StoredResult>& runs) {
  return std::all_of(runs.begin(), runs.end(),
                     [&](const StoredResult& run) { return fact.value(run.result) == fact.value(runs.front().result); });
}

// Of runs with several seeds the name of the row has the seed.
bool named_by_row(const Fact& fact, const std::vector<StoredResult>& runs) {
  return &fact == &kFacts[kSeedFact] && runs.front().name != runs.front().result.variant;
}

std::string seeds_text(const std::vector<StoredResult>& runs) {
  std::set<std::uint64_t> seeds;
  for (const StoredResult& run : runs) seeds.insert(run.result.seed);
  return fmt::format("{} seeds, {} to {}", seeds.size(), *seeds.begin(), *seeds.rbegin());
}

void add_column(Comparison& table, const std::string& above, const std::string& title, bool to_the_left) {
  table.rows[0].emplace_back(above);
  table.rows[1].emplace_back(title);
  table.left.push_back(to_the_left);
}

// The columns are those of the first run: variants of a scenario show the same.
std::vector<Column> columns_of(const std::vector<StoredResult>& runs) {
  const json::Value* show = runs.front().result.config.find("show");
  return columns(show ? show->get<std::vector<std::string>>() : std::vector<std::string>());
}

void add_measures(const Result& result, const std::vector<Column>& columns, Row& row) {
  for (const Column& column : columns)
    row.push_back(result.metrics.is_null() ? "?" : column.value(result) + (result.complete ? "" : "*"));
  row.push_back(result.metrics.is_null() ? "?" : std::string(name_of(result.ending)));
  row.push_back(result.metrics.is_null()             ? std::string(info(result.outcome).name)
                : result.outcome == Outcome::kPassed ? "yes"
                                                     : fmt::format("no: {}", info(result.outcome).name));
}

// What the stars behind its figures mean.
std::string cut_note(const StoredResult& run) {
  const Result& result = run.result;
  if (result.complete || result.metrics.is_null()) return {};
  return fmt::format("* {} was cut short: its figures are those of {} of {} us", run.name, result.cycles / result.clock_mhz(),
                     result.until_us());
}

}  // namespace

std::string common_facts(const std::vector<StoredResult>& runs) {
  std::string text;
  const auto add = [&text](const std::string& fact) { text += (text.empty() ? "" : "; ") + fact; };
  for (const Fact& fact : kFacts) {
    if (is_common(fact, runs)) add(fact.before + fact.value(runs.front().result) + fact.after);
    else if (named_by_row(fact, runs)) add(seeds_text(runs));
  }
  return text;
}

std::string Comparison::text() const {
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
  for (const std::string& note : notes) text += "  " + note + '\n';
  return text;
}

Comparison comparison(const std::vector<StoredResult>& runs, const std::vector<NotRun>& not_run) {
  Comparison table;
  std::vector<const Fact*> differ;
  for (const Fact& fact : kFacts) {
    if (is_common(fact, runs) || named_by_row(fact, runs)) continue;
    differ.push_back(&fact);
    add_column(table, "", fact.column, true);
  }
  const std::vector<Column> shown = columns_of(runs);
  for (const Column& column : shown) add_column(table, column.above, column.title, false);
  add_column(table, "", "ending", true);
  add_column(table, "", "passed", true);
  for (const StoredResult& run : runs) {
    Row row{run.name};
    for (const Fact* fact : differ) row.push_back(fact->value(run.result));
    add_measures(run.result, shown, row);
    table.rows.push_back(std::move(row));
    if (std::string note = cut_note(run); !note.empty()) table.notes.push_back(std::move(note));
  }
  for (const NotRun& variant : not_run) {
    Row row{variant.variant};
    row.resize(table.left.size() - 1, "-");
    row.push_back("not run: " + variant.why);
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string profile_line(const StoredResult& run) {
  const Result& result = run.result;
  if (result.profile.empty()) return {};
  std::string line = "  profile ";
  for (const auto& [part, share] : result.profile) line += fmt::format(" {} {:.1f} %,", part, 100 * share);
  return line + fmt::format(" of {:.2f} s; {} ops, {} clocks, {} events\n", result.host_seconds, result.ops, result.clocks,
                            result.events);
}

std::string skip_check_line(const StoredResult& run) {
  const Result& result = run.result;
  if (result.shipped_rtl) return {};
  std::string line = "  rtl      not the shipped one; ";
  if (!result.skip) return line + "no cycles were skipped\n";
  if (!result.skip_check) return line + "whether its skips are exact was not checked\n";
  if (!result.skip_check->ok) return line + "one of its horizons is too far: see docs/rtl/your-own-block.md\n";
  return line + fmt::format("without skips {} had the same events up to cycle {} of {}\n",
                            result.skip_check->earlier ? "an earlier run" : "a second run", result.skip_check->to_cycle,
                            result.cycles);
}

std::string details(const StoredResult& run) {
  const Result& result = run.result;
  std::string text = fmt::format("{}/{}: {}", result.scenario, run.name, info(result.outcome).name);
  if (!result.message.empty()) text += ": " + result.message;
  text += '\n';
  if (const std::string said = sentence(result); !said.empty()) text += fmt::format("  {}\n", said);
  for (const Warning& warning : result.warnings) {
    text += fmt::format("  warning  {}: {}\n", name_of(warning.kind), warning.text);
    if (!warning.marks.empty() && run.lost.empty()) text += fmt::format("      look {} --at {}\n", run.open_waves, warning.cycle);
  }
  if ((!result.warnings.empty() || result.outcome != Outcome::kPassed) && !run.explain.empty() && result.events != 0)
    text += fmt::format("  why      {}\n", run.explain);
  if (run.stored)
    text += fmt::format("  results  {}/result.json{}\n", run.dir.string(),
                        run.lost.empty() ? "" : ", as it was before the waves were made");
  const bool shows_waves = !result.waves.empty() && run.lost.empty();
  if (shows_waves) text += fmt::format("  waves    {}\n", run.open_waves);
  text += skip_check_line(run);
  if (result.outcome == Outcome::kPassed) return text;
  // What a run that was cut short did not get to is no news.
  const bool came_to_its_end = result.outcome == Outcome::kExpectationFailed || result.outcome == Outcome::kTimedOut ||
                               result.outcome == Outcome::kLawBroken;
  if (!came_to_its_end) {
    text += fmt::format("  ended    at cycle {}\n", result.cycles);
    if (shows_waves) text += fmt::format("  look     {} --at {}\n", run.open_waves, result.waves.back().to);
  }
  if (shows_waves && result.outcome == Outcome::kLawBroken)
    text += fmt::format("  look     {} --at {}\n", run.open_waves, result.broken_laws.front().cycle);
  for (const auto& [expected, verdict] : result.expect) {
    if (!came_to_its_end || verdict.passed) continue;
    text += fmt::format("  expected {}\n     found {}\n", expected, verdict.found);
    if (verdict.cycle && run.lost.empty()) text += fmt::format("      look {} --at {}\n", run.open_waves, *verdict.cycle);
  }
  return text + fmt::format("  replay   {}\n", result.replay);
}

}  // namespace tb::report
