// SPDX-License-Identifier: Apache-2.0
// A Scenario in the plain data that kernel and machine take. Whatever the seed decides before the run starts is drawn
// here.
#pragma once

#include <deque>
#include <vector>

#include "machine/machine.h"
#include "firmware/kernel/config.h"
#include "tb/config/scenario.h"

namespace tb::config {

// Owns what `kernel` points to.
class LoweredScenario {
 public:
  explicit LoweredScenario(const Scenario& scenario);
  LoweredScenario(const LoweredScenario&) = delete;
  LoweredScenario& operator=(const LoweredScenario&) = delete;

  [[nodiscard]] const KernelConfig& kernel() const { return kernel_; }
  [[nodiscard]] const machine::RunConfig& run() const { return run_; }

 private:
  void lower_kernel(const Scenario& scenario);
  void lower_schedulers(const Scenario& scenario);
  void lower_tasks(const Scenario& scenario);
  void lower_signals(const Scenario& scenario);

  std::deque<std::vector<ProgramOp>> programs_;  // addresses stay
  std::vector<TaskSpec> tasks_;
  std::vector<std::string> lock_names_;
  std::vector<const char*> locks_;
  std::vector<SignalSpec> signals_;
  std::deque<std::vector<std::int64_t>> option_values_;
  std::vector<SchedulerSpec> schedulers_;
  KernelConfig kernel_{};
  machine::RunConfig run_;
};

}  // namespace tb::config
