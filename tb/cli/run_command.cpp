// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <set>
#include <thread>

#include "tb/cli/commands.h"
#include "tb/cli/supervised.h"
#include "tb/config/emit.h"
#include "tb/config/nearest.h"
#include "tb/config/resolved.h"
#include "tb/config/scenario_file.h"
#include "tb/report/outcome.h"
#include "tb/report/summary.h"
#include "tb/run/run_directory.h"
#include "tb/shell.h"

namespace tb::cli {

namespace {

using config::ConfigError;

std::vector<std::string> wanted_variants(const RunOptions& options, const config::ScenarioFile& file) {
  if (options.variants.empty()) return file.variants;
  for (const std::string& variant : options.variants)
    if (std::find(file.variants.begin(), file.variants.end(), variant) == file.variants.end())
      throw ConfigError(
          fmt::format("{}: no variant is called '{}'{}", file.path, variant, config::hint(variant, file.variants)));
  return options.variants;
}

std::string command_of(const RunOptions& options, const std::string& path, const config::Scenario& scenario) {
  std::string command = fmt::format("{} run {} --variant {} --seed {}", shell_quoted(options.program),
                                    shell_quoted(path), shell_quoted(scenario.variant), scenario.run.seed);
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
    const bool read = from_error == std::errc{} && from_end == text + dots && to_error == std::errc{} &&
                      to_end == text + option.size();
    if (!read || from > to || to - from >= kMost)
      throw ConfigError(fmt::format("--seed {}: expected a number, or a range like 1..20 of at most {}", option, kMost));
    for (std::uint64_t seed = from; seed <= to; ++seed) seeds.push_back(std::to_string(seed));
  }
  return seeds;
}

// Everything is read and resolved before the first directory is touched.
std::vector<run::RunRequest> make_requests(const Backend& backend, const RunOptions& options) {
  std::vector<config::Override> sets;
  for (const std::string& set : options.sets) sets.push_back(config::parse_set(set));
  const std::vector<std::string> seeds = all_seeds(options.seeds);

  std::vector<run::RunRequest> requests;
  std::set<std::filesystem::path> dirs;
  const auto add = [&](const config::ScenarioFile& file, const std::string& variant, const std::string& seed) {
    std::vector<config::Override> overrides = sets;
    if (!seed.empty()) overrides.push_back(config::parse_set("run.seed=" + seed));
    run::RunRequest request{
        config::resolve(file, variant, overrides, backend.library), {}, {}, {}, options.verbose_events, !options.no_skip,
        options.profile};
    request.seeds_apart = seeds.size() > 1;
    request.dir = std::filesystem::path(options.out) / request.scenario.name / request.name();
    request.replay = fmt::format("{} replay {}", shell_quoted(options.program), shell_quoted(request.dir.string()));
    request.command = command_of(options, file.path, request.scenario);
    request.open_waves = fmt::format("{} wave {}", shell_quoted(options.program), shell_quoted(request.dir.string()));
    if (!dirs.insert(request.dir).second)
      throw ConfigError(fmt::format("two runs would write to {}", request.dir.string()));
    requests.push_back(std::move(request));
  };
  for (const std::string& name : options.scenarios) {
    const auto file = config::read_scenario_file(config::find_scenario(name, backend.library), backend.library);
    for (const std::string& variant : wanted_variants(options, file))
      for (const std::string& seed : seeds) add(file, variant, seed);
  }
  return requests;
}

int print_configs(const std::vector<run::RunRequest>& requests) {
  for (const run::RunRequest& request : requests) {
    if (requests.size() > 1) fmt::print("# {}/{}\n", request.scenario.name, request.name());
    fmt::print("{}", config::emit_yaml(config::resolved_tree(request.scenario)));
    if (requests.size() > 1) fmt::print("\n");
  }
  return 0;
}

// Of the seeds that a scenario ran with.
std::string seeds_text(const std::vector<const run::Job*>& jobs) {
  std::set<std::uint64_t> seeds;
  for (const run::Job* job : jobs) seeds.insert(job->request().scenario.run.seed);
  if (seeds.size() == 1) return fmt::format("seed {}", *seeds.begin());
  return fmt::format("{} seeds, {} to {}", seeds.size(), *seeds.begin(), *seeds.rbegin());
}

void print_heading(const config::Scenario& scenario, const std::string& seeds) {
  const config::Hardware& hardware = scenario.hardware;
  std::string schedulers;
  for (const config::Scheduler& scheduler : scenario.schedulers)
    schedulers.append(schedulers.empty() ? "" : ", ").append(scheduler.policy->name);
  if (schedulers.empty()) schedulers = "none";
  fmt::print("{}: {}\n", scenario.name, scenario.question);
  fmt::print("{}: {} harts at {} MHz; scheduler {}; {}; {} us simulated\n", hardware.name, hardware.harts,
             hardware.clock_mhz, schedulers,
             seeds, scenario.run.until_us);
  std::fflush(stdout);
}

// Called in order: a scenario's variants follow each other, and its table comes after its last.
class Printer {
 public:
  Printer(const std::vector<run::Job>& jobs, bool quiet) : jobs_(jobs), quiet_(quiet) {}

  void operator()(const run::Job& job) {
    group_.push_back(&job);
    const auto next = static_cast<std::size_t>(&job - jobs_.data()) + 1;
    if (next < jobs_.size() && jobs_[next].request().scenario.name == job.request().scenario.name) return;
    print_group();
    group_.clear();
  }
  // After an interrupt: what there is of the last scenario.
  void rest() {
    if (!group_.empty()) print_group();
  }

 private:
  void print_group() const {
    if (!quiet_) {
      print_heading(group_.front()->request().scenario, seeds_text(group_));
      fmt::print("\n{}\n", report::comparison_table(group_));
    }
    for (const run::Job* job : group_)
      if (!quiet_ || job->report().outcome != report::Outcome::kPassed || !job->report().evaluation.warnings.empty())
        fmt::print("{}{}", report::details(*job), report::profile_line(*job));
    if (!quiet_) print_speed();
    std::fflush(stdout);
  }

  void print_speed() const {
    double cycles = 0, seconds = 0;
    for (const run::Job* job : group_) {
      cycles += static_cast<double>(job->report().evaluation.cycles);
      seconds += job->report().host_seconds;
    }
    if (seconds > 0)
      fmt::print("\n{:.1f} Mcycles in {:.1f} s of simulation, {:.1f} Mcycles/s\n", cycles / 1e6, seconds,
                 cycles / 1e6 / seconds);
  }

  const std::vector<run::Job>& jobs_;
  bool quiet_;
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
  std::vector<run::RunRequest> requests = make_requests(backend, options);
  if (options.print_config) return print_configs(requests);
  std::vector<run::Job> jobs;
  jobs.reserve(requests.size());
  for (run::RunRequest& request : requests) jobs.emplace_back(backend, std::move(request));
  claim_directories(jobs);
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  Printer printer(jobs, options.quiet);
  const int signal = run_supervised(jobs, {options.jobs ? options.jobs : processors, options.hung_after_s}, options.quiet,
                                    [&printer](const run::Job& job) { printer(job); });
  printer.rest();
  if (signal) return 128 + signal;
  int exit_code = 0;
  for (const run::Job& job : jobs) exit_code = std::max(exit_code, job.report().exit_code());
  return exit_code;
}

}  // namespace tb::cli
