// SPDX-License-Identifier: Apache-2.0
// The metrics of a run, computed from its event stream and from nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "log/decode.h"
#include "tb/monitor/balance.h"
#include "tb/monitor/hart_time.h"
#include "tb/monitor/histogram.h"
#include "tb/monitor/idle.h"
#include "tb/monitor/ipi_latency.h"
#include "tb/monitor/irq_off.h"
#include "tb/monitor/kick.h"
#include "tb/monitor/kick_wait.h"
#include "tb/monitor/lock_spin.h"
#include "tb/monitor/recovery.h"
#include "tb/monitor/starvation.h"
#include "tb/monitor/storms.h"
#include "tb/monitor/tasks.h"
#include "tb/monitor/waiting.h"
#include "tb/result/warning.h"

namespace tb::monitor {

class Metrics {
 public:
  Metrics(unsigned harts, sim::Cycle tick_cycles, std::uint32_t clock_mhz)
      : harts_(harts),
        tick_cycles_(tick_cycles),
        clock_mhz_(clock_mhz),
        idle_(tick_cycles),
        starvation_(tick_cycles),
        tasks_(kStarvedTicks * tick_cycles),
        hart_time_(harts),
        lock_spin_(harts),
        storms_(harts, tick_cycles) {}

  void on_event(const event_log::EventView& event);
  void finish(sim::Cycle end);

  [[nodiscard]] json::Value to_json() const;
  [[nodiscard]] bool hw_watchdog_reset() const { return hw_watchdog_resets_ > 0; }
  [[nodiscard]] bool policy_loaded() const { return policy_loaded_; }
  // After finish(), in the order of their cycles.
  [[nodiscard]] const std::vector<Warning>& warnings() const { return warnings_; }

 private:
  void cut(sim::Cycle cycle);
  void on_irqs_on(const IrqOffStretch& stretch);
  void count(const event_log::EventView& event);

  unsigned harts_;
  sim::Cycle tick_cycles_;
  std::uint32_t clock_mhz_;
  IrqOffMonitor irq_off_;
  BalanceMonitor balance_;
  KickMonitor kick_;
  KickWaitMonitor kick_wait_;
  RecoveryMonitor recovery_;
  WaitingTasks waiting_;
  IdleMonitor idle_;
  StarvationMonitor starvation_;
  TaskMonitor tasks_;
  HartTimeMonitor hart_time_;
  IpiLatencyMonitor ipi_latency_;
  LockSpinMonitor lock_spin_;
  StormMonitor storms_;
  std::vector<Warning> warnings_;
  Histogram irq_off_cycles_;
  sim::Cycle end_ = 0;
  std::array<std::uint64_t, trace::schema::kRefusalNames.size()> refused_{};
  std::uint64_t breakouts_ = 0;
  std::uint64_t wfi_while_held_ = 0;
  std::uint64_t hw_watchdog_resets_ = 0;
  std::uint64_t rq_lock_waits_ = 0;
  bool policy_loaded_ = false;
};

// Every path that leads to one number, or to null where a run may have nothing to measure: "irq_off_cycles.max".
[[nodiscard]] const std::vector<std::string>& metric_paths();
// Names of those that have a list `per_hart` below them.
[[nodiscard]] const std::vector<std::string>& per_hart_metric_paths();
// What follows the name of a task in the path of one of its metrics, "wait.p99" in "tasks.hog.wait.p99".
[[nodiscard]] const std::vector<std::string>& task_metric_paths();

}  // namespace tb::monitor
