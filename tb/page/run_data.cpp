// SPDX-License-Identifier: Apache-2.0
#include "tb/page/run_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "event_names.h"  // generated
#include "tb/page/thin.h"

namespace tb::page {
namespace {

// The longest ones, each with its ledger, in the order in which they begin.
std::vector<WaitWithLedger> with_ledgers(std::vector<Wait> waits, const std::vector<HartLane>& harts, std::size_t most) {
  if (waits.size() > most) {
    std::ranges::stable_sort(waits, std::ranges::greater{}, &Wait::cycles);
    waits.resize(most);
  }
  std::ranges::stable_sort(waits, {}, &Wait::from);
  std::vector<WaitWithLedger> out;
  out.reserve(waits.size());
  for (const Wait& wait : waits)
    out.push_back({wait, wait.hart < harts.size() ? ledger(harts[wait.hart], wait.from, wait.to) : std::vector<Cause>()});
  return out;
}

template <typename T>
void thin(std::vector<T>& list, std::size_t most, const char* what, std::vector<std::string>& left_out) {
  const std::size_t all = list.size(), n = keep_every_nth(list, most);
  if (n > 1) left_out.push_back(fmt::format("Of {} {} each {}th is shown.", all, what, n));
}

}  // namespace

Collector::Collector(unsigned harts) : harts_(harts), irqs_off_(harts), ipis_(harts) {}

void Collector::on_event(const event_log::EventView& event) {
  if (event.id == events::kReset)
    for (sim::HartId hart = 0; hart < irqs_off_.size(); ++hart)
      if (const auto stretch = irq_off_.cut(hart, event.cycle)) irqs_off_[hart].push_back(*stretch);
  tasks_.on_event(event);
  harts_.on_event(event, tasks_);
  if (const auto stretch = irq_off_.on_event(event)) irqs_off_[stretch->hart].push_back(*stretch);
  task_lanes_.on_event(event, tasks_);
  ipis_.on_event(event);
  marks_.on_event(event, harts_.trapped(event.hart));
}

RunData Collector::take(sim::Cycle end, const Limits& limits) {
  harts_.finish(end);
  task_lanes_.finish(end);
  for (sim::HartId hart = 0; hart < irqs_off_.size(); ++hart)
    if (const auto stretch = irq_off_.cut(hart, end)) irqs_off_[hart].push_back(*stretch);
  RunData data{tasks_.names(),
               harts_.lanes(),
               std::move(irqs_off_),
               task_lanes_.lanes(),
               with_ledgers(task_lanes_.waits(), harts_.lanes(), limits.waits),
               ipis_.all(),
               marks_.all(),
               marks_.flags(),
               end,
               {}};
  data.task_lanes.resize(data.tasks.size());
  auto& left_out = data.left_out;
  if (const sim::Cycle width = coarsen(data.harts, limits.segments); width > 1)
    left_out.push_back(
        fmt::format("Lanes of harts are exact to {} cycles: within each, what is alike is drawn together.", width));
  if (const sim::Cycle width = coarsen(data.task_lanes, end, limits.segments); width > 1)
    left_out.push_back(fmt::format("Lanes of tasks are exact to {} cycles.", width));
  if (const std::size_t all = task_lanes_.waits().size(); all > limits.waits)
    left_out.push_back(fmt::format("Of {} waits the {} longest can be selected.", all, limits.waits));
  thin(data.ipis, limits.points, "IPIs", left_out);
  thin(data.marks, limits.points, "marks", left_out);
  const std::size_t harts = std::max<std::size_t>(1, data.irqs_off.size());
  for (auto& stretches : data.irqs_off) thin(stretches, limits.points / harts, "stretches with interrupts off", left_out);
  return data;
}

}  // namespace tb::page
