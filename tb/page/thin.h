// SPDX-License-Identifier: Apache-2.0
// Makes long lists shorter for a page. Each says how much it took.
#pragma once

#include <cstddef>
#include <vector>

#include "tb/page/hart_lanes.h"
#include "tb/page/task_lanes.h"

namespace tb::page {

// Rewrites lanes so that they have no more than `most` segments in all: on a grid of that many cycles, a power of two, what is equal
// within a cell becomes one segment. The time in each state stays the same in every cell; the order within it does not.
// Returns the width of a cell; 1: nothing was changed. With very few segments allowed the cells may be wider than the run.
sim::Cycle coarsen(std::vector<HartLane>& lanes, std::size_t most);
sim::Cycle coarsen(std::vector<std::vector<TaskSegment>>& lanes, sim::Cycle end, std::size_t most);

// Keeps every nth, so that `most` remain at most. Returns n.
template <typename T>
std::size_t keep_every_nth(std::vector<T>& list, std::size_t most) {
  const std::size_t n = (list.size() + most - 1) / most;
  if (n <= 1) return 1;
  for (std::size_t i = 0; i * n < list.size(); ++i) list[i] = list[i * n];
  list.resize((list.size() + n - 1) / n);
  return n;
}

}  // namespace tb::page
