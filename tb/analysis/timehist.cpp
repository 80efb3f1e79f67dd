// SPDX-License-Identifier: Apache-2.0
#include "tb/analysis/timehist.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <vector>

#include "event_names.h"  // generated
#include "firmware/kernel/config.h"
#include "log/nearest.h"
#include "tb/analysis/subject.h"
#include "tb/config/problems.h"

namespace tb::analysis {
namespace {

class Timehist {
 public:
  Timehist(const TimehistOptions& options, const std::function<void(const std::string&)>& print)
      : options_(options), print_(print) {}

  void begin(const Subject& run) {
    run_ = run;
    if (options_.hart && *options_.hart >= run.harts)
      throw config::ConfigError(fmt::format("--hart {}: the machine has harts 0 to {}", *options_.hart, run.harts - 1));
    print_("           time    cpu  task name                       wait time  sch delay   run time\n");
    print_("              s         [pid]                                   ms         ms         ms\n");
    print_("--------------- ------  ------------------------------  ---------  ---------  ---------\n");
  }

  void on_event(const event_log::EventView& event) {
    const auto& fields = event.fields;
    switch (event.id) {
      case events::kSchedWakeup: {
        Task& task = tasks_[fields[events::kSchedWakeupPid].number];
        if (!task.running && !task.woken) task.woken = event.cycle;
        break;
      }
      case events::kSchedSwitch:
        leave(fields[events::kSchedSwitchPrevPid].number, fields[events::kSchedSwitchPrevComm].text, event);
        enter(fields[events::kSchedSwitchNextPid].number, event);
        break;
      case events::kTaskNew: tasks_.erase(fields[events::kTaskNewPid].number); break;
      case events::kReset:
        tasks_.clear();
        idle_ = {};
        break;
      default: break;
    }
  }

  void end() const {
    if (options_.task.empty() || names_.contains(options_.task)) return;
    const std::vector<std::string> known(names_.begin(), names_.end());
    throw config::ConfigError(
        fmt::format("--task: no task that ran is called '{}'{}", options_.task, words::hint(options_.task, known)));
  }

 private:
  struct Task {
    bool running = false;
    sim::Cycle in = 0;                // on the CPU since
    std::optional<sim::Cycle> out;    // left it last
    std::optional<sim::Cycle> woken;  // since it left it
    sim::Cycle wait = 0, delay = 0;   // before this stay: off the CPU; from the wakeup to it
  };

  Task& task(std::uint64_t pid, sim::HartId hart) { return pid == 0 ? idle_[hart] : tasks_[pid]; }

  void enter(std::uint64_t pid, const event_log::EventView& event) {
    Task& task = this->task(pid, event.hart);
    task.running = true;
    task.in = event.cycle;
    task.delay = task.woken ? event.cycle - *task.woken : 0;
    task.wait = task.out ? event.cycle - *task.out : 0;
    task.woken.reset();
  }

  void leave(std::uint64_t pid, std::string_view comm, const event_log::EventView& event) {
    Task& task = this->task(pid, event.hart);
    if (!options_.task.empty()) names_.emplace(comm);
    if (task.running && wanted(pid, comm, event)) {
      const auto ms = [this](sim::Cycle cycles) { return run_.ms(static_cast<double>(cycles)); };
      const std::string name = pid == 0 ? "<idle>" : fmt::format("{}[{}]", comm, pid);
      print_(fmt::format("{:>15.6f} [{:04}]  {:<30}  {:>9.3f}  {:>9.3f}  {:>9.3f}\n", ms(event.cycle) / 1000, event.hart, name,
                         ms(task.wait), ms(task.delay), ms(event.cycle - task.in)));
    }
    task.running = false;
    task.out = event.cycle;
  }

  [[nodiscard]] bool wanted(std::uint64_t pid, std::string_view comm, const event_log::EventView& event) const {
    if (pid == 0 && !options_.idle) return false;
    return (options_.task.empty() || options_.task == comm) && (!options_.hart || *options_.hart == event.hart) &&
           event.cycle >= options_.from && (!options_.to || event.cycle <= *options_.to);
  }

  const TimehistOptions& options_;
  const std::function<void(const std::string&)>& print_;
  Subject run_;
  std::map<std::uint64_t, Task> tasks_;
  std::array<Task, kernel::kNrCpusMax> idle_{};
  std::set<std::string> names_;  // seen, if one is asked for
};

}  // namespace

std::string timehist(const std::filesystem::path& run_dir, const TimehistOptions& options,
                     const std::function<void(const std::string&)>& print) {
  Timehist timehist(options, print);
  const Subject run = read_run(
      run_dir, [&](const Subject& begun) { timehist.begin(begun); },
      [&](const event_log::EventView& event) { timehist.on_event(event); });
  timehist.end();
  return run.shortfall;
}

}  // namespace tb::analysis
