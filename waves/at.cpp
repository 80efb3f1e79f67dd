// SPDX-License-Identifier: Apache-2.0
#include "waves/at.h"

#include <algorithm>

namespace waves {

namespace {

constexpr sim::Cycle kAroundCycle = 1000;  // shown on either side of a cycle that was asked for
constexpr sim::Cycle kAroundMoment = 200;  // at least that much of a moment that stands alone

const Marker* find(std::span<const Marker> markers, std::string_view name) {
  const auto found = std::find_if(markers.begin(), markers.end(), [name](const Marker& m) { return m.name == name; });
  return found == markers.end() ? nullptr : &*found;
}

// Nearly all of a stretch: GTKWave scales steps by the first value right of the window too, which must not be the next
// stretch's.
Window inside(const Window& stretch) {
  const sim::Cycle edge = (stretch.to - stretch.from) / 32;
  return {stretch.from + edge, stretch.to - edge};
}

sim::Cycle minus(sim::Cycle cycle, sim::Cycle room) { return cycle > room ? cycle - room : 0; }

}  // namespace

const std::vector<At>& all_ats() {
  static const std::vector<At> ats{
      {"breakout", {"breakout"}, {"loop start", "fresh balance"}, View::kBreakout},
      {"kick", {"kick"}, {"breakout", "irq_work taken", "fresh balance"}, View::kKick},
      {"watchdog", {"bark", "watchdog miss"}, {"loop start", "bite"}, View::kWatchdog},
      {"recovery", {"error"}, {"watchdog miss", "bypass", "disabled"}, View::kOverview},
  };
  return ats;
}

std::optional<Place> place_of(const At& at, std::span<const Marker> markers) {
  const Marker* anchor = nullptr;
  for (const std::string_view name : at.anchors)
    if (anchor == nullptr) anchor = find(markers, name);
  if (anchor == nullptr) return std::nullopt;
  Place place{anchor->cycle, {minus(anchor->cycle, kAroundMoment), anchor->cycle + kAroundMoment}};
  for (const std::string_view name : at.also) {
    const Marker* marker = find(markers, name);
    if (marker == nullptr) continue;
    place.window.from = std::min(place.window.from, marker->cycle);
    place.window.to = std::max(place.window.to, marker->cycle);
  }
  return place;
}

Place place_of(sim::Cycle cycle) { return {cycle, {minus(cycle, kAroundCycle), cycle + kAroundCycle}}; }

Window whole_story(std::span<const Marker> markers, const std::vector<Window>& dumped) {
  for (const Window& stretch : dumped) {
    Window story{sim::kNever, 0};
    unsigned seen = 0;
    for (const Marker& marker : markers) {
      if (!stretch.has(marker.cycle)) continue;
      story = {std::min(story.from, marker.cycle), std::max(story.to, marker.cycle)};
      ++seen;
    }
    if (seen > 1) return with_room(story, stretch);
    if (seen == 1) return inside(stretch);
  }
  return inside(dumped.front());
}

Window with_room(const Window& wanted, const Window& dumped) {
  const sim::Cycle room = (wanted.to - wanted.from) / 8 + 1;
  return {std::clamp(minus(wanted.from, room), dumped.from, dumped.to), std::clamp(wanted.to + room, dumped.from, dumped.to)};
}

}  // namespace waves
