// SPDX-License-Identifier: Apache-2.0
// Measures the simulator against its references and its targets, interleaved in one run.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "bench/cases.h"
#include "bench/report.h"

namespace bench {
namespace {

struct Options {
  int rounds = 5;
  std::string json;
  std::string page;
  bool full = false;
  bool agree = false;
  std::vector<std::string> only;
  std::string check;
};

bool wanted(const Case& c, const Options& options, int round) {
  if (!options.only.empty()) return std::find(options.only.begin(), options.only.end(), c.key) != options.only.end();
  switch (c.when) {
    case When::kAgree: return true;
    case When::kRound: return !options.agree;
    case When::kOnce: return !options.agree && round == 0;
    case When::kFull: return options.full && round == 0;
  }
  return false;
}

// Whether every case served the same responses, or logged the same events, as the one it must agree with.
bool all_agree(const std::vector<Case>& cases, const Round& round) {
  bool agree = true;
  for (const Case& c : cases) {
    if (c.agrees_with.empty() || !round.contains(c.key) || !round.contains(c.agrees_with)) continue;
    if (round.at(c.key).at("hash") == round.at(c.agrees_with).at("hash")) continue;
    fmt::print(stderr, "scx-bench: {} and {} did not serve the same responses\n", c.key, c.agrees_with);
    agree = false;
  }
  return agree;
}

void say(const std::string& what) {
  if (isatty(STDERR_FILENO)) fmt::print(stderr, "\r{:<79}\r{}", "", what.substr(0, 78));
}

Round measure_round(const std::vector<Case>& cases, const Options& options, int index) {
  Round round;
  for (const Case& c : cases) {
    if (!wanted(c, options, index)) continue;
    say(fmt::format("round {} of {}: {}", index + 1, options.rounds, c.what));
    round[c.key] = c.measure();
  }
  say("");
  return round;
}

// Whether the page states every target, as it is.
int check(const std::string& page) {
  const std::vector<std::string> wrong = missing_from(page);
  for (const std::string& key : wrong) fmt::print(stderr, "{}: {} is not there, or has another target\n", page, key);
  return wrong.empty() ? 0 : 1;
}

int run(const Options& options) {
  if (!options.check.empty()) return check(options.check);
  const std::vector<Case> all = cases();
  std::vector<Round> rounds;
  for (int i = 0; i < options.rounds; ++i) {
    rounds.push_back(measure_round(all, options, i));
    if (!all_agree(all, rounds.back())) return 1;
  }
  const std::string targets = target_table(rounds), speeds = case_table(rounds, all), profile = profile_table(rounds);
  fmt::print("{}\n\nmedian of {}\n\n{}\n{}\n{}", machine_line(), options.rounds, targets, speeds, profile);
  if (!options.json.empty()) std::ofstream(options.json) << to_json(rounds, all).dump(2) << '\n';
  if (options.page.empty()) return 0;
  fill(options.page, "machine", fmt::format("{}; median of {}.\n", machine_line(), options.rounds));
  fill(options.page, "targets", targets);
  fill(options.page, "speeds", speeds);
  fill(options.page, "profile", profile);
  const std::vector<Case> plan = planning_cases();
  const Round planned = measure_round(plan, options, 0);
  const std::string costs = planning_table(planned, plan);
  fmt::print("\n{}", costs);
  fill(options.page, "plan", costs);
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  bench::Options options;
  CLI::App app{"Measures the simulator against its references and its targets, interleaved in one run.", "scx-bench"};
  app.add_option("rounds", options.rounds, "Every figure is the median of that many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--json", options.json, "Writes the figures there");
  app.add_flag("--full", options.full, "Runs looping_stall_full to its end, once");
  app.add_option("--page", options.page,
                 "Measures what else docs/performance.md shows as well, and puts all figures into that page");
  app.add_flag("--agree", options.agree, "Only whether the drivers agree");
  app.add_option("--check", options.check, "Only whether that page states every target");
  app.add_option("--case", options.only, "Only this case, by its key in bench.json; may be repeated");
  CLI11_PARSE(app, argc, argv);
  try {
    return bench::run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "scx-bench: {}\n", error.what());
    return 20;
  }
}
