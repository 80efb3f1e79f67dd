// SPDX-License-Identifier: Apache-2.0
// wave: opens the waves of a run where something happens, or those of several runs as one view.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "log/nearest.h"
#include "tb/cli/commands.h"
#include "tb/config/shell.h"
#include "tb/result/outcome.h"
#include "tb/run/run_directory.h"
#include "tb/wave/aligned.h"
#include "tb/wave/opening.h"
#include "tb/wave/rerun.h"
#include "tb/wave/viewer.h"
#include "waves/layout.h"
#include "waves/save_file.h"

namespace tb::cli {

namespace {

namespace fs = std::filesystem;
using wave::RunWaves;
using wave::WaveError;

waves::View view_named(const std::string& name) {
  for (std::size_t i = 0; i < waves::kViewNames.size(); ++i)
    if (waves::kViewNames[i] == name) return static_cast<waves::View>(i);
  const std::vector<std::string> known(waves::kViewNames.begin(), waves::kViewNames.end());
  throw WaveError(fmt::format("no view is called '{}'{}", name, words::hint(name, known)));
}

waves::Picture picture_of(const RunWaves& run, waves::View view) {
  waves::Picture picture;
  picture.view = view;
  picture.title = {wave::title_of(run)};
  picture.sources = {run.source};
  if (view == waves::View::kWatchdog) picture.sources.front().first_hart = run.barked_hart;
  picture.clock_mhz = run.clock_mhz;
  picture.dumped = run.dumped;
  picture.markers = wave::usual_markers(run);
  return picture;
}

struct Prepared {
  fs::path dir;
  std::string name;  // of the files in it, without what follows the dot
  waves::Picture picture;
  std::vector<std::shared_ptr<run::RunLock>> locks = {};  // of what it shows
};

// From the stretch that has its begin to the one that has its end.
waves::Window focus_of(const waves::Window& wanted, const std::vector<waves::Window>& dumped) {
  const waves::Window* first = waves::window_of(wanted.from, dumped);
  const waves::Window* last = waves::window_of(wanted.to, dumped);
  if (first == nullptr) first = last;
  if (last == nullptr) last = first;
  return waves::with_room(wanted, {first->from, last->to});
}

// The markers of a view that was asked for: its own, and those moments that it shows.
std::vector<waves::Marker> markers_in(const RunWaves& run, const wave::Opening& opening, const waves::Window& focus) {
  std::vector<waves::Marker> markers = opening.markers;
  for (const waves::Marker& moment : run.moments) {
    const bool there = std::ranges::any_of(markers, [&](const waves::Marker& m) { return m.cycle == moment.cycle; });
    if (!there && focus.has(moment.cycle)) markers.push_back(moment);
  }
  return waves::dumped_markers(markers, run.dumped);
}

// The hart in question first; on a machine that does not fit on a screen those on which most happens come next.
void order_harts(const RunWaves& run, const WaveOptions& options, const std::vector<sim::HartId>& wanted,
                 waves::Picture& picture) {
  waves::Source& source = picture.sources.front();
  std::vector<unsigned> first(wanted.begin(), wanted.end());
  if (options.hart) first.insert(first.begin(), *options.hart);
  if (!first.empty()) source.first_hart = first.front();
  source.next_harts = std::move(first);
  if (source.harts <= waves::open_harts(picture.view)) return;
  const auto busiest = wave::busiest_harts(run, picture.focus);
  source.next_harts.insert(source.next_harts.end(), busiest.begin(), busiest.end());
}

bool all_dumped(const std::vector<waves::Window>& needed, const RunWaves& run) {
  return std::ranges::all_of(needed, [&](const waves::Window& window) {
    const waves::Window* stretch = waves::window_of(window.from, run.dumped);
    return stretch != nullptr && stretch->has(std::min(window.to, run.cycles));
  });
}

Prepared prepare_one(const Backend& backend, RunWaves run, const WaveOptions& options) {
  if (run.dumped.empty() && options.at.empty())
    throw WaveError(fmt::format(
        "{} has no waves. Give --at {}, a cycle, a time or an event to repeat the run with waves there. Its moments: {}",
        run.dir.string(), fmt::join(wave::at_names(), ", "), wave::moments_text(run)));
  if (options.hart && *options.hart >= run.source.harts)
    throw WaveError(fmt::format("--hart {}: the machine has harts 0 to {}", *options.hart, run.source.harts - 1));
  std::optional<wave::Opening> opening;
  if (!options.at.empty()) opening = wave::opening_at(run, options.at);
  // A moment or an event that was dumped is shown as far as the dump goes; a story must be there as a whole.
  const bool seen = opening && (opening->about.empty() ? waves::window_of(opening->place.anchor, run.dumped) != nullptr
                                                       : all_dumped(opening->needed, run));
  if (opening && !seen) {
    std::vector<waves::Window> needed;
    for (const waves::Window& window : opening->needed) needed.push_back(waves::with_room(window, {0, run.cycles}));
    run = wave::with_waves(backend, run, needed);
  }
  waves::View view = opening ? opening->view.value_or(waves::View::kOverview) : waves::View::kOverview;
  if (!options.view.empty()) view = view_named(options.view);
  const bool asked = opening.has_value();
  if (!asked) opening = wave::usual_opening(run, view);
  Prepared prepared{
      run.dir, fmt::format("waves-{}", waves::kViewNames[static_cast<std::size_t>(view)]), picture_of(run, view), {run.lock}};
  waves::Picture& picture = prepared.picture;
  picture.focus = opening ? focus_of(opening->place.window, run.dumped) : waves::whole_story(picture.markers, picture.dumped);
  if (asked && !opening->markers.empty()) picture.markers = markers_in(run, *opening, picture.focus);
  if (asked && !opening->about.empty()) picture.title.push_back(opening->about);
  picture.at = opening ? opening->place.anchor : picture.markers.empty() ? picture.focus.from : picture.markers.front().cycle;
  order_harts(run, options, opening ? opening->harts : std::vector<sim::HartId>{}, picture);
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
  if (options.hart)
    for (waves::Source& source : aligned.picture.sources) {
      if (*options.hart >= source.harts)
        throw WaveError(fmt::format("--hart {}: {} has harts 0 to {}", *options.hart, source.title, source.harts - 1));
      source.first_hart = *options.hart;
    }
  return {aligned.dir, "waves", aligned.picture, {aligned.lock}};
}

Prepared prepare(const Backend& backend, const WaveOptions& options) {
  std::vector<RunWaves> runs;
  for (const std::string& given : options.run_dirs) {
    const auto first = static_cast<std::ptrdiff_t>(runs.size());
    for (const fs::path& dir : wave::runs_in(given)) {
      runs.push_back(wave::read_run(fs::canonical(dir)));
      if (runs.back().dumped.empty() || !backend.waves_complete || backend.waves_complete(dir / "waves.fst")) continue;
      fmt::print(stderr, "scx-cosim: {} cannot be read to its end and is ignored\n", (dir / "waves.fst").string());
      runs.back().dumped.clear();
    }
    std::stable_sort(runs.begin() + first, runs.end(), [](const RunWaves& a, const RunWaves& b) {
      return std::tie(a.place, a.seed) < std::tie(b.place, b.seed);  // as the table of the scenario has them
    });
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
