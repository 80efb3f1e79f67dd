// SPDX-License-Identifier: Apache-2.0
#include "tb/monitor/laws.h"

#include <algorithm>
#include <string_view>

#include "event_names.h"  // generated

namespace tb::monitor {

namespace {

struct LawInfo {
  std::string_view name;
  std::string_view text;
};

constexpr LawInfo kLaws[] = {
#define LAW(constant, name, text) {name, text},
#include "tb/monitor/laws.def"
#undef LAW
};

}  // namespace

void LawMonitor::report(Law law, const event_log::EventView& event) {
  const LawInfo& info = kLaws[static_cast<std::size_t>(law)];
  const auto known = [&info](const BrokenLaw& broken) { return broken.name == info.name; };
  if (std::ranges::any_of(broken_, known)) return;
  broken_.push_back({std::string(info.name), std::string(info.text), event.cycle, event.hart, event_log::to_string(event)});
}

void LawMonitor::on_event(const event_log::EventView& event) {
  const auto& fields = event.fields;
  switch (event.id) {
    case events::kReset: state_ = State(); break;
    case events::kSchedSwitch: on_switch(event); break;
    case events::kSchedWakeup:
      require_task(fields[events::kSchedWakeupPid].number, event);
      require_cpu(fields[events::kSchedWakeupTargetCpu].number, event);
      break;
    case events::kTaskNew: on_task_new(event); break;
    case events::kSetCpusAllowed: on_set_cpus_allowed(event); break;
    case events::kTaskExit: require(state_.tasks.erase(fields[events::kTaskExitPid].number) == 1, Law::kTaskExists, event); break;
    case events::kBalanceEnter:
    case events::kDispatchCall:
    case events::kBalanceExit: on_balance(event); break;
    case events::kIrqEntry:
      ++state_.harts[event.hart].traps;
      if (fields[events::kIrqEntryCause].number != events::kCauseNmi) on_irqs(event, Flag::kOff);  // an NMI leaves MIE alone
      break;
    case events::kIrqExit: on_trap_end(event); break;
    case events::kIrqOff: on_irqs(event, Flag::kOff); break;
    case events::kIrqOn: on_irqs(event, Flag::kOn); break;
    case events::kCpuOffline: state_.harts[event.hart].irqs = Flag::kUnknown; break;  // its next boot sets them
    case events::kKick: require_cpu(fields[events::kKickTargetCpu].number, event); break;
    case events::kIpiRaise: require_cpu(fields[events::kIpiRaiseTargetCpu].number, event); break;
    case events::kBypass: on_bypass(event); break;
    case events::kScxEnable:
    case events::kScxDisable: on_load(event); break;
    default: break;
  }
}

void LawMonitor::on_switch(const event_log::EventView& event) {
  Hart& hart = state_.harts[event.hart];
  const std::uint64_t prev = event.fields[events::kSchedSwitchPrevPid].number;
  const std::uint64_t next = event.fields[events::kSchedSwitchNextPid].number;
  require(!hart.running || *hart.running == prev, Law::kSwitchFrom, event);
  hart.running = next;
  if (const auto left = state_.tasks.find(prev); left != state_.tasks.end() && left->second.on == event.hart)
    left->second.on.reset();
  if (next == 0) return;  // each hart has an idle task of its own, and all are called 0
  const auto found = state_.tasks.find(next);
  if (found == state_.tasks.end()) return report(Law::kTaskExists, event);
  Task& task = found->second;
  require(((task.cpus >> event.hart) & 1) != 0, Law::kAllowedCpus, event);
  require(!task.on, Law::kOneHart, event);
  task.on = event.hart;
}

void LawMonitor::on_balance(const event_log::EventView& event) {
  Hart& hart = state_.harts[event.hart];
  if (event.id == events::kBalanceEnter) {
    require(!hart.in_balance, Law::kBalanceOrder, event);
    hart.in_balance = true;
    hart.calls = 0;
    return;
  }
  if (!hart.in_balance) return report(Law::kBalanceOrder, event);
  if (event.id == events::kDispatchCall) {
    require(event.fields[events::kDispatchCallIteration].number == ++hart.calls, Law::kDispatchCount, event);
  } else {
    require(event.fields[events::kBalanceExitDispatchCalls].number == hart.calls, Law::kDispatchCount, event);
    hart.in_balance = false;
  }
}

void LawMonitor::on_trap_end(const event_log::EventView& event) {
  unsigned& traps = state_.harts[event.hart].traps;
  if (traps == 0) return report(Law::kIrqNesting, event);
  --traps;
}

void LawMonitor::on_irqs(const event_log::EventView& event, Flag now) {
  Flag& irqs = state_.harts[event.hart].irqs;
  require(irqs != now, Law::kIrqFlag, event);
  irqs = now;
}

void LawMonitor::on_task_new(const event_log::EventView& event) {
  const std::uint64_t cpus = event.fields[events::kTaskNewCpus].number;
  const auto [task, is_new] = state_.tasks.try_emplace(event.fields[events::kTaskNewPid].number, Task{cpus, std::nullopt});
  require(is_new, Law::kPidFree, event);
}

void LawMonitor::on_set_cpus_allowed(const event_log::EventView& event) {
  const auto task = state_.tasks.find(event.fields[events::kSetCpusAllowedPid].number);
  if (task == state_.tasks.end()) return report(Law::kTaskExists, event);
  task->second.cpus = event.fields[events::kSetCpusAllowedCpus].number;
}

void LawMonitor::on_bypass(const event_log::EventView& event) {
  const std::uint64_t cpu = event.fields[events::kBypassCpu].number;
  const bool on = event.fields[events::kBypassOn].number != 0;
  if (cpu >= harts_) return report(Law::kCpuExists, event);
  require(state_.bypassing[cpu] != on, Law::kBypassTurns, event);
  state_.bypassing[cpu] = on;
}

void LawMonitor::on_load(const event_log::EventView& event) {
  const bool loads = event.id == events::kScxEnable;
  require(state_.loaded != loads, Law::kLoadTurns, event);
  state_.loaded = loads;
}

void LawMonitor::require_task(std::uint64_t pid, const event_log::EventView& event) {
  require(state_.tasks.contains(pid), Law::kTaskExists, event);
}

void LawMonitor::require_cpu(std::uint64_t cpu, const event_log::EventView& event) {
  require(cpu < harts_, Law::kCpuExists, event);
}

}  // namespace tb::monitor
