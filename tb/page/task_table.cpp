// SPDX-License-Identifier: Apache-2.0
#include "tb/page/task_table.h"

#include "event_names.h"  // generated

namespace tb::page {

void TaskTable::on_event(const event_log::EventView& event) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kReset: ids_.clear(); break;
    case events::kTaskNew: {
      const std::uint64_t pid = fields[events::kTaskNewPid].number;
      ids_.erase(pid);
      meet(pid, fields[events::kTaskNewComm].text);
      names_[of(pid)].sched_class = fields[events::kTaskNewClass].number;
      break;
    }
    case events::kSchedWakeup: meet(fields[events::kSchedWakeupPid].number, fields[events::kSchedWakeupComm].text); break;
    case events::kSchedSwitch: {
      meet(fields[events::kSchedSwitchPrevPid].number, fields[events::kSchedSwitchPrevComm].text);
      const std::uint64_t next = fields[events::kSchedSwitchNextPid].number;
      meet(next, fields[events::kSchedSwitchNextComm].text);
      if (next != 0) names_[of(next)].sched_class = fields[events::kSchedSwitchNextClass].number;
      break;
    }
    case events::kClassSwitch:
      if (const TaskId task = of(fields[events::kClassSwitchPid].number); task != kIdleTask)
        names_[task].sched_class = fields[events::kClassSwitchTo].number;
      break;
    default: break;
  }
}

void TaskTable::meet(std::uint64_t pid, std::string_view comm) {
  if (pid == 0) return;
  const auto [found, added] = ids_.emplace(pid, static_cast<TaskId>(names_.size()));
  if (added) names_.push_back({pid, std::string(comm), 0});
  else if (names_[found->second].comm != comm) names_[found->second].comm = comm;
}

}  // namespace tb::page
