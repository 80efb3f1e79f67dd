// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/explain/words.h"

namespace tb::explain {
namespace {

constexpr std::size_t kQueuesShown = 4;
constexpr std::size_t kCausesShown = 3;  // entries of the ledger
constexpr double kShareShown = 0.02;     // of the wait
constexpr sim::Cycle kSlowIpi = 1000;    // cycles; faster ones explain nothing

// Who executes on the hart: a task, or the handler of an interrupt.
std::string who(const RunState& state, sim::HartId id) {
  const HartNow& hart = state.hart(id);
  if (!hart.interrupts.empty())
    return fmt::format("the handler of a {} interrupt", event_log::name_of(trace::schema::kCause, hart.interrupts.back()));
  const TaskNow* const task = state.task(hart.pid);
  return hart.pid == 0 || task == nullptr ? "the idle task" : fmt::format("{}[{}]", task->comm, hart.pid);
}

std::string where(std::uint64_t queue, std::uint64_t id) {
  switch (queue) {
    case events::kQueueRq: return fmt::format("is put on the run queue of CPU {}", id);
    case events::kQueuePolicy: return "is given to the policy (ops.enqueue)";
    case events::kQueueDeferred: return fmt::format("waits for CPU {} to move it to the local DSQ of another", id);
    case events::kQueueLocal: return fmt::format("is put on the local DSQ of CPU {}", id);
    case events::kQueueGlobal: return "is put on the global DSQ";
    default: return fmt::format("is put on DSQ {:#x}", id);
  }
}

}  // namespace

void Steps::before(const event_log::EventView& event, bool begun) {
  switch (event.id) {
    case events::kSchedWaking:
      if (event.fields[events::kSchedWakingPid].number == wait_.pid && !begun)
        waking_ = Step{event.cycle, event.hart, who(state_, event.hart) + " begins to wake the task"};
      break;
    case events::kTaskQueued:
      if (event.fields[events::kTaskQueuedPid].number == wait_.pid) on_queue(event);
      break;
    case events::kIrqEntry: {
      const auto& ipi = state_.hart(event.hart).ipi;
      if (!begun || !ipi || event.fields[events::kIrqEntryCause].number != events::kCauseSoftware) break;
      Ipi& slowest = slowest_ipi_[event.hart];
      if (slowest.taken == 0 || event.cycle - ipi->since > slowest.taken - slowest.raised)
        slowest = {ipi->from, ipi->reason, ipi->since, event.cycle};
      break;
    }
    default: break;
  }
}

void Steps::on_queue(const event_log::EventView& event) {
  const std::uint64_t queue = event.fields[events::kTaskQueuedOn].number, id = event.fields[events::kTaskQueuedId].number;
  if (event.cycle < wait_.from) queues_.clear();  // of an earlier stay; the last before the wait is where it begins
  if (queues_.size() == kQueuesShown) queues_.pop_back();
  queues_.push_back({event.cycle, event.hart, "the task " + where(queue, id)});
}

void Steps::begin(const event_log::EventView& event) {
  switch (event.id) {
    case events::kSchedWakeup: begin_ = Step{event.cycle, event.hart, who(state_, event.hart) + " wakes the task"}; break;
    case events::kSchedSwitch:
      if (!state_.task(wait_.pid)->waits_since) {
        begin_ = Step{event.cycle, event.hart, "the task goes to sleep"};
        break;
      }
      begin_ = Step{event.cycle, event.hart, "the task loses the CPU to " + who(state_, event.hart)};
      break;
    case events::kUserLock:
      begin_ =
          Step{event.cycle, event.hart, fmt::format("the task asks for the mutex {}", event.fields[events::kUserLockLock].text)};
      break;
    default: break;
  }
}

void Steps::add_causes(std::vector<Step>& steps, const Explanation& of) const {
  std::size_t shown = 0;
  for (const Entry& entry : of.ledger) {
    if (shown == kCausesShown || static_cast<double>(entry.cycles) < kShareShown * static_cast<double>(wait_.cycles())) break;
    ++shown;
    for (std::size_t i = 0; i < entry.chain.size(); ++i) {
      const Cause& cause = entry.chain[i];
      std::string text = begin_of(cause, of);
      if (text.empty() || cause.since == 0) continue;
      const bool own = cause.kind == CauseKind::in_flight || cause.kind == CauseKind::user_lock;
      steps.push_back({cause.since, own ? kNoHart : cause.hart, std::move(text)});
      const auto ipi = slowest_ipi_.find(cause.hart);
      const bool masked = cause.kind == CauseKind::dispatch_loop || cause.kind == CauseKind::irqs_off;
      if (!masked || ipi == slowest_ipi_.end() || ipi->second.taken - ipi->second.raised < kSlowIpi) continue;
      steps.push_back({ipi->second.raised, ipi->second.from,
                       fmt::format("raises MSIP of hart {} ({})", cause.hart,
                                   event_log::name_of(trace::schema::kIpiReason, ipi->second.reason))});
      steps.push_back({ipi->second.taken, cause.hart,
                       fmt::format("takes this interrupt, {} cycles later", ipi->second.taken - ipi->second.raised)});
    }
  }
}

void Steps::add_end(std::vector<Step>& steps, const Explanation& of) const {
  switch (wait_.end) {
    case WaitEnd::ran:
      if (wait_.hart) {
        steps.push_back({wait_.to, *wait_.hart, "the hart takes interrupts again, or sleeps"});
        break;
      }
      steps.push_back({wait_.to, ended_on_, "the task runs"});
      break;
    case WaitEnd::reset: steps.push_back({wait_.to, kNoHart, "the machine is reset"}); break;
    case WaitEnd::exited: steps.push_back({wait_.to, kNoHart, "the task is killed"}); break;
    case WaitEnd::end_of_log:
      steps.push_back({wait_.to, kNoHart, of.run.shortfall.empty() ? "the run ends" : "the log ends"});
      break;
  }
}

std::vector<Step> Steps::all(const Explanation& of) const {
  std::vector<Step> steps = queues_;
  if (waking_ && waking_->cycle <= wait_.from) steps.push_back(*waking_);
  if (begin_) steps.push_back(*begin_);
  add_causes(steps, of);
  add_end(steps, of);
  std::ranges::stable_sort(steps, {}, &Step::cycle);
  const auto same = [](const Step& one, const Step& other) {
    return one.cycle == other.cycle && one.hart == other.hart && one.text == other.text;
  };
  steps.erase(std::unique(steps.begin(), steps.end(), same), steps.end());
  return steps;
}

}  // namespace tb::explain
