// SPDX-License-Identifier: Apache-2.0
// One kernel on the host machine: says what to run in the words of a scenario, then runs it.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "firmware/arch/host/host_machine.h"
#include "tests/kernel/event_log.h"

namespace kernel {

namespace test {

inline constexpr std::uint64_t kUs = 1'000;      // ns
inline constexpr std::uint64_t kMs = 1'000'000;  // ns

ProgramOp run_for(std::uint64_t ns);
ProgramOp sleep_for(std::uint64_t ns);
ProgramOp yield();
ProgramOp wait_irq(unsigned source);
ProgramOp fork_task(unsigned task_index);  // in the order of KernelRun::task
ProgramOp exit_with(int status);
ProgramOp set_affinity(std::uint64_t cpus_allowed);
ProgramOp set_nice(int nice);
ProgramOp set_scheduler(TaskClass task_class, unsigned rt_priority = 0);

class KernelRun {
 public:
  explicit KernelRun(unsigned nr_cpus);

  KernelConfig config;  // defaults of the product; change before the first run

  // A task of the normal class; start it and repeat the program, unless changed through the reference.
  TaskSpec& task(const std::string& comm, std::vector<ProgramOp> program);
  TaskSpec& rt_task(const std::string& comm, unsigned priority, std::vector<ProgramOp> program);
  // As added before.
  TaskSpec& spec(const std::string& comm);
  // With the policy's default options, except those named. Several are loaded one after the other.
  SchedulerSpec& policy(const std::string& name, const std::vector<std::pair<std::string, std::int64_t>>& options = {});

  void run_us(std::uint64_t until_us);
  host::HostMachine& machine();
  EventLog log;

 private:
  void start();

  std::deque<std::vector<ProgramOp>> programs_;
  std::vector<TaskSpec> tasks_;
  std::deque<std::vector<std::int64_t>> option_values_;
  std::vector<SchedulerSpec> schedulers_;
  std::unique_ptr<host::HostMachine> machine_;
};

}  // namespace test

}  // namespace kernel
