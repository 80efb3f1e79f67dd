// SPDX-License-Identifier: Apache-2.0
#include "tb/explain/interventions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace tb::explain {
namespace {

constexpr const char* kFairPolicy = "simple";  // one queue, from which every hart consumes

class Changes {
 public:
  Changes(const Explanation& of, const config::Scenario& scenario, const config::Library& library)
      : of_(of), scenario_(scenario), library_(library) {}

  std::vector<Intervention> all() {
    const Cause& cause = of_.verdict.cause;
    if (of_.verdict.what == Class::kick_storm) {
      policy();
      return std::move(changes_);
    }
    switch (cause.kind) {
      case CauseKind::dispatch_loop:
        breakout();
        retry();
        policy();
        break;
      case CauseKind::not_kicked:
      case CauseKind::held_by_policy:
      case CauseKind::not_consumed:
        retry();
        policy();
        break;
      case CauseKind::irqs_off:
      case CauseKind::spin_lock: policy(); break;
      case CauseKind::kick_wait:
        kick_wait();
        policy();
        break;
      case CauseKind::in_flight: ipi_latency(); break;
      case CauseKind::interrupt:
        if (cause.what == events::kCauseExternal)
          no_stimuli([](const config::Stimulus& one) { return one.irq != 0; }, "interrupts of devices");
        else policy();
        break;
      case CauseKind::higher_class: without_tasks(); break;
      case CauseKind::queued:
        without_tasks();
        policy();
        break;
      case CauseKind::user_lock: without_tasks(); break;
      case CauseKind::hotplug:
        no_stimuli([](const config::Stimulus& one) { return one.power.has_value(); }, "power switches");
        break;
      case CauseKind::bypass:
      case CauseKind::asleep:
      case CauseKind::scheduling:
      case CauseKind::unknown: break;
    }
    return std::move(changes_);
  }

 private:
  void add(std::string text, std::function<void(config::Scenario&)> apply) {
    changes_.push_back({std::move(text), std::move(apply)});
  }

  void breakout() {
    if (scenario_.kernel.breakout.limit != 0) return;
    add(fmt::format("with kernel.breakout.limit = {} and retry = kick", kernel::SCX_DSP_MAX_LOOPS),
        [](config::Scenario& scenario) {
          scenario.kernel.breakout.limit = kernel::SCX_DSP_MAX_LOOPS;
          scenario.kernel.breakout.retry = kernel::BreakoutRetry::kKick;
        });
  }

  void retry() {
    if (scenario_.kernel.breakout.limit == 0 || scenario_.kernel.breakout.retry == kernel::BreakoutRetry::kKick) return;
    add("with kernel.breakout.retry = kick",
        [](config::Scenario& scenario) { scenario.kernel.breakout.retry = kernel::BreakoutRetry::kKick; });
  }

  void policy() {
    const kernel::Policy* const other = config::find_policy(library_, kFairPolicy);
    if (other == nullptr || scenario_.schedulers.empty()) return;
    add(fmt::format("with the policy {}, its options at their defaults", kFairPolicy), [other](config::Scenario& scenario) {
      for (config::Scheduler& scheduler : scenario.schedulers) {
        scheduler.policy = other;
        scheduler.options.clear();
        for (unsigned i = 0; i < other->nr_options; ++i) scheduler.options.push_back(other->options[i].default_value);
      }
    });
  }

  void kick_wait() {
    if (scenario_.kernel.kick_wait == kernel::KickWait::kIgnored) return;
    add("with kernel.kick_wait = ignored",
        [](config::Scenario& scenario) { scenario.kernel.kick_wait = kernel::KickWait::kIgnored; });
  }

  void ipi_latency() {
    if (scenario_.hardware.ipi_latency == 0) return;
    add("with hardware.ipi_latency = 0", [](config::Scenario& scenario) { scenario.hardware.ipi_latency = 0; });
  }

  void no_stimuli(bool (*which)(const config::Stimulus&), const char* what) {
    if (std::ranges::none_of(scenario_.stimuli, which)) return;
    add(fmt::format("without the stimuli that are {}", what),
        [which](config::Scenario& scenario) { std::erase_if(scenario.stimuli, which); });
  }

  // Other steps may name the tasks, so they stay, and only sleep.
  void without_tasks() {
    std::set<std::string> names;
    for (const std::uint64_t pid : of_.verdict.tasks) {
      const auto name = of_.names.find(pid);
      if (pid != of_.wait->pid && name != of_.names.end() && is_copy(name->second)) names.insert(name->second);
    }
    if (names.empty()) return;
    add(fmt::format("with {} asleep from the start", fmt::join(names, ", ")), [names](config::Scenario& scenario) {
      std::vector<config::TaskGroup> tasks;
      for (const config::TaskGroup& group : scenario.tasks) put_to_sleep(group, names, scenario.hardware.harts, tasks);
      scenario.tasks = std::move(tasks);
    });
  }

  // The group as it is, or, if it has one of the names, one group per copy.
  static void put_to_sleep(const config::TaskGroup& group, const std::set<std::string>& names, unsigned harts,
                           std::vector<config::TaskGroup>& out) {
    const std::vector<std::string> copies = copies_of(group);
    if (std::ranges::none_of(copies, [&](const std::string& name) { return names.contains(name); })) {
      out.push_back(group);
      return;
    }
    for (std::size_t i = 0; i < copies.size(); ++i) {
      config::TaskGroup copy = group;
      copy.name = copies[i];
      copy.count = 1;
      if (group.cpu_choice == config::CpuChoice::kEach) {
        copy.cpu_choice = config::CpuChoice::kList;
        copy.cpu_mask = std::uint64_t{1} << (i % harts);
      }
      if (names.contains(copies[i])) {
        config::ProgramStep sleep;
        sleep.kind = kernel::ProgramOpKind::kSleep;
        sleep.us = {1'000'000, 1'000'000};
        copy.program = {sleep};
      }
      out.push_back(std::move(copy));
    }
  }

  // Copies are called NAME0, NAME1, ...
  static std::vector<std::string> copies_of(const config::TaskGroup& group) {
    if (group.count == 1) return {group.name};
    std::vector<std::string> names;
    for (unsigned copy = 0; copy < group.count; ++copy) names.push_back(group.name + std::to_string(copy));
    return names;
  }

  // A task of the scenario that can be put to sleep alone: no step names its group.
  [[nodiscard]] bool is_copy(const std::string& task) const {
    for (const config::TaskGroup& group : scenario_.tasks) {
      const std::vector<std::string> copies = copies_of(group);
      if (std::ranges::find(copies, task) == copies.end()) continue;
      return group.count == 1 || !named(group.name);
    }
    return false;
  }

  [[nodiscard]] bool named(const std::string& group) const {
    const auto in = [&](const auto& self, const std::vector<config::ProgramStep>& steps) -> bool {
      return std::ranges::any_of(steps, [&](const config::ProgramStep& step) {
        return step.target == group || step.child == group || self(self, step.body);
      });
    };
    return std::ranges::any_of(scenario_.tasks, [&](const config::TaskGroup& one) { return in(in, one.program); }) ||
           std::ranges::any_of(scenario_.stimuli, [&](const config::Stimulus& one) { return one.task == group; });
  }

  const Explanation& of_;
  const config::Scenario& scenario_;
  const config::Library& library_;
  std::vector<Intervention> changes_;
};

}  // namespace

std::vector<Intervention> interventions(const Explanation& of, const config::Scenario& scenario, const config::Library& library) {
  return Changes(of, scenario, library).all();
}

}  // namespace tb::explain
