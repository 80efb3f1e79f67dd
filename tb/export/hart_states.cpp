// SPDX-License-Identifier: Apache-2.0
#include "tb/export/hart_states.h"

namespace tb::exports {
namespace {

void end(unsigned& count) { count -= count > 0 ? 1 : 0; }

}  // namespace

std::uint64_t trace_flags(const HartState& hart) {
  constexpr std::uint64_t kIrqsOff = 0x01, kNeedResched = 0x04, kHardirq = 0x08, kSoftirq = 0x10, kNmi = 0x40;
  return (hart.irqs_off ? kIrqsOff : 0) | (hart.need_resched ? kNeedResched : 0) | (hart.irqs > 0 ? kHardirq : 0) |
         (hart.softirqs > 0 ? kSoftirq : 0) | (hart.nmis > 0 ? kNmi : 0);
}

void HartStates::enter(const event_log::EventView& event) {
  HartState& hart = harts_[event.hart];
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kReset: harts_.assign(harts_.size(), {}); break;
    case events::kIrqEntry:
      if (fields[events::kIrqEntryCause].number == events::kCauseNmi) {
        ++hart.nmis;
        break;
      }
      ++hart.irqs;
      hart.irqs_off = true;
      break;
    case events::kSoftirqEntry: ++hart.softirqs; break;
    case events::kIrqOff: hart.irqs_off = true; break;
    case events::kTaskNew:
      know(fields[events::kTaskNewPid].number, fields[events::kTaskNewComm].text, fields[events::kTaskNewClass].number);
      break;
    case events::kSchedWakeup: {
      const std::uint64_t pid = fields[events::kSchedWakeupPid].number;
      know(pid, fields[events::kSchedWakeupComm].text, class_of(pid));
      break;
    }
    case events::kSchedSwitch:
      know(fields[events::kSchedSwitchPrevPid].number, fields[events::kSchedSwitchPrevComm].text,
           fields[events::kSchedSwitchPrevClass].number);
      know(fields[events::kSchedSwitchNextPid].number, fields[events::kSchedSwitchNextComm].text,
           fields[events::kSchedSwitchNextClass].number);
      break;
    default: break;
  }
}

void HartStates::leave(const event_log::EventView& event) {
  HartState& hart = harts_[event.hart];
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kIrqExit: end(fields[events::kIrqExitCause].number == events::kCauseNmi ? hart.nmis : hart.irqs); break;
    case events::kSoftirqExit: end(hart.softirqs); break;
    case events::kIrqOn: hart.irqs_off = false; break;
    case events::kCpuOffline: hart = {}; break;
    case events::kNeedResched:
      if (const std::uint64_t cpu = fields[events::kNeedReschedCpu].number; cpu < harts_.size())
        harts_[cpu].need_resched = fields[events::kNeedReschedSet].number != 0;
      break;
    case events::kSchedSwitch: hart.pid = fields[events::kSchedSwitchNextPid].number; break;
    case events::kClassSwitch:
      if (const auto task = tasks_.find(fields[events::kClassSwitchPid].number); task != tasks_.end())
        task->second.sched_class = fields[events::kClassSwitchTo].number;
      break;
    default: break;
  }
}

void HartStates::know(std::uint64_t pid, std::string_view comm, std::uint64_t sched_class) {
  if (pid == 0) return;
  TaskState& task = tasks_[pid];
  if (task.comm != comm) task.comm = comm;
  task.sched_class = sched_class;
}

std::string_view HartStates::comm_of(std::uint64_t pid) const {
  if (pid == 0) return "<idle>";
  const auto task = tasks_.find(pid);
  return task == tasks_.end() ? "<...>" : std::string_view(task->second.comm);
}

std::uint64_t HartStates::class_of(std::uint64_t pid) const {
  if (pid == 0) return events::kClassIdle;
  const auto task = tasks_.find(pid);
  return task == tasks_.end() ? events::kClassFair : task->second.sched_class;
}

}  // namespace tb::exports
