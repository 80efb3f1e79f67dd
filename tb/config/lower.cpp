// SPDX-License-Identifier: Apache-2.0
#include "tb/config/lower.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <stdexcept>

#include "tb/config/draw.h"

namespace tb::config {

namespace {

constexpr std::uint64_t kNsPerUs = 1000;

void copy_name(char* out, std::size_t size, const std::string& name) {
  assert(name.size() < size);  // checked by the reader
  std::memset(out, 0, size);
  std::memcpy(out, name.data(), name.size());
}

std::uint64_t all_cpus(unsigned harts) { return ~std::uint64_t{0} >> (kernel::kNrCpusMax - harts); }

// The tasks of a group in the kernel's list.
struct Slice {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

Slice tasks_of(const Scenario& scenario, const std::string& name) {
  std::uint32_t index = 0;
  for (const TaskGroup& group : scenario.tasks) {
    if (group.name == name) return {index, group.count};
    index += group.count;
  }
  throw std::logic_error("a step names no task");  // checked by the reader
}

template <typename Names, typename... Member>
std::int64_t index_of(const Names& names, const std::string& name, Member... member) {
  return std::ranges::find(names, name, member...) - names.begin();
}

std::int64_t argument(const ProgramStep& step, const Scenario& scenario) {
  constexpr unsigned kPriorityShift = 8, kMutexShift = 8;
  switch (step.kind) {
    case kernel::ProgramOpKind::kFork: return tasks_of(scenario, step.child).first;
    case kernel::ProgramOpKind::kSetAffinity:
      return static_cast<std::int64_t>(step.cpu_mask != 0 ? step.cpu_mask : all_cpus(scenario.hardware.harts));
    case kernel::ProgramOpKind::kSetScheduler:
      return static_cast<std::int64_t>(step.sched_class) | step.prio.min << kPriorityShift;
    case kernel::ProgramOpKind::kLock:
    case kernel::ProgramOpKind::kUnlock: return index_of(scenario.locks, step.lock);
    case kernel::ProgramOpKind::kTimer: return step.relative ? 1 : 0;
    case kernel::ProgramOpKind::kBarrier: return index_of(scenario.barriers, step.sync, &Barrier::name);
    case kernel::ProgramOpKind::kCondWait:
      return index_of(scenario.conds, step.sync) | index_of(scenario.locks, step.lock) << kMutexShift;
    case kernel::ProgramOpKind::kCondSignal:
    case kernel::ProgramOpKind::kCondBroadcast: return index_of(scenario.conds, step.sync);
    default: return step.number.min;
  }
}

void lower_program(const std::vector<ProgramStep>& steps, const Scenario& scenario, std::vector<kernel::ProgramOp>& out) {
  for (const ProgramStep& step : steps) {
    const Slice targets = step.target.empty() ? Slice{} : tasks_of(scenario, step.target);
    const NumberRange& range = step.kind == kernel::ProgramOpKind::kSetScheduler ? step.prio : step.number;
    out.push_back({step.kind, step.us.min * kNsPerUs, step.us.max * kNsPerUs, argument(step, scenario), targets.first,
                   targets.count, static_cast<std::uint32_t>(range.max - range.min)});
    if (step.kind != kernel::ProgramOpKind::kLoop) continue;
    lower_program(step.body, scenario, out);
    out.push_back({kernel::ProgramOpKind::kLoopEnd, 0, 0});
  }
}

std::uint64_t cpu_mask(const TaskGroup& task, unsigned copy, unsigned harts) {
  switch (task.cpu_choice) {
    case CpuChoice::kAll: return 0;
    case CpuChoice::kList: return task.cpu_mask;
    case CpuChoice::kEach: return std::uint64_t{1} << (copy % harts);
  }
  return 0;
}

// The name as the policy has it, which outlives the scenario.
const char* policy_of(const Scenario& scenario, const std::string& name) {
  for (const Scheduler& scheduler : scenario.schedulers)
    if (scheduler.policy->name == name) return scheduler.policy->name;
  throw std::logic_error("a signal to a loader that the scenario does not have");
}

}  // namespace

LoweredScenario::LoweredScenario(const Scenario& scenario) {
  lower_kernel(scenario);
  lower_schedulers(scenario);
  lower_tasks(scenario);
  lower_signals(scenario);
  run_.hardware = scenario.hardware;
  run_.seed = scenario.run.seed;
  run_.cycles_max = us_to_cycles(scenario, scenario.run.until_us);
  run_.reboots_max = scenario.run.reboots_max;
}

void LoweredScenario::lower_kernel(const Scenario& scenario) {
  static_cast<kernel::Knobs&>(kernel_) = scenario.kernel;
  const Hardware& hardware = scenario.hardware;
  kernel_.nr_cpus = hardware.harts;
  kernel_.clock_mhz = hardware.clock_mhz;
  kernel_.timer_prescale = hardware.timer_prescale;
  kernel_.ram_bytes = hardware.ram_kib * 1024;
  std::copy(hardware.costs.begin(), hardware.costs.end(), kernel_.cost);
  for (const Stimulus& stimulus : scenario.stimuli)
    if (stimulus.power) kernel_.hotplug_cpu = true;
  kernel_.user.seed = scenario.run.seed;
}

void LoweredScenario::lower_schedulers(const Scenario& scenario) {
  for (const Scheduler& scheduler : scenario.schedulers) {
    kernel::SchedulerSpec spec{};
    copy_name(spec.name, sizeof(spec.name), scheduler.policy->name);
    spec.option_values = option_values_.emplace_back(scheduler.options).data();
    spec.stats_period_ns = scheduler.stats_us * kNsPerUs;
    spec.unload_after_ns = scheduler.unload_after_us * kNsPerUs;
    spec.times = scheduler.times;
    schedulers_.push_back(spec);
  }
  kernel_.user.schedulers = schedulers_.data();
  kernel_.user.nr_schedulers = static_cast<std::uint32_t>(schedulers_.size());
}

void LoweredScenario::lower_tasks(const Scenario& scenario) {
  Draw draw(scenario.run.seed);
  for (const TaskGroup& group : scenario.tasks) {
    auto& program = programs_.emplace_back();
    lower_program(group.program, scenario, program);
    for (unsigned copy = 0; copy < group.count; ++copy) {
      kernel::TaskSpec task{};
      copy_name(task.comm, sizeof(task.comm), group.count > 1 ? group.name + std::to_string(copy) : group.name);
      task.sched_class = group.sched_class;
      task.rt_priority = group.prio;
      task.nice = group.nice;
      task.cpus_allowed = cpu_mask(group, copy, scenario.hardware.harts);
      task.start_ns = draw.between(group.start_us.min, group.start_us.max) * kNsPerUs;
      task.template_only = group.template_only;
      task.once = group.once;
      task.start_irq = static_cast<std::uint8_t>(group.start ? group.start->source : 0);
      task.program = program.data();
      task.nr_ops = static_cast<std::uint32_t>(program.size());
      tasks_.push_back(task);
    }
  }
  kernel_.user.tasks = tasks_.data();
  kernel_.user.nr_tasks = static_cast<std::uint32_t>(tasks_.size());
  lower_sync(scenario);
}

void LoweredScenario::lower_sync(const Scenario& scenario) {
  lock_names_ = scenario.locks;
  for (const std::string& name : lock_names_) locks_.push_back(name.c_str());
  kernel_.user.locks = locks_.data();
  kernel_.user.nr_locks = static_cast<std::uint32_t>(locks_.size());
  cond_names_ = scenario.conds;
  for (const std::string& name : cond_names_) conds_.push_back(name.c_str());
  kernel_.user.conds = conds_.data();
  kernel_.user.nr_conds = static_cast<std::uint32_t>(conds_.size());
  barrier_names_ = scenario.barriers;
  for (const Barrier& barrier : barrier_names_) barriers_.push_back({barrier.name.c_str(), barrier.waiters});
  kernel_.user.barriers = barriers_.data();
  kernel_.user.nr_barriers = static_cast<std::uint32_t>(barriers_.size());
}

void LoweredScenario::lower_signals(const Scenario& scenario) {
  for (const Stimulus& stimulus : scenario.stimuli) {
    if (!stimulus.signal) continue;
    const auto source = static_cast<std::uint8_t>(stimulus.irq);
    if (!stimulus.loader.empty()) {
      signals_.push_back({source, *stimulus.signal, 0, 0, policy_of(scenario, stimulus.loader)});
      continue;
    }
    const Slice targets = tasks_of(scenario, stimulus.task);
    signals_.push_back({source, *stimulus.signal, targets.first, targets.count});
  }
  kernel_.user.signals = signals_.data();
  kernel_.user.nr_signals = static_cast<std::uint32_t>(signals_.size());
}

}  // namespace tb::config
