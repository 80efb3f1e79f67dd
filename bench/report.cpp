// SPDX-License-Identifier: Apache-2.0
#include "bench/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "bench/drivers.h"
#include "sim/systemc.h"

namespace bench {

namespace {

constexpr const char* kParts[] = {"rtl", "tracing", "systemc", "firmware", "event_log", "bridge"};
constexpr double kMegaCyclesPerSecond = 100;  // simulated
constexpr const char* kPerMs[] = {"ops_per_ms", "events_per_ms", "dispatch_calls_per_ms"};

std::optional<double> in_round(const Round& round, const Figure& figure) {
  const auto found = round.find(std::string(figure.of));
  if (found == round.end()) return std::nullopt;
  const auto value = found->second.find(std::string(figure.name));
  if (value == found->second.end()) return std::nullopt;
  return value->second;
}

std::optional<double> in_round(const Round& round, const Target& target) {
  const auto a = in_round(round, target.a);
  if (!a) return std::nullopt;
  if (target.form == Form::kValue) return *a;
  const auto b = in_round(round, target.b);
  if (!b) return std::nullopt;
  switch (target.form) {
    case Form::kRatio: return *a / *b;
    case Form::kDifference: return *a - *b;
    case Form::kLossPercent: return 100 * (1 - *a / *b);
    case Form::kValue: break;
  }
  return std::nullopt;
}

template <typename What>
std::optional<double> median(const std::vector<Round>& rounds, const What& what) {
  std::vector<double> values;
  for (const Round& round : rounds) {
    if (const auto value = in_round(round, what)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Three digits that count.
std::string number(double value) {
  const double size = value < 0 ? -value : value;
  if (size != 0 && size < 0.1) return fmt::format("{:.2g}", value);
  return fmt::format("{:.{}f}", value, size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0);
}

std::string cell(std::optional<double> value) { return value ? number(*value) : ""; }

std::string with_unit(double value, std::string_view unit) {
  return unit.empty() ? number(value) : fmt::format("{} {}", number(value), unit);
}

std::string limit_of(const Target& target) {
  return (target.bound == Bound::kAtLeast ? ">= " : "<= ") + with_unit(target.limit, target.unit);
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "an unknown processor";
}

// A table in Markdown whose columns are aligned in plain text too.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) { add(std::move(heading)); }
  void add(std::vector<std::string> row) {
    widths_.resize(std::max(widths_.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], row[i].size());
    rows_.push_back(std::move(row));
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      for (std::size_t i = 0; i < rows_[row].size(); ++i) {
        if (i == 0) text += fmt::format("| {:<{}} |", rows_[row][i], widths_[i]);
        else text += fmt::format(" {:>{}} |", rows_[row][i], widths_[i]);
      }
      text += '\n';
      if (row > 0) continue;
      for (std::size_t i = 0; i < widths_.size(); ++i)
        text += fmt::format("{} {:-<{}}{} |", i == 0 ? "|" : "", "", widths_[i] - (i == 0 ? 0 : 1), i == 0 ? "" : ":");
      text += '\n';
    }
    return text;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> widths_;
};

}  // namespace

std::optional<double> median_of(const std::vector<Round>& rounds, const Figure& figure) { return median(rounds, figure); }

std::optional<double> value_of(const std::vector<Round>& rounds, const Target& target) { return median(rounds, target); }

bool met(const Target& target, double value) {
  return target.bound == Bound::kAtLeast ? value >= target.limit : value <= target.limit;
}

std::string target_table(const std::vector<Round>& rounds) {
  Table table({"", "key", "target", "reached", "met?"});
  for (const Target& target : kTargets) {
    const auto value = value_of(rounds, target);
    table.add({std::string(target.text), fmt::format("`{}`", target.key), limit_of(target),
               value ? with_unit(*value, target.unit) : "not measured", value ? met(target, *value) ? "yes" : "**no**" : ""});
  }
  return table.text();
}

std::string case_table(const std::vector<Round>& rounds, const std::vector<Case>& cases) {
  Table table({"", "Mcycles/s", "clocks per cycle", "ops per ms", "events per ms", "dispatch calls per ms"});
  for (const Case& c : cases) {
    const auto rate = median_of(rounds, {c.key, kRate});
    if (!rate) continue;
    std::vector<std::string> row{c.what, number(*rate), cell(median_of(rounds, {c.key, "clocks_per_cycle"}))};
    for (const char* name : kPerMs) row.push_back(cell(median_of(rounds, {c.key, name})));
    table.add(std::move(row));
  }
  return table.text();
}

std::string planning_table(const Round& round, const std::vector<Case>& cases) {
  Table table({"", "Mcycles/s", "host s per simulated s", "waves, MB per million cycles", "log, MB per million cycles"});
  for (const Case& c : cases) {
    const auto found = round.find(c.key);
    if (found == round.end()) continue;
    const Figures& figures = found->second;
    const double cycles = figures.at("cycles") / 1e6, rate = cycles / figures.at("seconds");
    const auto waves = in_round(round, Figure{c.key, "wave_mb"});
    table.add({c.what, number(rate), number(kMegaCyclesPerSecond / rate), waves ? number(*waves / cycles) : "",
               number(figures.at("log_mb") / cycles)});
  }
  return table.text();
}

std::string profile_table(const std::vector<Round>& rounds) {
  Table table({"", "share of the host's time"});
  for (const char* part : kParts) {
    const auto share = median_of(rounds, {"stall_profile", std::string("share_") + part});
    if (!share) return {};
    table.add({part, fmt::format("{:.0f} %", 100 * *share)});
  }
  return table.text();
}

std::string machine_line() {
  std::string verilator = verilator_version();  // "5.006 2023-01-22": the day is no news
  verilator.erase(std::min(verilator.find(' '), verilator.size()));
  return fmt::format("{} x {}; g++ {}; Verilator {}; SystemC {}", std::thread::hardware_concurrency(), processor(), __VERSION__,
                     verilator, sc_core::sc_release());
}

json::Value to_json(const std::vector<Round>& rounds, const std::vector<Case>& cases) {
  json::Value report;
  for (const Target& target : kTargets) {
    if (const auto value = value_of(rounds, target)) report[std::string(target.key)] = *value;
  }
  for (const Target& target : kTargets) {
    const auto value = value_of(rounds, target);
    if (value) report["met"][std::string(target.key)] = met(target, *value);
  }
  for (const Case& c : cases) {
    if (const auto rate = median_of(rounds, {c.key, kRate})) report[std::string(kRate)][c.key] = *rate;
    if (const auto clocks = median_of(rounds, {c.key, "clocks_per_cycle"})) report["clocks_per_cycle"][c.key] = *clocks;
    for (const char* name : kPerMs) {
      if (const auto value = median_of(rounds, {c.key, name})) report[name][c.key] = *value;
    }
  }
  for (const char* part : kParts) {
    if (const auto share = median_of(rounds, {"stall_profile", std::string("share_") + part}))
      report["stall_profile"][part] = *share;
  }
  report["rounds"] = rounds.size();
  report["machine"] = machine_line();
  return report;
}

std::vector<std::string> missing_from(const std::string& path) {
  std::vector<std::string> missing;
  for (const Target& target : kTargets) {
    const std::string key = fmt::format("`{}` |", target.key);
    bool there = false;
    std::ifstream page(path);
    for (std::string line; std::getline(page, line);)
      there = there || (line.starts_with("| " + std::string(target.text) + ' ') && line.find(key) != std::string::npos &&
                        line.find(' ' + limit_of(target) + " |") != std::string::npos);
    if (!there) missing.emplace_back(target.key);
  }
  return missing;
}

void fill(const std::string& path, const std::string& name, const std::string& text) {
  std::stringstream file;
  file << std::ifstream(path).rdbuf();
  std::string page = file.str();
  const std::string opening = fmt::format("<!-- bench: {} -->\n", name);
  const std::size_t begin = page.find(opening);
  const std::size_t end = begin == std::string::npos ? begin : page.find("<!-- end -->", begin);
  if (end == std::string::npos) throw std::runtime_error(fmt::format("{}: no place for '{}'", path, name));
  page.replace(begin + opening.size(), end - begin - opening.size(), text);
  std::ofstream(path) << page;
}

}  // namespace bench
