// SPDX-License-Identifier: Apache-2.0
#include "tb/page/task_lanes.h"

#include "event_names.h"  // generated

namespace tb::page {

TaskLanes::Now& TaskLanes::now(TaskId task) {
  if (task >= now_.size()) {
    now_.resize(task + 1);
    lanes_.resize(task + 1);
  }
  return now_[task];
}

void TaskLanes::change(TaskId task, const Now& next) {
  Now& now = this->now(task);
  const bool waited = now.state == TaskState::kWoken || now.state == TaskState::kPreempted;
  if (waited)
    waits_.push_back({task, now.since, next.since, now.state == TaskState::kPreempted, now.hart, now.waker,
                      next.state == TaskState::kRuns ? std::optional(next.hart) : std::nullopt});
  now = next;
  auto& lane = lanes_[task];
  const TaskSegment segment{next.since, next.state, next.hart};
  if (!lane.empty() && lane.back().from == next.since) lane.back() = segment;
  else if (lane.empty() || !lane.back().same_as(segment)) lane.push_back(segment);
}

void TaskLanes::on_event(const event_log::EventView& event, const TaskTable& tasks) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kSchedWakeup: {
      const TaskId task = tasks.of(fields[events::kSchedWakeupPid].number);
      if (task == kIdleTask || now(task).state != TaskState::kAsleep) break;  // woken on its way to sleep: it waits for nothing
      const auto target = static_cast<sim::HartId>(fields[events::kSchedWakeupTargetCpu].number);
      change(task, {TaskState::kWoken, event.cycle, target, event.hart});
      break;
    }
    case events::kSchedSwitch: {
      const TaskId prev = tasks.of(fields[events::kSchedSwitchPrevPid].number);
      const TaskId next = tasks.of(fields[events::kSchedSwitchNextPid].number);
      const bool runnable = fields[events::kSchedSwitchPrevState].number == events::kTaskStateR;
      if (prev != kIdleTask)
        change(prev, {runnable ? TaskState::kPreempted : TaskState::kAsleep, event.cycle, event.hart, event.hart});
      if (next != kIdleTask) change(next, {TaskState::kRuns, event.cycle, event.hart, event.hart});
      break;
    }
    case events::kReset: end_all(event.cycle); break;
    default: break;
  }
}

void TaskLanes::end_all(sim::Cycle cycle) {
  for (TaskId task = 1; task < now_.size(); ++task)
    if (now_[task].state != TaskState::kAsleep) change(task, {TaskState::kAsleep, cycle, now_[task].hart, 0});
}

void TaskLanes::finish(sim::Cycle end) { end_all(end); }

}  // namespace tb::page
