// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/laws.h"

#include <fmt/format.h>

#include "tb/monitor/vocabulary.h"

namespace tb::test {

using namespace monitor;  // the names of events and fields

namespace {

constexpr std::size_t kBreachesMax = 20;
constexpr std::uint8_t kTaskExit = id_of("task_exit");
constexpr std::size_t kTaskExitPid = field_of(kTaskExit, "pid");

}  // namespace

void Laws::require(bool holds, const log::EventView& event, const std::string& law) {
  if (holds || broken_.size() >= kBreachesMax) return;
  broken_.push_back(fmt::format("cycle {}, hart {}: {} ({})", event.cycle, event.hart, law, log::to_string(event)));
}

void Laws::on_event(const log::EventView& event) {
  switch (event.id) {
    case kReset: {
      auto broken = std::move(broken_);
      *this = Laws();
      broken_ = std::move(broken);
      break;
    }
    case kSchedSwitch:
      return on_switch(event);
    case kSchedWakeup:
    case kTaskNew:
    case kSetCpusAllowed:
    case kTaskExit:
      return on_task(event);
    case kBalanceEnter:
    case kDispatchCall:
    case kBalanceExit:
      return on_balance(event);
    case kIrqEntry:
    case kIrqExit:
    case kIrqOff:
    case kIrqOn:
    case kCpuOffline:
      return on_irq(event);
    case kBypass:
    case kScxEnable:
    case kScxDisable:
      return on_policy(event);
    default:
      break;
  }
}

void Laws::on_irq(const log::EventView& event) {
  Hart& hart = harts_[event.hart];
  if (event.id == kIrqExit) {
    require(hart.interrupts > 0, event, "an interrupt ends that has not begun");
    hart.interrupts -= hart.interrupts > 0 ? 1 : 0;
    return;
  }
  if (event.id == kCpuOffline) {
    hart.irqs_on.reset();
    return;
  }
  if (event.id == kIrqEntry) ++hart.interrupts;
  if (event.id == kIrqEntry && event.fields[kIrqEntryCause].number == kCauseNmi) return;
  const bool on = event.id == kIrqOn;
  require(hart.irqs_on != on, event, on ? "interrupts come on that are on" : "interrupts go off that are off");
  hart.irqs_on = on;
}

void Laws::on_switch(const log::EventView& event) {
  Hart& hart = harts_[event.hart];
  const std::uint64_t prev = event.fields[kSchedSwitchPrevPid].number;
  const std::uint64_t next = event.fields[kSchedSwitchNextPid].number;
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

void Laws::on_balance(const log::EventView& event) {
  Hart& hart = harts_[event.hart];
  if (event.id == kBalanceEnter) {
    require(!hart.in_balance, event, "a balance inside a balance");
    hart.in_balance = true;
    hart.calls = 0;
  } else if (event.id == kDispatchCall) {
    require(hart.in_balance, event, "ops.dispatch() outside a balance");
    require(event.fields[kDispatchCallIteration].number == ++hart.calls, event, "calls are not counted one by one");
  } else {
    require(hart.in_balance, event, "a balance ends that has not begun");
    require(event.fields[kBalanceExitCalls].number == hart.calls, event, "another number of calls was made");
    hart.in_balance = false;
  }
}

void Laws::on_task(const log::EventView& event) {
  if (event.id == kTaskNew) {
    const auto& fields = event.fields;
    require(tasks_.emplace(fields[kTaskNewPid].number, fields[kTaskNewCpus].number).second, event, "the PID is in use");
  } else if (event.id == kSetCpusAllowed) {
    const auto task = tasks_.find(event.fields[kSetCpusAllowedPid].number);
    require(task != tasks_.end(), event, "the task does not exist");
    if (task != tasks_.end()) task->second = event.fields[kSetCpusAllowedCpus].number;
  } else if (event.id == kTaskExit) {
    require(tasks_.erase(event.fields[kTaskExitPid].number) == 1, event, "the task does not exist");
  } else {
    require(tasks_.count(event.fields[kSchedWakeupPid].number) != 0, event, "the woken task does not exist");
  }
}

void Laws::on_policy(const log::EventView& event) {
  if (event.id == kBypass) {
    const std::uint64_t cpu = event.fields[kBypassCpu].number;
    const bool on = event.fields[kBypassOn].number != 0;
    if (cpu >= bypassing_.size()) return require(false, event, "no such CPU");
    require(bypassing_[cpu] != on, event, "the CPU is so already");
    bypassing_[cpu] = on;
  } else {
    require(loaded_ != (event.id == kScxEnable), event, "loads and unloads take turns");
    loaded_ = event.id == kScxEnable;
  }
}

}  // namespace tb::test
