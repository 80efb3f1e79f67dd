// SPDX-License-Identifier: Apache-2.0
#include "bench/product.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "json/value.h"

namespace bench {

namespace fs = std::filesystem;

namespace {

// Gone when the measurement is over.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / fmt::format("scx-bench-{}", getpid())) { fs::create_directories(path_); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

constexpr double kShortRuns = 200;

Figures rate_of(const Ran& ran) {
  if (ran.exit_code != 0 && ran.exit_code != 10) throw std::runtime_error(fmt::format("short runs: exit code {}", ran.exit_code));
  return {{"runs_per_core_hour", kShortRuns / ran.cpu_seconds * 3600}, {"wall_s", ran.seconds}};
}

double dispatch_calls(const json::Value& metrics) {
  double calls = 0;
  for (const auto& [length, balances] : metrics.at("dispatch_per_balance").at("histogram").items())
    calls += std::stod(length) * balances.get<double>();
  return calls;
}

}  // namespace

Figures measure(const Run& run) {
  const Folder folder;
  std::vector<std::string> command{SCX_COSIM, "run", run.scenario, "--variant", run.variant, "--out", folder.path(), "--quiet"};
  for (const std::string& set : run.sets) command.insert(command.end(), {"--set", set});
  command.insert(command.end(), run.options.begin(), run.options.end());
  const Ran ran = run_program(command);

  const fs::path dir = folder.path() / fs::path(run.scenario).stem() / run.variant;
  const json::Value result = json::read_file(dir / "result.json");
  const auto outcome = result.at("outcome").get<std::string>();
  // Whatever is expected of a run of another length.
  if (outcome != "passed" && outcome != "expectation_failed" && outcome != "timed_out")
    throw std::runtime_error(fmt::format("{}: {}: {}", run.scenario, outcome, result.at("message").get<std::string>()));
  const auto& speed = result.at("speed");
  Figures figures{
      {"cycles", result.at("cycles").get<double>()},
      {"events", result.at("events").get<double>()},
      {"clocks", speed.at("clocks").get<double>()},
      {"ops", speed.at("ops").get<double>()},
      {"seconds", speed.at("cpu_s").get<double>()},
      {"dispatch_calls", dispatch_calls(result.at("metrics"))},
      {"hash", static_cast<double>(std::stoull(result.at("hash").at("events").get<std::string>().substr(0, 12), nullptr, 16))},
      {"wall_s", ran.seconds},
      {"cpu_s", ran.cpu_seconds},
      {"peak_mib", ran.peak_mib}};
  figures["log_mb"] = static_cast<double>(fs::file_size(dir / "events.bin")) / 1e6;
  if (fs::exists(dir / "waves.fst")) figures["wave_mb"] = static_cast<double>(fs::file_size(dir / "waves.fst")) / 1e6;
  if (!speed.at("profile").is_null())
    for (const auto& [part, share] : speed.at("profile").items()) figures["share_" + part] = share.get<double>();
  return figures;
}

Figures measure_study() {
  const Folder folder;
  return rate_of(
      run_program({SCX_COSIM, "study", SCX_BENCH_STUDY, "--out", folder.path(), "--jobs", "1", "--no-report", "--quiet"}));
}

// Its expectations are about a longer run: some fail.
Figures measure_runs() {
  const Folder folder;
  return rate_of(run_program({SCX_COSIM, "run", "healthy_qmap", "--variant", "base", "--seed", "1..200", "--set",
                              "run.until_us=1000", "--set", "waves=none", "--set", "expect=[ { count: reset, at_least: 0 } ]",
                              "--out", folder.path(), "--jobs", "1", "--no-report", "--quiet"}));
}

Figures measure_between(const Run& shorter, const Run& longer) {
  const Figures before = measure(shorter);
  Figures figures = measure(longer);
  for (const char* name : {"cycles", "events", "clocks", "ops", "seconds", "dispatch_calls", "log_mb", "wave_mb"}) {
    if (before.contains(name)) figures[name] -= before.at(name);
  }
  return figures;
}

Figures with_rates(Figures figures) {
  const double cycles = figures.at("cycles");
  figures["mega_cycles_per_s"] = cycles / figures.at("seconds") / 1e6;
  figures["clocks_per_cycle"] = figures.at("clocks") / cycles;
  for (const char* name : {"events", "ops", "dispatch_calls"})
    figures[fmt::format("{}_per_ms", name)] = figures.at(name) / cycles * kCyclesPerMs;
  return figures;
}

}  // namespace bench
