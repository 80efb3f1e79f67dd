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
  if (n > 1) list.shrink_to_fit();
}

}  // namespace

Collector::Collector(unsigned harts) : harts_(harts), irqs_off_(harts), ipis_(harts) {}

void Collector::on_event(const event_log::EventView& event) {
  if (event.id == events::kReset)
    for (sim::HartId hart = 0; hart < irqs_off_.size(); ++hart)
      if (const auto stretch = irq_off_.cut(hart, event.cycle)) irqs_off_[hart].push_back({stretch->from, stretch->to});
  tasks_.on_event(event);
  harts_.on_event(event, tasks_);
  if (const auto stretch = irq_off_.on_event(event)) irqs_off_[stretch->hart].push_back({stretch->from, stretch->to});
  task_lanes_.on_event(event, tasks_);
  ipis_.on_event(event);
  marks_.on_event(event, harts_.trapped(event.hart));
}

RunData Collector::take(sim::Cycle end, const Limits& limits) {
  harts_.finish(end);
  task_lanes_.finish(end);
  for (sim::HartId hart = 0; hart < irqs_off_.size(); ++hart)
    if (const auto stretch = irq_off_.cut(hart, end)) irqs_off_[hart].push_back({stretch->from, stretch->to});
  // One list after the other: those of a long run are large, and each is made short before the next is touched.
  RunData data;
  auto& left_out = data.left_out;
  data.end = end;
  data.tasks = tasks_.names();
  data.flags = marks_.flags();
  data.harts = harts_.take_lanes();
  std::vector<Wait> waits = task_lanes_.take_waits();
  const std::size_t all_waits = waits.size();
  data.waits = with_ledgers(std::move(waits), data.harts, limits.waits);
  if (const sim::Cycle width = coarsen(data.harts, limits.segments); width > 1)
    left_out.push_back(
        fmt::format("Lanes of harts are exact to {} cycles: within each, what is alike is drawn together.", width));
  data.task_lanes = task_lanes_.take_lanes();
  data.task_lanes.resize(data.tasks.size());
  if (const sim::Cycle width = coarsen(data.task_lanes, end, limits.segments); width > 1)
    left_out.push_back(fmt::format("Lanes of tasks are exact to {} cycles.", width));
  if (all_waits > limits.waits)
    left_out.push_back(fmt::format("Of {} waits the {} longest can be selected.", all_waits, limits.waits));
  data.ipis = ipis_.take();
  thin(data.ipis, limits.points, "IPIs", left_out);
  data.marks = marks_.take();
  thin(data.marks, limits.points, "marks", left_out);
  data.irqs_off = std::move(irqs_off_);
  const std::size_t harts = std::max<std::size_t>(1, data.irqs_off.size());
  for (auto& stretches : data.irqs_off) thin(stretches, limits.points / harts, "stretches with interrupts off", left_out);
  return data;
}

}  // namespace tb::page
