// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/tasks.h"

#include <algorithm>

#include "event_names.h"  // generated

namespace tb::monitor {

Histogram TaskFigures::delay() const {
  Histogram both = wait;
  both.merge(preempted);
  return both;
}

std::optional<std::uint64_t> TaskFigures::share_permille() const {
  const std::uint64_t runnable = run_cycles + wait.sum() + preempted.sum();
  return runnable > 0 ? std::optional(1000 * run_cycles / runnable) : std::nullopt;
}

json::Value TaskFigures::to_json() const {
  const auto share = share_permille();
  return {{"tasks", tasks},
          {"run_cycles", run_cycles},
          {"wakeups", wakeups},
          {"wait", wait.to_json()},
          {"preempted", preempted.to_json()},
          {"delay", delay().to_json()},
          {"slices", slices.to_json()},
          {"switches", {{"voluntary", voluntary}, {"involuntary", involuntary}}},
          {"migrations", migrations},
          {"periods", {{"count", periods.count}, {"missed", periods.missed}, {"late_max", periods.late_max}}},
          {"share_permille", share ? json::Value(*share) : json::Value()}};
}

TaskMonitor::Task& TaskMonitor::task(std::uint64_t pid, std::string_view name) {
  Task& task = tasks_[pid];
  if (task.of_name == nullptr || task.name != name) {
    task.name = name;
    task.of_name = &by_name_[task.name];
  }
  return task;
}

void TaskMonitor::on_event(const event_log::EventView& event) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kTaskNew: {
      const std::uint64_t pid = fields[events::kTaskNewPid].number;
      tasks_.erase(pid);
      Task& made = task(pid, fields[events::kTaskNewComm].text);
      made.sched_class = fields[events::kTaskNewClass].number;
      made.of_name->cpus = fields[events::kTaskNewCpus].number;
      break;
    }
    case events::kSetCpusAllowed:
      if (const auto found = tasks_.find(fields[events::kSetCpusAllowedPid].number);
          found != tasks_.end() && found->second.of_name)
        found->second.of_name->cpus = fields[events::kSetCpusAllowedCpus].number;
      break;
    case events::kSchedWakeup:
      wake(task(fields[events::kSchedWakeupPid].number, fields[events::kSchedWakeupComm].text), event.cycle);
      break;
    case events::kSchedSwitch: on_switch(event); break;
    case events::kTimerPeriod: on_period(event); break;
    case events::kClassSwitch: on_class_switch(event); break;
    case events::kReset: cut(event.cycle); break;
    default: break;
  }
}

TaskFigures& TaskMonitor::class_of(const Task& task) { return by_class_[std::min(task.sched_class, by_class_.size() - 1)]; }

void TaskMonitor::count_starved(Task& task, sim::Cycle cycle) {
  if (cycle - task.since < patience_) return;
  if (!task.starved) ++starved_.tasks;
  task.starved = true;
  if (starved_.first.empty() || task.since < starved_.from) {
    starved_.first = task.name;
    starved_.from = task.since;
    starved_.cycles = cycle - task.since;
  }
}

template <typename Change>
void TaskMonitor::change(Task& task, const Change& change) {
  TaskFigures& of_class = class_of(task);
  if (!task.counted) {
    ++task.of_name->tasks;
    ++all_.tasks;
    task.counted = true;
  }
  if (!task.counted_in_class) {
    ++of_class.tasks;
    task.counted_in_class = true;
  }
  change(of_class);
  change(*task.of_name);
  change(all_);
}

void TaskMonitor::count_state(Task& task, sim::Cycle cycle) {
  const sim::Cycle since = task.since;
  if (task.state == State::kWoken || task.state == State::kPreempted) count_starved(task, cycle);
  const auto add_to = [&](Histogram TaskFigures::*histogram) {
    change(task, [&](TaskFigures& figures) { (figures.*histogram).add(cycle - since, since); });
  };
  switch (task.state) {
    case State::kWoken: add_to(&TaskFigures::wait); break;
    case State::kPreempted: add_to(&TaskFigures::preempted); break;
    case State::kRunning:
      add_to(&TaskFigures::slices);
      task.of_name->run_cycles += cycle - since;
      all_.run_cycles += cycle - since;
      class_of(task).run_cycles += cycle - task.in_class_since;
      break;
    case State::kAsleep: break;
  }
}

// A task may be woken on its way to sleep, before it has left its CPU: then it waits for nothing.
void TaskMonitor::wake(Task& task, sim::Cycle cycle) {
  change(task, [](TaskFigures& figures) { ++figures.wakeups; });
  if (task.state != State::kAsleep) return;
  task.state = State::kWoken;
  task.since = cycle;
}

void TaskMonitor::start_running(Task& task, sim::HartId hart, sim::Cycle cycle) {
  count_state(task, cycle);
  if (task.last_hart && *task.last_hart != hart) change(task, [](TaskFigures& figures) { ++figures.migrations; });
  task.state = State::kRunning;
  task.since = task.in_class_since = cycle;
  task.last_hart = hart;
}

void TaskMonitor::on_switch(const event_log::EventView& event) {
  const auto& fields = event.fields;
  const std::uint64_t prev = fields[events::kSchedSwitchPrevPid].number;
  const std::uint64_t next = fields[events::kSchedSwitchNextPid].number;
  if (prev != 0) {
    Task& left = task(prev, fields[events::kSchedSwitchPrevComm].text);
    const bool runnable = fields[events::kSchedSwitchPrevState].number == events::kTaskStateR;
    count_state(left, event.cycle);
    change(left, [&](TaskFigures& figures) { ++(runnable ? figures.involuntary : figures.voluntary); });
    left.state = runnable ? State::kPreempted : State::kAsleep;
    left.since = event.cycle;
  }
  if (next == 0) return;
  Task& runs = task(next, fields[events::kSchedSwitchNextComm].text);
  runs.sched_class = fields[events::kSchedSwitchNextClass].number;
  start_running(runs, event.hart, event.cycle);
}

void TaskMonitor::on_period(const event_log::EventView& event) {
  const std::uint64_t late = event.fields[events::kTimerPeriodLate].number;
  change(task(event.fields[events::kTimerPeriodPid].number, event.fields[events::kTimerPeriodComm].text),
         [late](TaskFigures& figures) {
           ++figures.periods.count;
           figures.periods.missed += late > 0 ? 1 : 0;
           figures.periods.late_max = std::max(figures.periods.late_max, late);
         });
}

// The time on the CPU so far is that of the class which the task leaves.
void TaskMonitor::on_class_switch(const event_log::EventView& event) {
  const auto found = tasks_.find(event.fields[events::kClassSwitchPid].number);
  if (found == tasks_.end() || found->second.of_name == nullptr) return;
  Task& task = found->second;
  if (task.state == State::kRunning) {
    class_of(task).run_cycles += event.cycle - task.in_class_since;
    task.in_class_since = event.cycle;
  }
  task.sched_class = event.fields[events::kClassSwitchTo].number;
  task.counted_in_class = false;
}

void TaskMonitor::cut(sim::Cycle cycle) {
  for (auto& [pid, task] : tasks_) count_state(task, cycle);
  tasks_.clear();
}

}  // namespace tb::monitor
