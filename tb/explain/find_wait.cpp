// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/find_wait.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "log/nearest.h"
#include "tb/config/moment.h"
#include "tb/config/problems.h"

namespace tb::explain {
namespace {

constexpr sim::Cycle kForgotten = 2;  // times the longest sleep that has ended; a choice: the next wake may be late

class Finder {
 public:
  Finder(const Question& question, const analysis::Subject& run)
      : question_(question), state_(run.harts, [this](const Wait& wait) { on_wait(wait); }) {
    if (question.hart && *question.hart >= run.harts)
      throw config::ConfigError(fmt::format("--hart {}: the machine has harts 0 to {}", *question.hart, run.harts - 1));
    if (!question.at.empty()) at_ = config::read_moment(question.at, run.clock_mhz);
  }

  void on_event(const event_log::EventView& event) { state_.on_event(event); }

  void finish(Found& found) {
    const analysis::Subject& run = found.run;
    state_.finish(run.end);
    if (at_ && *at_ > run.end) throw config::ConfigError(fmt::format("--at {}: the run ends at cycle {}", question_.at, run.end));
    if (!question_.task.empty()) {
      require_task();
      if (question_.or_sleep) consider_sleep(run.end);
    }
    const std::optional<Wait> task = longest_of(tasks_), hart = longest_of(harts_);
    const bool deaf = question_.of == Question::Of::both && hart && hart->cycles() >= run.tick_cycles();
    if (question_.of == Question::Of::harts) found.wait = hart;
    else found.wait = deaf && (!task || hart->cycles() > task->cycles()) ? hart : task;
    add_others(found);
  }

 private:
  [[nodiscard]] bool fits(const Wait& wait) const {
    if (wait.cycles() == 0 || wait.to <= question_.ends_after) return false;
    return !at_ || (wait.from <= *at_ && *at_ <= wait.to);
  }

  using Longest = std::map<std::uint64_t, Wait>;  // by PID or hart

  static void keep_longer(Longest& longest, std::uint64_t of, const Wait& wait) {
    const auto [known, first] = longest.try_emplace(of, wait);
    if (!first && wait.cycles() > known->second.cycles()) known->second = wait;
  }

  static bool goes_before(const Wait& one, const Wait& other) {
    return one.cycles() != other.cycles() ? one.cycles() > other.cycles() : one.to < other.to;
  }

  static std::optional<Wait> longest_of(const Longest& waits) {
    std::optional<Wait> best;
    for (const auto& [of, wait] : waits)
      if (!best || goes_before(wait, *best)) best = wait;
    return best;
  }

  void add_others(Found& found) const {
    if (question_.of != Question::Of::both) return;
    for (const Longest* const waits : {&tasks_, &harts_})
      for (const auto& [of, wait] : *waits) {
        const bool chosen = found.wait && wait.pid == found.wait->pid && wait.hart == found.wait->hart;
        if (!chosen && wait.cycles() >= found.run.tick_cycles()) found.others.push_back(wait);
      }
    std::ranges::stable_sort(found.others, goes_before);
  }

  void on_wait(const Wait& wait) {
    if (wait.hart) {
      if (question_.task.empty() && (!question_.hart || question_.hart == wait.hart) && fits(wait))
        keep_longer(harts_, *wait.hart, wait);
      return;
    }
    const TaskNow& task = *state_.task(wait.pid);
    names_.insert(task.comm);
    pids_.insert(wait.pid);
    if (!question_.task.empty() && task.comm != question_.task && std::to_string(wait.pid) != question_.task) return;
    if (question_.hart && task.cpu != *question_.hart) return;
    if (fits(wait)) keep_longer(tasks_, wait.pid, wait);
  }

  // The named task may have been put to sleep and forgotten: that is longer than any wait, and than the sleeps from which it was woken.
  void consider_sleep(sim::Cycle end) {
    for (const auto& [pid, task] : state_.tasks())
      if (task.sleeps_since && !task.waits_since && !task.waking && end - *task.sleeps_since > kForgotten * task.longest_sleep)
        on_wait({pid, std::nullopt, *task.sleeps_since, end, WaitEnd::end_of_log});
  }

  void require_task() {
    for (const auto& [number, task] : state_.tasks()) {
      names_.insert(task.comm);
      pids_.insert(number);
    }
    std::uint64_t pid = 0;
    const char* const end = question_.task.data() + question_.task.size();
    const auto number = std::from_chars(question_.task.data(), end, pid);
    if (names_.contains(question_.task) || (number.ptr == end && pids_.contains(pid))) return;
    const std::vector<std::string> known(names_.begin(), names_.end());
    throw config::ConfigError(
        fmt::format("--task: no task of this run is called '{}'{}", question_.task, words::hint(question_.task, known)));
  }

  const Question& question_;
  RunState state_;
  std::optional<sim::Cycle> at_;
  Longest tasks_;
  Longest harts_;
  std::set<std::string> names_;
  std::set<std::uint64_t> pids_;
};

}  // namespace

Found find_wait(const std::filesystem::path& run_dir, const Question& question) {
  std::optional<Finder> finder;
  Found found;
  found.run = analysis::read_run(
      run_dir, [&](const analysis::Subject& run) { finder.emplace(question, run); },
      [&](const event_log::EventView& event) { finder->on_event(event); });
  finder->finish(found);
  return found;
}

}  // namespace tb::explain
