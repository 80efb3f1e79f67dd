// SPDX-License-Identifier: Apache-2.0
#include "tb/page/ledger.h"

#include <algorithm>

namespace tb::page {
namespace {

void add(std::vector<Cause>& causes, HartState state, TaskId task, sim::Cycle cycles) {
  if (cycles == 0) return;
  if (state != HartState::kTask && state != HartState::kIrqsOff) task = kIdleTask;
  const auto found = std::ranges::find_if(causes, [&](const Cause& cause) { return cause.state == state && cause.task == task; });
  if (found != causes.end()) found->cycles += cycles;
  else causes.push_back({state, task, cycles});
}

}  // namespace

std::vector<Cause> ledger(const HartLane& hart, sim::Cycle from, sim::Cycle to) {
  std::vector<Cause> causes;
  const auto& segments = hart.segments;
  const auto after = std::ranges::upper_bound(segments, from, {}, &HartSegment::from);
  for (auto i = static_cast<std::size_t>(after - segments.begin()) - 1; i < segments.size() && segments[i].from < to; ++i) {
    const sim::Cycle begin = std::max(segments[i].from, from), end = std::min(hart.to(i), to);
    if (end > begin) add(causes, segments[i].state, segments[i].task, end - begin);
  }
  add(causes, HartState::kOff, kIdleTask, to - std::min(to, std::max(from, hart.end)));
  std::ranges::stable_sort(causes, std::ranges::greater{}, &Cause::cycles);
  return causes;
}

}  // namespace tb::page
