// SPDX-License-Identifier: Apache-2.0
// replay: repeats a run from what is in its directory, and says whether it came out the same.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "log/compare.h"
#include "tb/cli/commands.h"
#include "tb/cli/supervised.h"
#include "tb/config/overrides.h"
#include "tb/config/resolved.h"
#include "tb/config/scenario_file.h"
#include "tb/config/shell.h"
#include "tb/report/summary.h"
#include "tb/result/outcome.h"
#include "tb/result/remains.h"
#include "tb/run/binary_hash.h"
#include "tb/run/models.h"
#include "tb/run/run_directory.h"

namespace tb::cli {

namespace {

namespace fs = std::filesystem;

// The run to repeat, as far as it left anything.
struct Original {
  Remains left;
  sim::Cycle cycles = 0;

  [[nodiscard]] std::string_view outcome() const { return left.result ? info(left.result->outcome).name : "unknown"; }
  [[nodiscard]] bool is(Outcome what) const { return left.result && left.result->outcome == what; }
  // Its log may stop before the simulation did.
  [[nodiscard]] bool ended_early() const {
    return left.log_cut() || !left.result || is(Outcome::kInterrupted) || is(Outcome::kHung) || is(Outcome::kPolicyCrashed) ||
           is(Outcome::kInternalError);
  }
  // It was ended from outside: left alone it would go on.
  [[nodiscard]] bool cut() const { return !left.result || is(Outcome::kInterrupted); }
};

Original read_original(const fs::path& dir) {
  Original original{remains_of(dir, event_log::extent_of((dir / "events.bin").string())), 0};
  original.cycles = original.left.result ? original.left.result->cycles : original.left.log.last;
  if (original.left.log.events == 0)
    throw event_log::LogError(
        fmt::format("{}: {}: there is nothing to compare a replay with; 'scx-cosim run {}/config.yaml' repeats the run",
                    dir.string(), original.left.shortfall(), dir.string()));
  return original;
}

void warn(const std::string& text) { fmt::print(stderr, "scx-cosim: warning: {}\n", text); }

// What is not as it was when the run was made, and so may be why it comes out otherwise.
void warn_of_changes(const Backend& backend, const Original& original, const std::string& config_hash) {
  if (const std::string missing = original.left.shortfall(); !missing.empty())
    warn(missing + (original.cut() ? "; the replay goes that far" : "; the comparison goes that far"));
  if (!original.left.result) return;
  const Result& result = *original.left.result;
  const auto known = [](const std::string& text) { return text.empty() ? std::string("?") : text; };
  if (result.config_hash != config_hash) warn("config.yaml is not the configuration that ran");
  if (result.rtl_hash != backend.rtl_hash)
    warn(fmt::format("other RTL: the run had {}, this program has {}", known(result.rtl_hash), backend.rtl_hash));
  for (const auto& [name, version] : backend.versions)
    if (result.version(name) != version)
      warn(fmt::format("other {}: the run had {}, this program has {}", name, known(result.version(name)), version));
  if (result.version("binary") != run::binary_hash())
    warn("other program: it was built anew since the run, its firmware may differ");
}

// FROM..TO, or waves in the words of a scenario.
config::Override waves_override(const std::string& text) {
  const std::size_t dots = text.find("..");
  const auto number = [](std::string_view word) { return !word.empty() && word.find_first_not_of("0123456789") == word.npos; };
  if (dots == std::string::npos || !number(text.substr(0, dots)) || !number(text.substr(dots + 2)))
    return config::parse_set("waves=" + text);
  return config::parse_set(fmt::format("waves={{from: {}, to: {}}}", text.substr(0, dots), text.substr(dots + 2)));
}

// The second is the first, or somewhere below it.
bool holds(const fs::path& outer, const fs::path& inner) {
  const fs::path above = fs::weakly_canonical(outer), below = fs::weakly_canonical(inner);
  return std::mismatch(above.begin(), above.end(), below.begin(), below.end()).first == above.end();
}

run::RunRequest make_request(const Backend& backend, const ReplayOptions& options, const Original& original) {
  const fs::path dir(options.run_dir);
  const auto file = config::read_scenario_file((dir / "config.yaml").string(), backend.library);
  const std::string& variant = file.variants.front();
  const auto as_run = config::resolve(file, variant, {}, backend.library);
  warn_of_changes(backend, original, config::config_hash(as_run));
  std::vector<config::Override> overrides;
  if (!options.waves.empty()) overrides.push_back(waves_override(options.waves));
  run::RunRequest request{config::resolve(file, variant, overrides, backend.library), {}, {}, {}, false, !options.no_skip, {}};
  request.dir = options.out.empty() ? dir / run::kReplayFolder : fs::path(options.out);
  if (holds(request.dir, dir))
    throw config::ConfigError(fmt::format("--out {}: a replay does not overwrite the run it repeats", options.out));
  request.replay = fmt::format("{} replay {}", shell_quoted(options.program), shell_quoted(options.run_dir));
  if (!options.waves.empty()) request.replay += " --waves " + shell_quoted(options.waves);
  if (options.to_cycle) request.replay += fmt::format(" --to-cycle {}", *options.to_cycle);
  request.command = original.left.result ? original.left.result->command : request.replay;
  request.to_cycle = options.to_cycle;
  if (request.to_cycle && *request.to_cycle >= original.cycles) {
    if (*request.to_cycle > original.cycles)
      fmt::print(stderr, "scx-cosim: the run ends at cycle {}, and so does its replay\n", original.cycles);
    request.to_cycle.reset();
  }
  request.open_waves = fmt::format("{} wave {}", shell_quoted(options.program), shell_quoted(request.dir.string()));
  request.explain = fmt::format("{} explain {}", shell_quoted(options.program), shell_quoted(request.dir.string()));
  if (!request.to_cycle && original.cut()) request.to_cycle = original.cycles;
  return request;
}

// Prints the verdict; true if the run came out the same.
bool compare(const Original& original, const fs::path& dir, const run::Job& job) {
  const run::RunReport& replay = job.report();
  const bool bounded = job.request().to_cycle.has_value();
  const auto logs = event_log::compare_logs((dir / "events.bin").string(), (job.request().dir / "events.bin").string());
  const bool same_log =
      !logs.difference || (original.ended_early() && logs.first_is_prefix()) || (bounded && logs.second_is_prefix());
  if (!same_log) {
    const auto shown = [](const std::string& text) { return text.empty() ? "nothing more" : text; };
    fmt::print("not reproduced: after {} equal events, at cycle {}\n  run      {}\n  replay   {}\n", logs.equal,
               logs.difference->cycle, shown(logs.difference->first), shown(logs.difference->second));
    return false;
  }
  const std::string_view outcome = info(replay.outcome).name;
  if (bounded && replay.evaluation.cycles < *job.request().to_cycle) {
    fmt::print("not reproduced: the replay ended at cycle {}, as {}{}{}\n", replay.evaluation.cycles, outcome,
               replay.message.empty() ? "" : ": ", replay.message);
    return false;
  }
  if (!bounded && !original.is(Outcome::kInternalError) && outcome != original.outcome()) {
    fmt::print("not reproduced: the run was {}, the replay is {}\n", original.outcome(), outcome);
    return false;
  }
  if (bounded) fmt::print("reproduced up to cycle {}: {} events\n", *job.request().to_cycle, logs.equal);
  else if (logs.difference) fmt::print("reproduced as far as both logs go: {} events\n", logs.equal);
  else fmt::print("reproduced: {} events, hash {}\n", logs.equal, replay.evaluation.digest);
  return true;
}

}  // namespace

int replay_command(const Backend& backend, const ReplayOptions& options) {
  const fs::path dir(options.run_dir);
  const run::RunLock reading = run::RunLock::to_read(dir);
  const Original original = read_original(dir);
  std::vector<run::Job> jobs;
  jobs.emplace_back(backend, make_request(backend, options, original));
  run::require_model(backend, jobs.front().request().scenario.hardware.harts);
  jobs.front().claim_directory();
  const int signal = run_supervised(jobs, {1, options.hung_after_s}, false, [](const run::Job& job) {
    if (!job.request().to_cycle) fmt::print("{}", report::details(job.stored_result()));  // no verdict on part of a run
    else fmt::print("{}\n", job.request().dir.string());
  });
  if (signal) return 128 + signal;
  const run::Job& job = jobs.front();
  if (!job.report().lost.empty()) return job.report().exit_code();
  return compare(original, dir, job) ? 0 : kExitNotReproduced;
}

}  // namespace tb::cli
