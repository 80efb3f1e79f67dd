// SPDX-License-Identifier: Apache-2.0
#include "tb/wave/rerun.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/compare.h"
#include "tb/config/scenario_file.h"
#include "tb/run/models.h"
#include "tb/run/supervisor.h"

namespace tb::wave {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFolder = "waves-again";
constexpr sim::Cycle kRoom = 5000;  // dumped beyond what is asked for, to look around

// The shorter log must be the beginning of the longer one.
void require_same_run(const fs::path& whole, const fs::path& part) {
  const auto logs = event_log::compare_logs(whole.string(), part.string());
  if (!logs.difference || logs.second_is_prefix()) return;
  throw WaveError(fmt::format("{} is not repeated by this build: at cycle {} something else happens ({})", whole.string(),
                              logs.difference->cycle, part.string()));
}

config::Scenario with_window(const Backend& backend, const RunWaves& run, const std::vector<waves::Window>& windows) {
  const auto file = config::read_scenario_file((run.dir / "config.yaml").string(), backend.library);
  config::Scenario scenario = config::resolve(file, file.variants.front(), {}, backend.library);
  scenario.variant = run.variant;
  scenario.waves = {config::Waves::Mode::kSpans, {}};
  for (const waves::Window& window : windows) {
    config::WaveSpan span;
    span.from = window.from;
    span.to = window.to;
    scenario.waves.spans.push_back(span);
  }
  return scenario;
}

}  // namespace

RunWaves with_waves(const Backend& backend, const RunWaves& run, const std::vector<waves::Window>& windows) {
  const fs::path dir = run.dir / kFolder;
  if (fs::exists(dir / "result.json")) {
    RunWaves former = read_run(dir);
    const auto there = [&](const waves::Window& window) {
      const waves::Window* stretch = waves::window_of(window.from, former.dumped);
      return stretch != nullptr && stretch->has(std::min(window.to, run.cycles));
    };
    if (std::ranges::all_of(windows, there)) {
      require_same_run(run.dir / "events.bin", dir / "events.bin");
      former.moments = run.moments;
      former.source = run.source;
      former.label = run.label;
      former.stories = run.stories;
      former.barked_hart = run.barked_hart;
      return former;
    }
  }
  std::string cycles;
  std::vector<waves::Window> dumped;
  for (const waves::Window& window : windows) {
    cycles += fmt::format("{}{} to {}", cycles.empty() ? "" : " and ", window.from, window.to);
    dumped.push_back({window.from > kRoom ? window.from - kRoom : 0, window.to + kRoom});
  }
  fmt::print(stderr, "scx-cosim: running {}/{} again with waves of cycles {} ...\n", run.scenario, run.variant, cycles);
  std::vector<run::Job> jobs;
  run::RunRequest request{with_window(backend, run, dumped), dir};
  run::require_model(backend, request.scenario.hardware.harts);
  request.to_cycle = std::min(dumped.back().to, run.cycles);  // what comes after the waves is not needed
  jobs.emplace_back(backend, std::move(request));
  jobs.front().claim_directory();
  if (const int signal = run::supervise(jobs, {}, [](const run::Job&) {}))
    throw WaveError(fmt::format("ended by signal {}", signal));
  const run::RunReport& report = jobs.front().report();
  if (report.waves.empty()) throw WaveError(fmt::format("{} could not be run again: {}", run.dir.string(), report.message));
  require_same_run(run.dir / "events.bin", dir / "events.bin");
  RunWaves again = run;
  again.lock = std::make_shared<run::RunLock>(jobs.front().give_lock());
  again.dir = dir;
  again.dumped.clear();
  for (const WaveWindow& window : report.waves)
    again.dumped.push_back({window.from, std::min(window.to, report.evaluation.cycles)});
  return again;
}

}  // namespace tb::wave
