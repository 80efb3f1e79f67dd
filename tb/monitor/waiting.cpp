// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/waiting.h"

#include "event_names.h"  // generated

#include <algorithm>
#include <bit>

namespace tb::monitor {

void WaitingTasks::on_event(const event_log::EventView& event) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kSchedWakeup: add(fields[events::kSchedWakeupPid].number, event.cycle); break;
    case events::kSchedSwitch: on_switch(event); break;
    case events::kTaskNew: set_cpus(fields[events::kTaskNewPid].number, fields[events::kTaskNewCpus].number); break;
    case events::kSetCpusAllowed:
      set_cpus(fields[events::kSetCpusAllowedPid].number, fields[events::kSetCpusAllowedCpus].number);
      break;
    case events::kReset: *this = WaitingTasks(); break;
    default: break;
  }
}

std::optional<std::uint64_t> WaitingTasks::longest_on(unsigned cpu, sim::Cycle since) const {
  std::optional<std::uint64_t> longest;
  for (const auto& [pid, from] : waiting_) {
    const auto cpus = cpus_.find(pid);
    if (from > since || cpus == cpus_.end() || (cpus->second >> cpu & 1) == 0) continue;
    if (!longest || from < waiting_.at(*longest)) longest = pid;
  }
  return longest;
}

// A task may be woken on its way to sleep, before it has left its CPU: then it waits for nothing.
void WaitingTasks::add(std::uint64_t pid, sim::Cycle cycle) {
  if (std::find(running_.begin(), running_.end(), pid) != running_.end()) return;
  if (waiting_.emplace(pid, cycle).second) count(cpus_[pid], 1);
}

void WaitingTasks::remove(std::uint64_t pid) {
  if (waiting_.erase(pid) != 0) count(cpus_[pid], -1);
}

void WaitingTasks::set_cpus(std::uint64_t pid, std::uint64_t cpus) {
  std::uint64_t& known = cpus_[pid];
  if (waiting_.count(pid) != 0) {
    count(known, -1);
    count(cpus, 1);
  }
  known = cpus;
}

void WaitingTasks::count(std::uint64_t cpus, int change) {
  for (; cpus != 0; cpus &= cpus - 1) allowed_on_[static_cast<unsigned>(std::countr_zero(cpus))] += static_cast<unsigned>(change);
}

void WaitingTasks::on_switch(const event_log::EventView& event) {
  const std::uint64_t prev = event.fields[events::kSchedSwitchPrevPid].number;
  running_[event.hart] = event.fields[events::kSchedSwitchNextPid].number;
  if (prev != 0 && event.fields[events::kSchedSwitchPrevState].number == events::kTaskStateR) add(prev, event.cycle);
  remove(running_[event.hart]);
}

}  // namespace tb::monitor
