// SPDX-License-Identifier: Apache-2.0
#include "tb/wave/opening.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "log/nearest.h"
#include "log/reader.h"
#include "tb/config/moment.h"
#include "tb/wave/anchor.h"

namespace tb::wave {
namespace {

constexpr sim::Cycle kWholeMax = 500'000;  // a longer stretch is dumped at its ends only
constexpr sim::Cycle kEnd = 20'000;        // that much of each end

const waves::At* find_at(const std::string& name) {
  const auto found = std::ranges::find(waves::all_ats(), name, &waves::At::name);
  return found == waves::all_ats().end() ? nullptr : &*found;
}

Opening at_moment(const RunWaves& run, const waves::At& at) {
  const auto place = waves::place_of(at, run.moments);
  if (!place)
    throw WaveError(fmt::format("there is no {} in {}; the moments of this run: {}", fmt::join(at.anchors, " and no "),
                                run.dir.string(), moments_text(run)));
  return {.place = *place, .needed = {place->window}, .view = at.view};
}

Opening of_story(const Story& story) {
  Opening opening{.place = waves::place_of(story.at), .needed = {}};
  waves::Window& window = opening.place.window;
  const sim::Cycle first = story.marks.front().cycle, last = story.marks.back().cycle;
  if (first < last) window = {first, last};
  opening.needed = {window};
  if (last - first > kWholeMax) opening.needed = {{first, first + kEnd}, {last - kEnd, last}};
  opening.markers = markers_of(story, false);
  opening.harts = harts_of(story);
  opening.about = story.about;
  return opening;
}

Opening at_cycle(const RunWaves& run, sim::Cycle cycle) {
  if (cycle > run.cycles)
    throw WaveError(fmt::format("{} ended at cycle {}: there is no cycle {}", run.dir.string(), run.cycles, cycle));
  if (const Story* story = story_at(run.stories, cycle)) return of_story(*story);
  Opening opening{.place = waves::place_of(cycle), .needed = {}};
  opening.needed = {opening.place.window};
  opening.markers = {{"asked for", "", cycle}};
  return opening;
}

bool is_event(const std::string& text) {
  const std::string word = text.substr(0, text.find_first_of(" ,"));
  return word.find('=') != std::string::npos || event_log::find_event(word) != nullptr;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names = at_names();
  for (const auto& type : trace::schema::kEvents) names.emplace_back(type.name);
  return names;
}

Opening at_event(const RunWaves& run, const std::string& text) {
  if (!is_event(text)) {
    const auto near = words::nearest(text, known_names());
    throw WaveError(fmt::format("--at wants a cycle, a time such as 50ms, an event or one of {}, not '{}'{}",
                                fmt::join(at_names(), ", "), text, near ? fmt::format("; did you mean '{}'?", *near) : ""));
  }
  const Anchor anchor = anchor_of({run}, text);
  Opening opening{.place = waves::place_of(anchor.at.front().cycle), .needed = {}};
  opening.needed = {opening.place.window};
  opening.markers = {
      {anchor.name, fmt::format("hart {}, the first such event", anchor.at.front().hart), anchor.at.front().cycle}};
  opening.harts = {anchor.at.front().hart};
  return opening;
}

}  // namespace

std::vector<std::string> at_names() {
  std::vector<std::string> names;
  for (const waves::At& at : waves::all_ats()) names.emplace_back(at.name);
  return names;
}

Opening opening_at(const RunWaves& run, const std::string& text) {
  if (const waves::At* at = find_at(text)) return at_moment(run, *at);
  if (const auto cycle = config::find_moment(text, run.clock_mhz)) return at_cycle(run, *cycle);
  return at_event(run, text);
}

std::optional<Opening> usual_opening(const RunWaves& run, waves::View view) {
  for (const waves::At& at : waves::all_ats()) {
    const bool fits = at.view == view || (view == waves::View::kIpi && at.view == waves::View::kKick);
    if (!fits || view == waves::View::kOverview) continue;
    const auto place = waves::place_of(at, run.moments);
    if (place && waves::window_of(place->anchor, run.dumped) != nullptr) return Opening{.place = *place, .needed = {}};
  }
  return std::nullopt;
}

std::vector<waves::Marker> usual_markers(const RunWaves& run) {
  std::vector<waves::Marker> markers = waves::dumped_markers(run.moments, run.dumped);
  const bool told = !markers.empty();
  const auto add = [&](const waves::Marker& marker) {
    const bool there = std::ranges::any_of(markers, [&](const waves::Marker& m) { return m.cycle == marker.cycle; });
    if (!there) markers.push_back(marker);
  };
  for (const Story& story : run.stories)
    if (!story.aside || !told)
      for (const waves::Marker& marker : markers_of(story, true)) add(marker);
  return waves::dumped_markers(markers, run.dumped);
}

std::vector<unsigned> busiest_harts(const RunWaves& run, const waves::Window& window) {
  std::vector<std::uint64_t> events(run.source.harts);
  event_log::LogReader reader((run.dir / "events.bin").string());
  event_log::EventView event;
  while (reader.next(event) && event.cycle <= window.to)
    if (window.has(event.cycle) && event.hart < events.size()) ++events[event.hart];
  std::vector<unsigned> harts(events.size());
  std::iota(harts.begin(), harts.end(), 0U);
  std::ranges::stable_sort(harts, [&](unsigned a, unsigned b) { return events[a] > events[b]; });
  return harts;
}

}  // namespace tb::wave
