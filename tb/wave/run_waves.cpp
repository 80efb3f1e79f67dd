// SPDX-License-Identifier: Apache-2.0
#include "tb/wave/run_waves.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/reader.h"
#include "tb/result/remains.h"
#include "tb/run/run_directory.h"
#include "waves/moments.h"

namespace tb::wave {

namespace fs = std::filesystem;

namespace {

bool has_result(const fs::path& dir) { return fs::exists(dir / "result.json"); }

bool of_a_run(const fs::path& dir) { return fs::exists(dir / "config.yaml") || fs::exists(dir / "events.bin"); }

// Why a run's directory has no result, and what can be done about it.
std::string without_result(const fs::path& dir) {
  if (const auto writer = run::writer_of(dir))
    return fmt::format("{}: a run is under way there, by process {}", dir.string(), *writer);
  std::string text = fmt::format("{}: no result.json: that run was killed with its supervisor", dir.string());
  const fs::path replay = dir / run::kReplayFolder;
  if (has_result(replay)) return text + fmt::format("; its replay is in {}", replay.string());
  return text + "; replay repeats it as far as its log goes, and can be shown";
}

// Where this process reads while no other one may write. A replay of it and waves made later are below it.
std::shared_ptr<run::RunLock> reading(const fs::path& dir) { return std::make_shared<run::RunLock>(run::RunLock::to_read(dir)); }

}  // namespace

std::vector<fs::path> runs_in(const fs::path& dir) {
  if (!fs::is_directory(dir)) throw WaveError(fmt::format("{}: no such directory", dir.string()));
  if (has_result(dir)) return {dir};
  if (of_a_run(dir)) throw WaveError(without_result(dir));
  std::vector<fs::path> runs, others;
  for (const auto& entry : fs::directory_iterator(dir)) {
    if (!entry.is_directory()) continue;
    if (has_result(entry.path())) runs.push_back(entry.path());
    else if (of_a_run(entry.path())) others.push_back(entry.path());
  }
  std::sort(others.begin(), others.end());
  for (const fs::path& other : others) fmt::print(stderr, "scx-cosim: left aside: {}\n", without_result(other));
  if (runs.empty())
    throw WaveError(fmt::format("{}: no result.json here, so it is no run's directory, nor are there any in it", dir.string()));
  std::sort(runs.begin(), runs.end());
  return runs;
}

RunWaves read_run(const fs::path& dir) {
  RunWaves run;
  run.dir = dir;
  run.lock = reading(dir);
  try {
    const Result result = read_result(dir);
    run.scenario = result.scenario;
    run.label = run.variant = result.variant;
    run.seed = result.seed;
    run.place = result.place;
    run.stories = stories_of(result);
    run.cycles = result.cycles;
    run.clock_mhz = result.clock_mhz();
    run.source.harts = result.harts();
    if (fs::exists(dir / "waves.fst"))
      for (const WaveWindow& window : result.waves) run.dumped.push_back({window.from, window.to});
  } catch (const json::Error& error) {
    throw WaveError(fmt::format("{}: not a result as this build writes it: {}", (dir / "result.json").string(), error.what()));
  }
  const event_log::LogExtent log = read_moments(run);
  if (const std::string missing = remains_of(dir, log).shortfall(); !missing.empty())
    fmt::print(stderr, "scx-cosim: {}: {}; its moments are those up to there\n", dir.string(), missing);
  return run;
}

event_log::LogExtent read_moments(RunWaves& run) {
  waves::Moments moments;
  event_log::LogReader reader((run.dir / "events.bin").string());
  event_log::EventView event;
  while (reader.next(event)) moments.on_event(event);
  run.moments = moments.markers();
  run.source.tasks = moments.tasks();
  run.source.first_hart = moments.trapped_hart().value_or(moments.guarded_hart().value_or(0));
  run.barked_hart = moments.guarded_hart().value_or(run.source.first_hart);
  return reader.extent();
}

std::string title_of(const RunWaves& run) { return fmt::format("{}/{}, seed {}", run.scenario, run.variant, run.seed); }

std::string moments_text(const RunWaves& run) {
  std::string text;
  for (const waves::Marker& moment : run.moments)
    text += fmt::format("{}{} @{}", text.empty() ? "" : ", ", moment.name, moment.cycle);
  return text.empty() ? "none" : text;
}

}  // namespace tb::wave
