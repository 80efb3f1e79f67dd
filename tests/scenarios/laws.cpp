// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/laws.h"

#include <fmt/format.h>

#include "event_names.h"  // generated

namespace tb::test {

namespace {

constexpr std::size_t kBreachesMax = 20;

}  // namespace

void Laws::require(bool holds, const event_log::EventView& event, const std::string& law) {
  if (holds || broken_.size() >= kBreachesMax) return;
  broken_.push_back(fmt::format("cycle {}, hart {}: {} ({})", event.cycle, event.hart, law, event_log::to_string(event)));
}

void Laws::on_event(const event_log::EventView& event) {
  switch (event.id) {
    case events::kReset: {
      auto broken = std::move(broken_);
      *this = Laws();
      broken_ = std::move(broken);
      break;
    }
    case events::kSchedSwitch: return on_switch(event);
    case events::kSchedWakeup:
    case events::kTaskNew:
    case events::kSetCpusAllowed:
    case events::kTaskExit: return on_task(event);
    case events::kBalanceEnter:
    case events::kDispatchCall:
    case events::kBalanceExit: return on_balance(event);
    case events::kIrqEntry:
    case events::kIrqExit:
    case events::kIrqOff:
    case events::kIrqOn:
    case events::kCpuOffline: return on_irq(event);
    case events::kBypass:
    case events::kScxEnable:
    case events::kScxDisable: return on_policy(event);
    default: break;
  }
}

void Laws::on_irq(const event_log::EventView& event) {
  Hart& hart = harts_[event.hart];
  if (event.id == events::kIrqExit) {
    require(hart.interrupts > 0, event, "an interrupt ends that has not begun");
    hart.interrupts -= hart.interrupts > 0 ? 1 : 0;
    return;
  }
  if (event.id == events::kCpuOffline) {
    hart.irqs_on.reset();
    return;
  }
  if (event.id == events::kIrqEntry) ++hart.interrupts;
  if (event.id == events::kIrqEntry && event.fields[events::kIrqEntryCause].number == events::kCauseNmi) return;
  const bool on = event.id == events::kIrqOn;
  require(hart.irqs_on != on, event, on ? "interrupts come on that are on" : "interrupts go off that are off");
  hart.irqs_on = on;
}

void Laws::on_switch(const event_log::EventView& event) {
  Hart& hart = harts_[event.hart];
  const std::uint64_t prev = event.fields[events::kSchedSwitchPrevPid].number;
  const std::uint64_t next = event.fields[events::kSchedSwitchNextPid].number;
  require(!hart.running || *hart.running == prev, event, "another task was running there");
  const auto task = tasks_.find(next);
  require(next == 0 || task != tasks_.end(), event, "the next task does not exist");
  require(task == tasks_.end() || ((task->second >> event.hart) & 1) != 0, event, "the next task may not run there");
  running_on_.erase(prev);
  const auto elsewhere = running_on_.find(next);
  require(elsewhere == running_on_.end(), event, "the next task is running on another hart");
  hart.running = next;
  if (next != 0) running_on_[next] = event.hart;
}

void Laws::on_balance(const event_log::EventView& event) {
  Hart& hart = harts_[event.hart];
  if (event.id == events::kBalanceEnter) {
    require(!hart.in_balance, event, "a balance inside a balance");
    hart.in_balance = true;
    hart.calls = 0;
  } else if (event.id == events::kDispatchCall) {
    require(hart.in_balance, event, "ops.dispatch() outside a balance");
    require(event.fields[events::kDispatchCallIteration].number == ++hart.calls, event, "calls are not counted one by one");
  } else {
    require(hart.in_balance, event, "a balance ends that has not begun");
    require(event.fields[events::kBalanceExitDispatchCalls].number == hart.calls, event, "another number of calls was made");
    hart.in_balance = false;
  }
}

void Laws::on_task(const event_log::EventView& event) {
  if (event.id == events::kTaskNew) {
    const auto& fields = event.fields;
    require(tasks_.emplace(fields[events::kTaskNewPid].number, fields[events::kTaskNewCpus].number).second, event,
            "the PID is in use");
  } else if (event.id == events::kSetCpusAllowed) {
    const auto task = tasks_.find(event.fields[events::kSetCpusAllowedPid].number);
    require(task != tasks_.end(), event, "the task does not exist");
    if (task != tasks_.end()) task->second = event.fields[events::kSetCpusAllowedCpus].number;
  } else if (event.id == events::kTaskExit) {
    require(tasks_.erase(event.fields[events::kTaskExitPid].number) == 1, event, "the task does not exist");
  } else {
    require(tasks_.count(event.fields[events::kSchedWakeupPid].number) != 0, event, "the woken task does not exist");
  }
}

void Laws::on_policy(const event_log::EventView& event) {
  if (event.id == events::kBypass) {
    const std::uint64_t cpu = event.fields[events::kBypassCpu].number;
    const bool on = event.fields[events::kBypassOn].number != 0;
    if (cpu >= bypassing_.size()) return require(false, event, "no such CPU");
    require(bypassing_[cpu] != on, event, "the CPU is so already");
    bypassing_[cpu] = on;
  } else {
    require(loaded_ != (event.id == events::kScxEnable), event, "loads and unloads take turns");
    loaded_ = event.id == events::kScxEnable;
  }
}

}  // namespace tb::test
