// SPDX-License-Identifier: Apache-2.0
// A Scenario in the plain data that kernel and machine take. Whatever the seed decides before the run starts is drawn
// here.
#pragma once

#include <deque>
#include <vector>

#include "firmware/kernel/config.h"
#include "machine/machine.h"
#include "tb/config/scenario.h"

namespace tb::config {

// Owns what `kernel` points to.
class LoweredScenario {
 public:
  explicit LoweredScenario(const Scenario& scenario);
  LoweredScenario(const LoweredScenario&) = delete;
  LoweredScenario& operator=(const LoweredScenario&) = delete;

  [[nodiscard]] const kernel::KernelConfig& kernel() const { return kernel_; }
  [[nodiscard]] const machine::RunConfig& run() const { return run_; }

 private:
  void lower_kernel(const Scenario& scenario);
  void lower_schedulers(const Scenario& scenario);
  void lower_tasks(const Scenario& scenario);
  void lower_sync(const Scenario& scenario);
  void lower_signals(const Scenario& scenario);

  std::deque<std::vector<kernel::ProgramOp>> programs_;  // addresses stay
  std::vector<kernel::TaskSpec> tasks_;
  std::vector<std::string> lock_names_;
  std::vector<const char*> locks_;
  std::vector<std::string> cond_names_;
  std::vector<const char*> conds_;
  std::vector<Barrier> barrier_names_;
  std::vector<kernel::BarrierSpec> barriers_;
  std::vector<kernel::SignalSpec> signals_;
  std::deque<std::vector<std::int64_t>> option_values_;
  std::vector<kernel::SchedulerSpec> schedulers_;
  kernel::KernelConfig kernel_{};
  machine::RunConfig run_;
};

}  // namespace tb::config
