// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "tb/explain/explanation.h"
#include "tb/explain/steps.h"
#include "tb/explain/verdict.h"

namespace tb::explain {
namespace {

// Reads the log a second time, up to the end of the wait.
class Second {
 public:
  Second(const Wait& wait, const analysis::Subject& run)
      : wait_(wait), state_(run.harts), ledger_(state_, wait, run.tick_cycles()), steps_(state_, wait) {}

  void on_event(const event_log::EventView& event) {
    if (over_) return;
    if (begun_) ledger_.before(event);
    // The wait ends with the event that does it: others of that cycle may come before.
    if (begun_ && event.cycle >= wait_.to && ends_it(event)) return finish();
    steps_.before(event, begun_);
    state_.on_event(event);
    if (!begun_ && begins()) {
      begun_ = true;
      steps_.begin(event);
    }
    if (begun_) ledger_.after();
  }

  void finish() {
    if (over_) return;
    over_ = true;
    entries_ = ledger_.close(wait_.to);
    for (const auto& [pid, task] : state_.tasks()) names_[pid] = task.comm;
  }

  void give(Explanation& to) {
    finish();
    to.ledger = std::move(entries_);
    to.names = std::move(names_);
    to.task = wait_.hart ? fmt::format("hart {}", *wait_.hart) : to.name(wait_.pid);
    to.steps = steps_.all(to);
  }

 private:
  [[nodiscard]] bool begins() const {
    if (wait_.hart) return state_.hart(*wait_.hart).deaf_since == wait_.from;
    const TaskNow* const task = state_.task(wait_.pid);
    if (task == nullptr) return false;
    return task->waits_since ? task->waits_since == wait_.from : task->sleeps_since == wait_.from;
  }

  [[nodiscard]] bool ends_it(const event_log::EventView& event) const {
    if (wait_.hart) return true;
    if (event.id == events::kReset) return true;
    if (event.id == events::kSchedSwitch) return event.fields[events::kSchedSwitchNextPid].number == wait_.pid;
    if (event.id == events::kTaskExit) return event.fields[events::kTaskExitPid].number == wait_.pid;
    return event.id == events::kUserLock && event.fields[events::kUserLockPid].number == wait_.pid &&
           event.fields[events::kUserLockOp].number == events::kLockOpAcquired && state_.task(wait_.pid)->running;
  }

  Wait wait_;
  RunState state_;
  Ledger ledger_;
  Steps steps_;
  bool begun_ = false;
  bool over_ = false;
  std::vector<Entry> entries_;
  std::map<std::uint64_t, std::string> names_;
};

// No wait is long, and yet the machine does little but interrupt itself.
void look_for_storm(Explanation& of) {
  if (!of.run.result) return;
  for (const Warning& warning : of.run.result->warnings) {
    if (warning.kind != WarningKind::ipi_storm && warning.kind != WarningKind::livelock) continue;
    of.verdict.what = Class::kick_storm;
    of.verdict.sentence = fmt::format("No wait is long. But from cycle {} on: {}.", warning.cycle, warning.text);
    return;
  }
}

}  // namespace

std::string Explanation::name(std::uint64_t pid) const {
  if (pid == 0) return "the idle task";
  const auto found = names.find(pid);
  return found == names.end() ? fmt::format("PID {}", pid) : fmt::format("{}[{}]", found->second, pid);
}

sim::Cycle Explanation::cycles_of(CauseKind root) const {
  sim::Cycle cycles = 0;
  for (const Entry& entry : ledger)
    if (entry.chain.root().kind == root) cycles += entry.cycles;
  return cycles;
}

Explanation explain(const std::filesystem::path& run_dir, const Question& question) {
  Found found = find_wait(run_dir, question);
  Explanation explanation;
  explanation.run = std::move(found.run);
  explanation.wait = found.wait;
  if (!found.wait) return explanation;
  Second second(*found.wait, explanation.run);
  analysis::read_run(
      run_dir, [](const analysis::Subject&) {}, [&](const event_log::EventView& event) { second.on_event(event); });
  second.give(explanation);
  explanation.verdict = judge(explanation);
  const bool any = question.task.empty() && !question.hart && question.at.empty() && !found.wait->hart;
  if (any && explanation.verdict.what == Class::nothing_wrong) look_for_storm(explanation);
  return explanation;
}

}  // namespace tb::explain
