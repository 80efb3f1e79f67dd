// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/run_state.h"

#include <algorithm>

#include "firmware/kernel/ext/flags.h"
#include "tb/monitor/balance.h"
#include "tb/monitor/hart_life.h"

namespace tb::explain {
namespace {

constexpr std::uint64_t bit(std::uint64_t cpu) { return cpu < 64 ? std::uint64_t{1} << cpu : 0; }

}  // namespace

RunState::RunState(unsigned harts, std::function<void(const Wait&)> on_wait) : harts_(harts), on_wait_(std::move(on_wait)) {}

const TaskNow* RunState::task(std::uint64_t pid) const {
  const auto found = tasks_.find(pid);
  return found == tasks_.end() ? nullptr : &found->second;
}

RunState::Owner RunState::owner_of(const std::string& lock) const {
  const auto found = owners_.find(lock);
  return found == owners_.end() ? Owner{} : found->second;
}

void RunState::on_event(const event_log::EventView& event) {
  if (monitor::shows_life(event.id)) harts_[event.hart].online = true;
  switch (event.id) {
    case events::kReset: return on_reset(event.cycle);
    case events::kSchedSwitch: return on_switch(event);
    case events::kUserLock: return on_user_lock(event);
    case events::kSchedWaking:
    case events::kSchedWakeup:
    case events::kTaskQueued:
    case events::kTaskNew:
    case events::kTaskExit:
    case events::kClassSwitch:
    case events::kSetCpusAllowed: return on_task(event);
    default:
      on_hart(event);
      look_at_ears(event.hart, event.cycle);
      break;
  }
}

void RunState::look_at_ears(sim::HartId id, sim::Cycle cycle) {
  HartNow& hart = harts_[id];
  const bool deaf = hart.online && !hart.asleep && (hart.irqs_off || !hart.interrupts.empty());
  if (deaf && !hart.deaf_since) hart.deaf_since = cycle;
  if (deaf || !hart.deaf_since) return;
  if (on_wait_) on_wait_({0, id, *hart.deaf_since, cycle, WaitEnd::ran});
  hart.deaf_since.reset();
}

void RunState::end_sleep(TaskNow& task, sim::Cycle cycle) {
  if (task.sleeps_since) task.longest_sleep = std::max(task.longest_sleep, cycle - *task.sleeps_since);
  task.sleeps_since.reset();
  task.waking = false;
}

void RunState::begin_wait(TaskNow& task, sim::Cycle cycle) {
  if (!task.waits_since) task.waits_since = cycle;
}

void RunState::end_wait(std::uint64_t pid, TaskNow& task, sim::Cycle cycle, WaitEnd end) {
  if (task.waits_since && on_wait_) on_wait_({pid, std::nullopt, *task.waits_since, cycle, end});
  task.waits_since.reset();
}

void RunState::on_switch(const event_log::EventView& event) {
  const auto& fields = event.fields;
  HartNow& hart = harts_[event.hart];
  const std::uint64_t prev = fields[events::kSchedSwitchPrevPid].number, next = fields[events::kSchedSwitchNextPid].number;
  hart.pid = next;
  hart.switched = event.cycle;
  hart.asleep = false;
  if (prev != 0) {
    TaskNow& task = tasks_[prev];
    task.comm = fields[events::kSchedSwitchPrevComm].text;
    task.running = false;
    task.sched_class = fields[events::kSchedSwitchPrevClass].number;
    if (fields[events::kSchedSwitchPrevState].number != events::kTaskStateR) {
      task.place.reset();
      if (fields[events::kSchedSwitchPrevState].number != events::kTaskStateX) task.sleeps_since = event.cycle;
      task.waking = false;
    } else {
      begin_wait(task, event.cycle);
      if (task.sched_class != events::kClassExt) task.place = Place{events::kQueueRq, event.hart, event.cycle};
    }
  }
  if (next != 0) {
    TaskNow& task = tasks_[next];
    task.comm = fields[events::kSchedSwitchNextComm].text;
    task.sched_class = fields[events::kSchedSwitchNextClass].number;
    task.running = true;
    task.cpu = event.hart;
    task.place.reset();
    task.lock.clear();
    end_sleep(task, event.cycle);
    end_wait(next, task, event.cycle, WaitEnd::ran);
  }
}

void RunState::on_task(const event_log::EventView& event) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kSchedWaking: tasks_[fields[events::kSchedWakingPid].number].waking = true; break;
    case events::kSchedWakeup: {
      TaskNow& task = tasks_[fields[events::kSchedWakeupPid].number];
      task.comm = fields[events::kSchedWakeupComm].text;
      end_sleep(task, event.cycle);
      task.waker = harts_[event.hart].interrupts.empty() ? harts_[event.hart].pid : 0;
      if (task.running) break;  // on its way to sleep: it waits for nothing
      task.cpu = fields[events::kSchedWakeupTargetCpu].number;
      begin_wait(task, event.cycle);
      break;
    }
    case events::kTaskQueued: {
      TaskNow& task = tasks_[fields[events::kTaskQueuedPid].number];
      const std::uint64_t queue = fields[events::kTaskQueuedOn].number, id = fields[events::kTaskQueuedId].number;
      task.place = Place{queue, id, event.cycle};
      if (queue == events::kQueueLocal || queue == events::kQueueRq) task.cpu = id;
      break;
    }
    case events::kTaskNew: {
      TaskNow& task = tasks_[fields[events::kTaskNewPid].number];
      task = TaskNow{};
      task.comm = fields[events::kTaskNewComm].text;
      task.sched_class = fields[events::kTaskNewClass].number;
      task.cpus = fields[events::kTaskNewCpus].number;
      break;
    }
    case events::kTaskExit: {
      const std::uint64_t pid = fields[events::kTaskExitPid].number;
      end_wait(pid, tasks_[pid], event.cycle, WaitEnd::exited);
      break;
    }
    case events::kClassSwitch:
      tasks_[fields[events::kClassSwitchPid].number].sched_class = fields[events::kClassSwitchTo].number;
      break;
    default: tasks_[fields[events::kSetCpusAllowedPid].number].cpus = fields[events::kSetCpusAllowedCpus].number; break;
  }
}

void RunState::on_user_lock(const event_log::EventView& event) {
  const std::uint64_t pid = event.fields[events::kUserLockPid].number;
  const std::string lock(event.fields[events::kUserLockLock].text);
  TaskNow& task = tasks_[pid];
  switch (event.fields[events::kUserLockOp].number) {
    case events::kLockOpContended:
      task.lock = lock;
      begin_wait(task, event.cycle);
      break;
    case events::kLockOpAcquired:
      owners_[lock] = {pid, event.cycle};
      if (task.running && task.lock == lock) end_wait(pid, task, event.cycle, WaitEnd::ran);
      task.lock.clear();
      break;
    case events::kLockOpReleased:
    case events::kLockOpOwnerDied: owners_.erase(lock); break;
    default: break;
  }
}

void RunState::on_hart(const event_log::EventView& event) {
  const auto& fields = event.fields;
  HartNow& hart = harts_[event.hart];
  switch (event.id) {
    case events::kIrqEntry:
      if (hart.interrupts.empty()) hart.interrupted = event.cycle;
      hart.interrupts.push_back(fields[events::kIrqEntryCause].number);
      if (hart.interrupts.back() == events::kCauseSoftware) hart.ipi.reset();
      hart.asleep = false;
      break;
    case events::kIrqExit:
      if (!hart.interrupts.empty()) hart.interrupts.pop_back();
      if (fields[events::kIrqExitCause].number != events::kCauseNmi) hart.kick_waits = 0;
      break;
    case events::kWfiEnter:
      hart.asleep = true;
      hart.asleep_since = event.cycle;
      break;
    case events::kWfiExit: hart.asleep = false; break;
    case events::kContentionBegin:
      hart.contention = {fields[events::kContentionBeginLock].number, fields[events::kContentionBeginKind].number,
                         fields[events::kContentionBeginId].number,
                         static_cast<std::int64_t>(fields[events::kContentionBeginOwner].number), event.cycle};
      break;
    case events::kContentionEnd: hart.contention.reset(); break;
    case events::kBalanceEnter:
      hart.balance_since = event.cycle;
      if (!hart.loops) {
        hart.loops_since = event.cycle;
        hart.refused = 0;
      }
      hart.balance = true;
      break;
    case events::kDispatchCall:
      if (fields[events::kDispatchCallIteration].number > monitor::kBurst) hart.loops = true;
      break;
    case events::kDispatchRefused: hart.refused = fields[events::kDispatchRefusedPid].number; break;
    case events::kBreakout: hart.loops = true; break;
    case events::kBalanceExit:
      hart.balance = false;
      hart.loops = fields[events::kBalanceExitTrapped].number != 0;
      if (fields[events::kBalanceExitResult].number == 0) hart.found_nothing = hart.balance_since;
      break;
    case events::kIrqOff:
      hart.irqs_off = true;
      hart.site = fields[events::kIrqOffSite].number;
      hart.irqs_off_since = event.cycle;
      break;
    case events::kIrqOn:
      hart.irqs_off = false;
      hart.kick_waits = 0;
      break;
    case events::kIpiRaise: {
      const std::uint64_t target = fields[events::kIpiRaiseTargetCpu].number;
      if (target < harts_.size() && !harts_[target].ipi)
        harts_[target].ipi = {event.hart, fields[events::kIpiRaiseReason].number, event.cycle};
      break;
    }
    case events::kKick:
      if ((fields[events::kKickFlags].number & kernel::SCX_KICK_WAIT) != 0 && fields[events::kKickSelf].number == 0)
        hart.kick_waits_asked |= bit(fields[events::kKickTargetCpu].number);
      break;
    case events::kIrqWorkRun:
      hart.kick_waits = 0;
      if (fields[events::kIrqWorkRunWork].number != events::kIrqWorkKickCpus) break;
      hart.kick_waits = hart.kick_waits_asked;
      hart.kick_waits_asked = 0;
      hart.kick_waits_since = event.cycle;
      break;
    case events::kBypass:
      if (const std::uint64_t cpu = fields[events::kBypassCpu].number; cpu < harts_.size())
        harts_[cpu].bypass = fields[events::kBypassOn].number != 0;
      break;
    case events::kCpuOffline: hart = HartNow{}; break;
    case events::kScxDisable:
      for (HartNow& each : harts_) each.loops = false;
      break;
    default: break;
  }
}

void RunState::on_reset(sim::Cycle cycle) {
  for (auto& [pid, task] : tasks_) end_wait(pid, task, cycle, WaitEnd::reset);
  tasks_.clear();
  owners_.clear();
  end_deafness(cycle, WaitEnd::reset);
  for (HartNow& hart : harts_) hart = HartNow{};
}

void RunState::end_deafness(sim::Cycle cycle, WaitEnd end) {
  for (sim::HartId id = 0; id < harts_.size(); ++id)
    if (harts_[id].deaf_since && on_wait_) on_wait_({0, id, *harts_[id].deaf_since, cycle, end});
}

void RunState::finish(sim::Cycle end) {
  end_deafness(end, WaitEnd::end_of_log);
  for (auto& [pid, task] : tasks_) end_wait(pid, task, end, WaitEnd::end_of_log);
}

}  // namespace tb::explain
