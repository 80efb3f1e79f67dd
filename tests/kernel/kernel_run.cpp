// SPDX-License-Identifier: Apache-2.0
#include "tests/kernel/kernel_run.h"

#include <cstring>
#include <stdexcept>

#include "firmware/kernel/policy.h"
#include "platform.h"

namespace kernel {

namespace test {

namespace {

constexpr std::size_t kTasksMax = 512;  // the specs must not move once a test holds a reference
constexpr std::size_t kPoliciesMax = 8;

const Policy& find_policy(const std::string& name) {
  for (unsigned i = 0; i < kNrPolicies; ++i) {
    if (name == kPolicies[i]->name) return *kPolicies[i];
  }
  throw std::invalid_argument("no policy " + name);
}

KernelConfig default_config(unsigned nr_cpus) {
  KernelConfig config{};
  config.nr_cpus = nr_cpus;
  config.clock_mhz = 100;
  config.ram_bytes = platform::ram::kSizeDefault;
  config.user.seed = 1;
  unsigned index = 0;
#define COST(name, cycles, what) config.cost[index++] = cycles;
#include "firmware/kernel/costs.def"
#undef COST
  return config;
}

}  // namespace

ProgramOp run_for(std::uint64_t ns) { return {ProgramOpKind::kRun, ns, ns, 0}; }
ProgramOp sleep_for(std::uint64_t ns) { return {ProgramOpKind::kSleep, ns, ns, 0}; }
ProgramOp yield() { return {ProgramOpKind::kYield, 0, 0, 0}; }
ProgramOp wait_irq(unsigned source) { return {ProgramOpKind::kWaitIrq, 0, 0, source}; }
ProgramOp fork_task(unsigned task_index) { return {ProgramOpKind::kFork, 0, 0, task_index}; }
ProgramOp exit_with(int status) { return {ProgramOpKind::kExit, 0, 0, status}; }
ProgramOp set_affinity(std::uint64_t cpus_allowed) {
  return {ProgramOpKind::kSetAffinity, 0, 0, static_cast<std::int64_t>(cpus_allowed)};
}
ProgramOp set_nice(int nice) { return {ProgramOpKind::kSetNice, 0, 0, nice}; }
ProgramOp set_scheduler(TaskClass task_class, unsigned rt_priority) {
  return {ProgramOpKind::kSetScheduler, 0, 0, static_cast<std::int64_t>(task_class) | std::int64_t{rt_priority} << 8};
}

KernelRun::KernelRun(unsigned nr_cpus) : config(default_config(nr_cpus)) {
  tasks_.reserve(kTasksMax);
  schedulers_.reserve(kPoliciesMax);
}

TaskSpec& KernelRun::task(const std::string& comm, std::vector<ProgramOp> program) {
  if (machine_) throw std::logic_error("the machine is built: too late for another task");
  if (tasks_.size() == kTasksMax) throw std::length_error("too many tasks for a test");
  programs_.push_back(std::move(program));
  TaskSpec spec{};
  std::strncpy(spec.comm, comm.c_str(), kTaskCommLen - 1);
  spec.program = programs_.back().data();
  spec.nr_ops = static_cast<std::uint32_t>(programs_.back().size());
  tasks_.push_back(spec);
  return tasks_.back();
}

TaskSpec& KernelRun::rt_task(const std::string& comm, unsigned priority, std::vector<ProgramOp> program) {
  TaskSpec& spec = task(comm, std::move(program));
  spec.sched_class = TaskClass::kFifo;
  spec.rt_priority = static_cast<std::uint8_t>(priority);
  return spec;
}

TaskSpec& KernelRun::spec(const std::string& comm) {
  for (TaskSpec& spec : tasks_) {
    if (comm == spec.comm) return spec;
  }
  throw std::invalid_argument("no task " + comm);
}

SchedulerSpec& KernelRun::policy(const std::string& name, const std::vector<std::pair<std::string, std::int64_t>>& options) {
  if (machine_) throw std::logic_error("the machine is built: too late for a policy");
  if (schedulers_.size() == kPoliciesMax) throw std::length_error("too many policies for a test");
  const Policy& policy = find_policy(name);
  std::vector<std::int64_t>& values = option_values_.emplace_back();
  for (std::uint32_t i = 0; i < policy.nr_options; ++i) values.push_back(policy.options[i].default_value);
  for (const auto& [option, value] : options) {
    bool known = false;
    for (std::uint32_t i = 0; i < policy.nr_options; ++i) {
      if (option != policy.options[i].name) continue;
      values[i] = value;
      known = true;
    }
    if (!known) throw std::invalid_argument("no option " + option);
  }
  SchedulerSpec& spec = schedulers_.emplace_back();
  std::strncpy(spec.name, name.c_str(), sizeof(spec.name) - 1);
  spec.option_values = values.data();
  spec.stats_period_ns = 1'000 * kMs;
  spec.times = 1;
  return spec;
}

void KernelRun::start() {
  config.user.tasks = tasks_.data();
  config.user.nr_tasks = static_cast<std::uint32_t>(tasks_.size());
  config.user.schedulers = schedulers_.data();
  config.user.nr_schedulers = static_cast<std::uint32_t>(schedulers_.size());
  machine_ = std::make_unique<host::HostMachine>(config, log);
}

host::HostMachine& KernelRun::machine() {
  if (!machine_) start();
  return *machine_;
}

void KernelRun::run_us(std::uint64_t until_us) { machine().run_until(until_us * config.clock_mhz); }

}  // namespace test

}  // namespace kernel
