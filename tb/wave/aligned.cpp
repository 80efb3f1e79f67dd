// SPDX-License-Identifier: Apache-2.0
#include "tb/wave/aligned.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tb/wave/rerun.h"
#include "waves/align.h"

namespace tb::wave {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kBeforeUs = 100;  // shown around the anchor
constexpr std::uint64_t kAfterUs = 300;
constexpr std::uint64_t kFocusBeforeUs = 10;  // what the window opens on, unless markers tell a story
constexpr std::uint64_t kFocusAfterUs = 40;

waves::Window window_around(sim::Cycle anchor, const RunWaves& run) {
  const sim::Cycle before = kBeforeUs * run.clock_mhz;
  return {anchor > before ? anchor - before : 0, std::min(anchor + kAfterUs * run.clock_mhz, run.cycles)};
}

// Scopes must differ, and hold no dots.
std::vector<std::string> scopes_of(const std::vector<RunWaves>& runs) {
  std::vector<std::string> scopes;
  std::set<std::string> taken;
  for (const RunWaves& run : runs) {
    std::string scope = run.label;
    std::ranges::replace_if(
        scope, [](char c) { return c == '.' || c == ' ' || c == '-'; }, '_');
    while (!taken.insert(scope).second) scope += "_again";
    scopes.push_back(scope);
  }
  return scopes;
}

// The one that all have.
std::string seed_of(const std::vector<RunWaves>& runs) {
  const bool same = std::ranges::all_of(runs, [&](const RunWaves& run) { return run.seed == runs.front().seed; });
  return same ? fmt::format("; seed {}", runs.front().seed) : "";
}

}  // namespace

Aligned align_runs(const Backend& backend, const std::vector<RunWaves>& given, const Anchor& common, const fs::path& dir) {
  std::vector<RunWaves> runs;
  std::vector<waves::Window> stretches;  // of the waves, around the anchors
  sim::Cycle before = 0;                 // the most that any of them shows before its anchor
  for (std::size_t i = 0; i < given.size(); ++i) {
    const RunWaves& run = given[i];
    if (run.clock_mhz != given.front().clock_mhz)
      throw WaveError(fmt::format("{} has another clock than {}: {} and {} MHz", run.dir.string(), given.front().dir.string(),
                                  run.clock_mhz, given.front().clock_mhz));
    const sim::Cycle anchor = common.at[i].cycle;
    const bool seen = waves::window_of(anchor, run.dumped) != nullptr;
    runs.push_back(seen ? run : with_waves(backend, run, {window_around(anchor, run)}));
    stretches.push_back(*waves::window_of(anchor, runs.back().dumped));
    before = std::max(before, anchor - stretches.back().from);
  }
  const auto scopes = scopes_of(runs);
  const auto period = static_cast<std::int64_t>(1'000'000 / given.front().clock_mhz);
  Aligned aligned{dir,
                  {.view = waves::View::kAligned,
                   .sources = {},
                   .clock_mhz = given.front().clock_mhz,
                   .dumped = {{0, 0}},
                   .focus = {},
                   .markers = {}},
                  nullptr};
  std::vector<waves::AlignedDump> dumps;
  std::vector<waves::Marker> markers{{common.name, common.meaning, before}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunWaves& run = runs[i];
    const auto shift = static_cast<std::int64_t>(before) - static_cast<std::int64_t>(common.at[i].cycle);  // cycles
    dumps.push_back({run.dir / "waves.fst", run.source, scopes[i], shift * period,
                     static_cast<std::uint64_t>(stretches[i].from) * static_cast<std::uint64_t>(period),
                     static_cast<std::uint64_t>(stretches[i].to) * static_cast<std::uint64_t>(period)});
    waves::Source source = run.source;
    source.top = scopes[i];
    source.first_hart = common.at[i].hart;
    source.title = run.label;
    source.translate = "translate/" + scopes[i];
    aligned.picture.sources.push_back(source);
    for (const waves::Marker& moment : waves::dumped_markers(run.moments, {stretches[i]})) {
      if (moment.name == common.name) continue;
      markers.push_back({fmt::format("{}: {}", run.label, moment.name), "",
                         static_cast<sim::Cycle>(static_cast<std::int64_t>(moment.cycle) + shift)});
    }
    sim::Cycle& end = aligned.picture.dumped.front().to;
    end = std::max(end, static_cast<sim::Cycle>(static_cast<std::int64_t>(stretches[i].to) + shift));
  }
  fs::create_directories(dir);
  aligned.lock = std::make_shared<run::RunLock>(run::RunLock::to_write(dir));
  backend.align_dumps(dumps, dir / "waves.fst");
  aligned.picture.markers = waves::dumped_markers(markers, aligned.picture.dumped);
  const std::uint64_t mhz = given.front().clock_mhz;
  const waves::Window around{before > kFocusBeforeUs * mhz ? before - kFocusBeforeUs * mhz : 0, before + kFocusAfterUs * mhz};
  aligned.picture.focus = common.name == waves::kAlignedAt ? waves::whole_story(aligned.picture.markers, aligned.picture.dumped)
                                                           : waves::with_room(around, aligned.picture.dumped.front());
  aligned.picture.at = before;
  std::string shown;
  for (const RunWaves& run : runs) shown += fmt::format("{}{}", shown.empty() ? "" : ", ", run.label);
  aligned.picture.title = {fmt::format("{}: {}{}", given.front().scenario, shown, seed_of(given)),
                           "aligned at " + common.name + "; steps have one scale in all runs"};
  return aligned;
}

}  // namespace tb::wave
