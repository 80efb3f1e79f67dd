// SPDX-License-Identifier: Apache-2.0
// wave: opens the waves of a run where something happens, or those of several runs as one view.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "log/nearest.h"
#include "tb/cli/commands.h"
#include "tb/config/shell.h"
#include "tb/result/outcome.h"
#include "tb/run/run_directory.h"
#include "tb/wave/aligned.h"
#include "tb/wave/rerun.h"
#include "tb/wave/viewer.h"
#include "waves/save_file.h"

namespace tb::cli {

namespace {

namespace fs = std::filesystem;
using wave::RunWaves;
using wave::WaveError;

std::vector<std::string> at_names() {
  std::vector<std::string> names;
  for (const waves::At& at : waves::all_ats()) names.emplace_back(at.name);
  return names;
}

const waves::At* find_at(const std::string& name) {
  for (const waves::At& at : waves::all_ats())
    if (at.name == name) return &at;
  return nullptr;
}

std::optional<sim::Cycle> cycle_of(const std::string& text) {
  sim::Cycle cycle = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cycle);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return cycle;
}

waves::View view_named(const std::string& name) {
  for (std::size_t i = 0; i < waves::kViewNames.size(); ++i)
    if (waves::kViewNames[i] == name) return static_cast<waves::View>(i);
  const std::vector<std::string> known(waves::kViewNames.begin(), waves::kViewNames.end());
  throw WaveError(fmt::format("no view is called '{}'{}", name, words::hint(name, known)));
}

// Where to look, as asked.
waves::Place place_in(const RunWaves& run, const std::string& text) {
  if (const auto cycle = cycle_of(text)) {
    if (*cycle > run.cycles)
      throw WaveError(fmt::format("{} ended at cycle {}: there is no cycle {}", run.dir.string(), run.cycles, *cycle));
    return waves::place_of(*cycle);
  }
  const waves::At* at = find_at(text);
  if (at == nullptr)
    throw WaveError(fmt::format("--at wants a cycle or one of {}, not '{}'{}", fmt::join(at_names(), ", "), text,
                                words::hint(text, at_names())));
  const auto place = waves::place_of(*at, run.moments);
  if (!place)
    throw WaveError(fmt::format("there is no {} in {}; the moments of this run: {}", fmt::join(at->anchors, " and no "),
                                run.dir.string(), wave::moments_text(run)));
  return *place;
}

// What a view without --at opens on, if that was dumped.
std::optional<waves::Place> usual_place(const RunWaves& run, waves::View view) {
  for (const waves::At& at : waves::all_ats()) {
    const bool fits = at.view == view || (view == waves::View::kIpi && at.view == waves::View::kKick);
    if (!fits || view == waves::View::kOverview) continue;
    const auto place = waves::place_of(at, run.moments);
    if (place && waves::window_of(place->anchor, run.dumped) != nullptr) return place;
  }
  return std::nullopt;
}

waves::Picture picture_of(const RunWaves& run, waves::View view) {
  waves::Picture picture;
  picture.view = view;
  picture.sources = {run.source};
  if (view == waves::View::kWatchdog) picture.sources.front().first_hart = run.barked_hart;
  picture.clock_mhz = run.clock_mhz;
  picture.dumped = run.dumped;
  picture.markers = waves::dumped_markers(run.moments, run.dumped);
  return picture;
}

struct Prepared {
  fs::path dir;
  std::string name;  // of the files in it, without what follows the dot
  waves::Picture picture;
  std::vector<std::shared_ptr<run::RunLock>> locks = {};  // of what it shows
};

Prepared prepare_one(const Backend& backend, RunWaves run, const WaveOptions& options) {
  if (run.dumped.empty() && options.at.empty())
    throw WaveError(fmt::format("{} has no waves. Give --at {} or a cycle to repeat the run with waves there. Its moments: {}",
                                run.dir.string(), fmt::join(at_names(), ", "), wave::moments_text(run)));
  std::optional<waves::Place> place;
  if (!options.at.empty()) place = place_in(run, options.at);
  if (place && waves::window_of(place->anchor, run.dumped) == nullptr) {
    const waves::Window everything{0, run.cycles};
    run = wave::with_waves(backend, run, waves::with_room(place->window, everything));
  }
  const waves::At* at = find_at(options.at);
  waves::View view = at != nullptr ? at->view : waves::View::kOverview;
  if (!options.view.empty()) view = view_named(options.view);
  if (!place) place = usual_place(run, view);
  Prepared prepared{
      run.dir, fmt::format("waves-{}", waves::kViewNames[static_cast<std::size_t>(view)]), picture_of(run, view), {run.lock}};
  waves::Picture& picture = prepared.picture;
  picture.focus = place ? waves::with_room(place->window, *waves::window_of(place->anchor, run.dumped))
                        : waves::whole_story(picture.markers, picture.dumped);
  picture.at = place ? place->anchor : picture.markers.empty() ? picture.focus.from : picture.markers.front().cycle;
  return prepared;
}

Prepared prepare_several(const Backend& backend, std::vector<RunWaves> runs, const WaveOptions& options) {
  for (RunWaves& run : runs)
    if (std::ranges::count(runs, run.variant, &RunWaves::variant) > 1)
      run.label = fmt::format("{} seed {}", run.variant, run.seed);
  const auto alike = [&runs](const std::string& label) { return std::ranges::count(runs, label, &RunWaves::label) > 1; };
  if (std::ranges::any_of(runs, alike, &RunWaves::label))  // of other directories: A, B, ... in the order given
    for (std::size_t i = 0; i < runs.size(); ++i)
      runs[i].label =
          i < 26 ? fmt::format("{} {}", static_cast<char>('A' + i), runs[i].label) : std::to_string(i) + " " + runs[i].label;
  const wave::Anchor anchor = wave::anchor_of(runs, options.at);
  if (!backend.align_dumps) throw WaveError("this build cannot align dumps");
  wave::Aligned aligned = wave::align_runs(backend, runs, anchor, runs.front().dir.parent_path() / run::kAlignedFolder);
  if (!options.view.empty()) aligned.picture.view = view_named(options.view);
  return {aligned.dir, "waves", aligned.picture, {aligned.lock}};
}

Prepared prepare(const Backend& backend, const WaveOptions& options) {
  std::vector<RunWaves> runs;
  for (const std::string& given : options.run_dirs)
    for (const fs::path& dir : wave::runs_in(given)) {
      runs.push_back(wave::read_run(fs::canonical(dir)));
      if (runs.back().dumped.empty() || !backend.waves_complete || backend.waves_complete(dir / "waves.fst")) continue;
      fmt::print(stderr, "scx-cosim: {} cannot be read to its end and is ignored\n", (dir / "waves.fst").string());
      runs.back().dumped.clear();
    }
  Prepared prepared = runs.size() == 1 ? prepare_one(backend, runs.front(), options) : prepare_several(backend, runs, options);
  for (const RunWaves& run : runs) prepared.locks.push_back(run.lock);
  return prepared;
}

}  // namespace

int wave_command(const Backend& backend, const WaveOptions& options) {
  try {
    if (!options.view.empty()) view_named(options.view);  // before anything is run again, as what comes next
    if (!options.png.empty()) wave::require_drawing(options.png);
    else if (!options.print) wave::require_viewer();
    Prepared prepared = prepare(backend, options);
    waves::write_save_files(prepared.dir, prepared.name, prepared.picture);
    if (options.png.empty()) prepared.locks.clear();  // a viewer may stay open while the scenario runs anew
    if (options.print) fmt::print("{}\n", shell_command(wave::viewer_command(prepared.dir, prepared.name)));
    else if (!options.png.empty()) wave::draw(prepared.dir, prepared.name, prepared.picture, options.png);
    else wave::open_viewer(prepared.dir, prepared.name);
    return 0;
  } catch (const WaveError& error) {
    fmt::print(stderr, "scx-cosim: {}\n", error.what());
    return kExitUsage;
  }
}

}  // namespace tb::cli
