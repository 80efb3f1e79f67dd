// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "tb/explain/explanation.h"
#include "tb/explain/steps.h"
#include "tb/explain/verdict.h"

namespace tb::explain {
namespace {

constexpr std::size_t kOthers = 64;  // waits that are looked at if the longest is in order; a choice: memory

// One wait, followed through the log.
class Followed {
 public:
  Followed(const Wait& wait, const RunState& state, sim::Cycle tick)
      : wait_(wait), state_(state), ledger_(state, wait, tick), steps_(state, wait) {}

  [[nodiscard]] bool over() const { return over_; }

  void before(const event_log::EventView& event) {
    if (begun_) ledger_.before(event);
    // The wait ends with the event that does it: others of that cycle may come before.
    if (begun_ && event.cycle >= wait_.to && ends_it(event)) {
      if (event.id == events::kReset) wait_.end = WaitEnd::reset;
      steps_.end(event.hart, wait_.end);
      return finish();
    }
    steps_.before(event, begun_);
  }

  void after(const event_log::EventView& event) {
    if (!begun_ && event.cycle >= wait_.from && begins()) {
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
    to.wait = wait_;
    to.ledger = std::move(entries_);
    to.names = std::move(names_);
    to.task = wait_.hart ? fmt::format("hart {}", *wait_.hart) : to.name(wait_.pid);
    to.steps = steps_.all(to);
    to.verdict = judge(to);
  }

 private:
  [[nodiscard]] bool begins() const {
    if (wait_.hart) return state_.hart(*wait_.hart).deaf_since == wait_.from;
    const TaskNow* const task = state_.task(wait_.pid);
    if (task == nullptr) return false;
    return task->waits_since ? task->waits_since == wait_.from : task->sleeps_since == wait_.from;
  }

  [[nodiscard]] bool ends_it(const event_log::EventView& event) const {
    if (wait_.hart || event.id == events::kReset) return true;
    if (event.id == events::kSchedSwitch) return event.fields[events::kSchedSwitchNextPid].number == wait_.pid;
    if (event.id == events::kTaskExit) return event.fields[events::kTaskExitPid].number == wait_.pid;
    return event.id == events::kUserLock && event.fields[events::kUserLockPid].number == wait_.pid &&
           event.fields[events::kUserLockOp].number == events::kLockOpAcquired && state_.task(wait_.pid)->running;
  }

  Wait wait_;
  const RunState& state_;
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

// The longest wait is in order; of another task, or of a hart, a shorter one need not be. None: all are.
std::optional<Explanation> another_that_is_wrong(const std::filesystem::path& run_dir, Found found) {
  found.others.resize(std::min(found.others.size(), kOthers));
  for (Explanation& other : explain_waits(run_dir, found.run, found.others))
    if (other.verdict.what != Class::nothing_wrong && other.verdict.what != Class::unknown) return std::move(other);
  return {};
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

std::vector<Explanation> explain_waits(const std::filesystem::path& run_dir, const analysis::Subject& run,
                                       const std::vector<Wait>& waits) {
  RunState state(run.harts);
  std::vector<Followed> followed;
  for (const Wait& wait : waits) followed.emplace_back(wait, state, run.tick_cycles());
  analysis::read_run(
      run_dir, [](const analysis::Subject&) {},
      [&](const event_log::EventView& event) {
        for (Followed& each : followed)
          if (!each.over()) each.before(event);
        state.on_event(event);
        for (Followed& each : followed)
          if (!each.over()) each.after(event);
      });
  std::vector<Explanation> explained;
  for (Followed& each : followed) {
    each.finish();
    Explanation& of = explained.emplace_back();
    of.run = run;
    each.give(of);
  }
  return explained;
}

Explanation explain(const std::filesystem::path& run_dir, const Question& question) {
  Found found = find_wait(run_dir, question);
  if (!found.wait) return {.run = std::move(found.run)};
  Explanation longest = std::move(explain_waits(run_dir, found.run, {*found.wait}).front());
  const bool any = question.task.empty() && !question.hart && question.at.empty() && !found.wait->hart;
  if (!any || longest.verdict.what != Class::nothing_wrong) return longest;
  if (std::optional<Explanation> other = another_that_is_wrong(run_dir, std::move(found))) return std::move(*other);
  look_for_storm(longest);
  return longest;
}

}  // namespace tb::explain
