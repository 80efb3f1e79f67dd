// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <thread>

#include "log/nearest.h"
#include "tb/cli/commands.h"
#include "tb/cli/supervised.h"
#include "tb/config/emit.h"
#include "tb/config/resolved.h"
#include "tb/config/scenario_file.h"
#include "tb/config/shell.h"
#include "tb/page/write.h"
#include "tb/report/summary.h"
#include "tb/result/outcome.h"
#include "tb/run/models.h"
#include "tb/run/run_directory.h"

namespace tb::cli {

namespace {

using config::ConfigError;

std::vector<std::string> wanted_variants(const RunOptions& options, const config::ScenarioFile& file) {
  if (options.variants.empty()) return file.variants;
  for (const std::string& variant : options.variants)
    if (std::find(file.variants.begin(), file.variants.end(), variant) == file.variants.end())
      throw ConfigError(fmt::format("{}: no variant is called '{}'{}", file.path, variant, words::hint(variant, file.variants)));
  return options.variants;
}

std::string command_of(const RunOptions& options, const std::string& path, const config::Scenario& scenario) {
  std::string command = fmt::format("{} run {} --variant {} --seed {}", shell_quoted(options.program), shell_quoted(path),
                                    shell_quoted(scenario.variant), scenario.run.seed);
  for (const std::string& set : options.sets)
    if (!set.starts_with("run.seed=")) command += " --set " + shell_quoted(set);
  return command;
}

// Each option is a seed or a range A..B of them, both ends included. What is no number the scenario's reader refuses.
// No option: one empty text, the scenario's own seed.
std::vector<std::string> all_seeds(const std::vector<std::string>& options) {
  constexpr std::uint64_t kMost = 10'000;
  if (options.empty()) return {""};
  std::vector<std::string> seeds;
  for (const std::string& option : options) {
    const std::size_t dots = option.find("..");
    std::uint64_t from = 0, to = 0;
    if (dots == std::string::npos) {
      seeds.push_back(option);
      continue;
    }
    const char* const text = option.data();
    const auto [from_end, from_error] = std::from_chars(text, text + dots, from);
    const auto [to_end, to_error] = std::from_chars(text + dots + 2, text + option.size(), to);
    const bool read =
        from_error == std::errc{} && from_end == text + dots && to_error == std::errc{} && to_end == text + option.size();
    if (!read || from > to || to - from >= kMost)
      throw ConfigError(fmt::format("--seed {}: expected a number, or a range like 1..20 of at most {}", option, kMost));
    for (std::uint64_t seed = from; seed <= to; ++seed) seeds.push_back(std::to_string(seed));
  }
  std::set<std::string> different;
  for (const std::string& seed : seeds)
    if (!different.insert(seed).second) throw ConfigError(fmt::format("--seed {} is given twice", seed));
  return seeds;
}

// A scenario, or a variant of one, that cannot be run as it was asked for.
struct Unfit {
  std::string scenario;  // by its name, or as given if that cannot be read
  std::string variant;   // empty: all of it
  std::vector<std::string> why;
};

// What the command asks for, of which everything is read and resolved before the first directory is touched.
struct Wanted {
  std::vector<run::RunRequest> fit;
  std::vector<Unfit> unfit;
};

class Collector {
 public:
  Collector(const Backend& backend, const RunOptions& options) : backend_(backend), options_(options) {
    for (const std::string& set : options.sets) sets_.push_back(config::parse_set(set));
    seeds_ = all_seeds(options.seeds);
  }

  Wanted take() {
    for (const std::string& name : config::expand_patterns(options_.scenarios, backend_.library))
      unless_unfit(name, "", [&] { add_scenario(name); });
    return std::move(wanted_);
  }

 private:
  template <typename Add>
  void unless_unfit(const std::string& scenario, const std::string& variant, const Add& add) {
    try {
      add();
    } catch (const ConfigError& error) {
      leave_out({scenario, variant, error.messages()});
    }
  }

  // Once for all seeds.
  void leave_out(Unfit one) {
    const bool known = std::any_of(wanted_.unfit.begin(), wanted_.unfit.end(), [&one](const Unfit& earlier) {
      return earlier.scenario == one.scenario && earlier.variant == one.variant && earlier.why == one.why;
    });
    if (!known) wanted_.unfit.push_back(std::move(one));
  }

  void add_scenario(const std::string& name) {
    const auto file = config::read_scenario_file(config::find_scenario(name, backend_.library), backend_.library);
    const std::string& scenario = file.tree.find("name")->text;
    for (const std::string& variant : wanted_variants(options_, file))
      for (const std::string& seed : seeds_) unless_unfit(scenario, variant, [&] { add_variant(file, variant, seed); });
  }

  void add_variant(const config::ScenarioFile& file, const std::string& variant, const std::string& seed) {
    std::vector<config::Override> overrides = sets_;
    if (!seed.empty()) overrides.push_back(config::parse_set("run.seed=" + seed));
    run::RunRequest request{config::resolve(file, variant, overrides, backend_.library),
                            {},
                            {},
                            {},
                            options_.verbose_events,
                            !options_.no_skip,
                            options_.profile};
    request.place = static_cast<unsigned>(std::ranges::find(file.variants, variant) - file.variants.begin());
    request.seeds_apart = seeds_.size() > 1;
    request.dir = std::filesystem::path(options_.out) / request.scenario.name / request.name();
    request.replay = fmt::format("{} replay {}", shell_quoted(options_.program), shell_quoted(request.dir.string()));
    request.command = command_of(options_, file.path, request.scenario);
    request.open_waves = fmt::format("{} wave {}", shell_quoted(options_.program), shell_quoted(request.dir.string()));
    request.explain = fmt::format("{} explain {}", shell_quoted(options_.program), shell_quoted(request.dir.string()));
    if (!dirs_.insert(request.dir).second) throw ConfigError(fmt::format("two runs would write to {}", request.dir.string()));
    wanted_.fit.push_back(std::move(request));
  }

  const Backend& backend_;
  const RunOptions& options_;
  std::vector<config::Override> sets_;
  std::vector<std::string> seeds_;
  std::set<std::filesystem::path> dirs_;
  Wanted wanted_;
};

// Builds each model that a run needs and that is not there. A run whose model cannot be built is not fit.
void build_models(const Backend& backend, Wanted& wanted) {
  std::map<unsigned, std::vector<std::string>> why_not;
  for (const run::RunRequest& request : wanted.fit) {
    const unsigned harts = request.scenario.hardware.harts;
    if (why_not.contains(harts)) continue;
    try {
      run::require_model(backend, harts);
      why_not[harts] = {};
    } catch (const ConfigError& error) {
      why_not[harts] = error.messages();
    }
  }
  std::erase_if(wanted.fit, [&](const run::RunRequest& request) {
    const std::vector<std::string>& why = why_not[request.scenario.hardware.harts];
    if (!why.empty()) wanted.unfit.push_back({request.scenario.name, request.name(), why});
    return !why.empty();
  });
}

// Each line once: many variants may be unfit for one reason.
std::vector<std::string> reasons(const std::vector<Unfit>& unfit) {
  std::vector<std::string> lines;
  for (const Unfit& one : unfit)
    for (const std::string& why : one.why)
      if (std::find(lines.begin(), lines.end(), why) == lines.end()) lines.push_back(why);
  return lines;
}

void print_warnings(const std::vector<run::RunRequest>& requests) {
  std::set<std::string> printed;
  for (const run::RunRequest& request : requests)
    for (const std::string& warning : request.scenario.warnings)
      if (printed.insert(warning).second) fmt::print(stderr, "scx-cosim: warning: {}\n", warning);
}

int print_configs(const std::vector<run::RunRequest>& requests) {
  for (const run::RunRequest& request : requests) {
    if (requests.size() > 1) fmt::print("# {}/{}\n", request.scenario.name, request.name());
    fmt::print("{}", config::emit_yaml(config::resolved_tree(request.scenario)));
    if (requests.size() > 1) fmt::print("\n");
  }
  return 0;
}

// Called in order: a scenario's variants follow each other, and its table comes after its last.
class Printer {
 public:
  Printer(const std::vector<run::Job>& jobs, const std::vector<Unfit>& unfit, const RunOptions& options)
      : jobs_(jobs), unfit_(unfit), quiet_(options.quiet), pages_(!options.no_report), out_(options.out) {}

  void operator()(const run::Job& job) {
    group_.push_back(&job);
    if (pages_) write_page([&job] { return page::write_run_page(job.request().dir, page::index_of(job.request().name())).file; });
    const auto next = static_cast<std::size_t>(&job - jobs_.data()) + 1;
    if (next < jobs_.size() && jobs_[next].request().scenario.name == job.request().scenario.name) return;
    print_group();
    group_.clear();
  }
  // After an interrupt: what there is of the last scenario.
  void rest() {
    if (!group_.empty()) print_group();
  }
  // Scenarios of which no variant could be run; the others are in the tables.
  void unfit() const {
    for (const Unfit& one : unfit_) {
      const bool in_a_table = std::any_of(jobs_.begin(), jobs_.end(), [&one](const run::Job& job) {
        return !one.variant.empty() && job.request().scenario.name == one.scenario;
      });
      if (in_a_table && !quiet_) continue;
      fmt::print("{}{}{}: not run: {}\n", one.scenario, one.variant.empty() ? "" : "/", one.variant, fmt::join(one.why, "\n  "));
    }
  }

 private:
  // A page that cannot be written fails no run.
  template <typename Write>
  static std::filesystem::path write_page(const Write& write) {
    try {
      return write();
    } catch (const std::exception& error) {
      fmt::print(stderr, "scx-cosim: no report: {}\n", error.what());
      return {};
    }
  }

  void print_group() const {
    std::vector<StoredResult> runs;
    for (const run::Job* job : group_) runs.push_back(job->stored_result());
    const config::Scenario& scenario = group_.front()->request().scenario;
    std::vector<report::NotRun> not_run;
    for (const Unfit& one : unfit_)
      if (one.scenario == scenario.name && !one.variant.empty()) not_run.push_back({one.variant, one.why.front()});
    std::filesystem::path page;
    if (pages_) {
      const std::filesystem::path dir = std::filesystem::path(out_) / scenario.name;
      page = write_page([&] { return page::write_scenario_page(dir, runs, not_run).file; });
    }
    if (!quiet_) {
      fmt::print("{}: {}\n{}\n\n{}\n", scenario.name, scenario.question, report::common_facts(runs),
                 report::comparison(runs, not_run).text());
    }
    for (const StoredResult& run : runs)
      if (!quiet_ || run.result.outcome != Outcome::kPassed || !run.result.warnings.empty())
        fmt::print("{}{}", report::details(run), report::profile_line(run));
    if (!quiet_) print_speed();
    if (!quiet_ && !page.empty()) fmt::print("report: {}\n", page.string());
    std::fflush(stdout);
  }

  void print_speed() const {
    double cycles = 0, seconds = 0;
    for (const run::Job* job : group_) {
      cycles += static_cast<double>(job->report().evaluation.cycles);
      seconds += job->report().host_seconds;
    }
    if (seconds > 0)
      fmt::print("\n{:.1f} Mcycles in {:.1f} s of simulation, {:.1f} Mcycles/s\n", cycles / 1e6, seconds, cycles / 1e6 / seconds);
  }

  const std::vector<run::Job>& jobs_;
  const std::vector<Unfit>& unfit_;
  bool quiet_;
  bool pages_;
  std::string out_;
  std::vector<const run::Job*> group_;
};

// All or none, and by name: of two commands that want the same ones, one gets them.
void claim_directories(std::vector<run::Job>& jobs) {
  std::vector<run::Job*> by_name;
  for (run::Job& job : jobs) by_name.push_back(&job);
  std::ranges::sort(by_name, {}, [](const run::Job* job) { return job->request().dir; });
  for (run::Job* job : by_name) job->claim_directory();
}

}  // namespace

int run_command(const Backend& backend, const RunOptions& given) {
  RunOptions options = given;
  if (options.scenarios.empty()) options.scenarios.emplace_back(kDefaultScenario);
  Wanted wanted = Collector(backend, options).take();
  if (!options.print_config) build_models(backend, wanted);
  if (wanted.fit.empty()) throw ConfigError(reasons(wanted.unfit));
  int exit_code = wanted.unfit.empty() ? 0 : kExitUsage;
  for (const std::string& why : reasons(wanted.unfit)) fmt::print(stderr, "scx-cosim: {}\n", why);
  if (!options.quiet) print_warnings(wanted.fit);
  if (options.print_config) return std::max(print_configs(wanted.fit), exit_code);

  std::vector<run::Job> jobs;
  jobs.reserve(wanted.fit.size());
  for (run::RunRequest& request : wanted.fit) jobs.emplace_back(backend, std::move(request));
  claim_directories(jobs);
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  Printer printer(jobs, wanted.unfit, options);
  const int signal = run_supervised(jobs, {options.jobs ? options.jobs : processors, options.hung_after_s}, options.quiet,
                                    [&printer](const run::Job& job) { printer(job); });
  printer.rest();
  printer.unfit();
  if (signal) return 128 + signal;
  for (const run::Job& job : jobs) exit_code = std::max(exit_code, job.report().exit_code());
  return exit_code;
}

}  // namespace tb::cli
