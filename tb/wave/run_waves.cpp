// SPDX-License-Identifier: Apache-2.0
#include "tb/wave/run_waves.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tb/log/reader.h"
#include "waves/moments.h"

namespace tb::wave {

namespace fs = std::filesystem;

namespace {

bool is_run(const fs::path& dir) { return fs::exists(dir / "result.json"); }

}  // namespace

std::vector<fs::path> runs_in(const fs::path& dir) {
  if (!fs::is_directory(dir)) throw WaveError(fmt::format("{}: no such directory", dir.string()));
  if (is_run(dir)) return {dir};
  std::vector<fs::path> runs;
  for (const auto& entry : fs::directory_iterator(dir))
    if (entry.is_directory() && is_run(entry.path())) runs.push_back(entry.path());
  if (runs.empty())
    throw WaveError(
        fmt::format("{}: no result.json here, so it is no run's directory, nor are there any in it", dir.string()));
  std::sort(runs.begin(), runs.end());
  return runs;
}

RunWaves read_run(const fs::path& dir) {
  RunWaves run;
  run.dir = dir;
  try {
    const auto result = nlohmann::json::parse(std::ifstream(dir / "result.json"));
    run.scenario = result.at("scenario");
    run.variant = result.at("variant");
    run.cycles = result.at("cycles");
    run.clock_mhz = result.at("config").at("hardware").at("clock_mhz");
    run.source.harts = result.at("config").at("hardware").at("harts");
    if (const auto& waves = result.at("waves"); !waves.is_null() && fs::exists(dir / "waves.fst"))
      for (const auto& window : waves.at("windows")) run.dumped.push_back({window.at("from"), window.at("to")});
  } catch (const nlohmann::json::exception& error) {
    throw WaveError(
        fmt::format("{}: not a result as this build writes it: {}", (dir / "result.json").string(), error.what()));
  }
  read_moments(run);
  return run;
}

void read_moments(RunWaves& run) {
  waves::Moments moments;
  log::LogReader reader((run.dir / "events.bin").string());
  log::EventView event;
  while (reader.next(event)) moments.on_event({event.cycle, event.hart, event.id, reader.payload()});
  run.moments = moments.markers();
  run.source.tasks = moments.tasks();
  run.source.first_hart = moments.trapped_hart().value_or(moments.guarded_hart().value_or(0));
  run.barked_hart = moments.guarded_hart().value_or(run.source.first_hart);
}

std::string moments_text(const RunWaves& run) {
  std::string text;
  for (const waves::Marker& moment : run.moments)
    text += fmt::format("{}{} @{}", text.empty() ? "" : ", ", moment.name, moment.cycle);
  return text.empty() ? "none" : text;
}

}  // namespace tb::wave
