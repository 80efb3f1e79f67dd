// SPDX-License-Identifier: Apache-2.0
// Where in a run to look: "breakout", "kick", "watchdog", "recovery", or a cycle.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "waves/view.h"

namespace waves {

// A stretch between two moments of a run, around the one it is called after.
struct At {
  std::string_view name;
  std::vector<std::string_view> anchors;  // the first that the run has must be seen
  std::vector<std::string_view> also;     // seen as well, where the run has them
  View view;                              // shows it best
};

[[nodiscard]] const std::vector<At>& all_ats();

// The moment at which several runs are aligned: their first trapped balances begin.
inline constexpr std::string_view kAlignedAt = "loop start";

// Cycles to look at and which of them must be there.
struct Place {
  sim::Cycle anchor;
  Window window;
};

// Null: the run has no such moment.
[[nodiscard]] std::optional<Place> place_of(const At& at, std::span<const Marker> markers);
[[nodiscard]] Place place_of(sim::Cycle cycle);
// All markers of the first stretch that has some, or nearly all of it if there is but one; else of the first stretch.
[[nodiscard]] Window whole_story(std::span<const Marker> markers, const std::vector<Window>& dumped);
// The part of `wanted`, with some room around it, that was dumped.
[[nodiscard]] Window with_room(const Window& wanted, const Window& dumped);

}  // namespace waves
