// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/find_wait.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "log/nearest.h"
#include "tb/config/moment.h"
#include "tb/config/problems.h"

namespace tb::explain {
namespace {

constexpr sim::Cycle kUsualSleeps = 2;  // times the longest sleep of a task is not unusual yet; a choice

class Finder {
 public:
  Finder(const Question& question, const analysis::Subject& run)
      : question_(question), state_(run.harts, [this](const Wait& wait) { on_wait(wait); }) {
    if (question.hart && *question.hart >= run.harts)
      throw config::ConfigError(fmt::format("--hart {}: the machine has harts 0 to {}", *question.hart, run.harts - 1));
    if (!question.at.empty()) at_ = config::read_moment(question.at, run.clock_mhz);
  }

  void on_event(const event_log::EventView& event) { state_.on_event(event); }

  std::optional<Wait> finish(const analysis::Subject& run) {
    state_.finish(run.end);
    if (at_ && *at_ > run.end) throw config::ConfigError(fmt::format("--at {}: the run ends at cycle {}", question_.at, run.end));
    if (!question_.task.empty()) {
      require_task();
      if (question_.or_sleep) consider_sleep(run.end);
    }
    if (question_.of == Question::Of::harts) return deaf_;
    const bool hart = question_.of == Question::Of::both && deaf_ && deaf_->cycles() >= run.tick_cycles();
    return hart && (!best_ || deaf_->cycles() > best_->cycles()) ? deaf_ : best_;
  }

 private:
  [[nodiscard]] bool fits(const Wait& wait) const {
    if (wait.cycles() == 0 || wait.to <= question_.ends_after) return false;
    return !at_ || (wait.from <= *at_ && *at_ <= wait.to);
  }

  static void keep_longer(std::optional<Wait>& best, const Wait& wait) {
    if (!best || wait.cycles() > best->cycles()) best = wait;
  }

  void on_wait(const Wait& wait) {
    if (wait.hart) {
      if (question_.task.empty() && (!question_.hart || question_.hart == wait.hart) && fits(wait)) keep_longer(deaf_, wait);
      return;
    }
    const TaskNow& task = *state_.task(wait.pid);
    names_.insert(task.comm);
    pids_.insert(wait.pid);
    if (!question_.task.empty() && task.comm != question_.task && std::to_string(wait.pid) != question_.task) return;
    if (question_.hart && task.cpu != *question_.hart) return;
    if (fits(wait)) keep_longer(best_, wait);
  }

  // The named task may have been put to sleep and forgotten. A sleep that others of its have been as long as is none of that.
  void consider_sleep(sim::Cycle end) {
    for (const auto& [pid, task] : state_.tasks()) {
      if (!task.sleeps_since || task.waits_since || end - *task.sleeps_since <= kUsualSleeps * task.longest_sleep) continue;
      on_wait({pid, std::nullopt, *task.sleeps_since, end, WaitEnd::end_of_log});
    }
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
  std::optional<Wait> best_;  // of a task
  std::optional<Wait> deaf_;  // of a hart
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
  found.wait = finder->finish(found.run);
  return found;
}

}  // namespace tb::explain
