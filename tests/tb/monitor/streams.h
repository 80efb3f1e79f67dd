// SPDX-License-Identifier: Apache-2.0
// Streams made by hand for tests of monitors: short names for events, and the metrics that come of them.
#pragma once

#include <gtest/gtest.h>

#include "json/value.h"
#include "tb/monitor/metrics.h"
#include "tb/result/metric.h"
#include "tests/tb/support.h"

namespace tb::monitor {

using test::Played;

inline constexpr sim::Cycle kTickCycles = 100;

inline json::Value metrics_of(const std::vector<Played>& script, sim::Cycle end = 10'000) {
  Metrics metrics(2, kTickCycles, 1);
  test::for_each_event(script, [&](const event_log::EventView& event) { metrics.on_event(event); });
  metrics.finish(end);
  return metrics.to_json();
}

inline std::int64_t metric(const json::Value& metrics, std::string_view path) { return metric_at(metrics, path).value_or(-1); }

inline const auto off = [] { trace::irq_off(trace::Site::kSchedule); };
inline const auto on = [] { trace::irq_on(trace::Site::kSchedule); };
inline const auto enter_software = [] { trace::irq_entry(trace::Cause::kSoftware); };
inline const auto exit_software = [] { trace::irq_exit(trace::Cause::kSoftware); };
inline const auto enter_timer = [] { trace::irq_entry(trace::Cause::kTimer); };
inline const auto exit_timer = [] { trace::irq_exit(trace::Cause::kTimer); };
inline const auto tick = [] { trace::tick(1, 0); };
inline const auto balance_enter = [] { trace::balance_enter(0); };
inline const auto breakout = [] { trace::breakout(32, trace::Retry::kKick); };
inline const auto self_kick = [] { trace::kick(0, 0, true); };

inline std::function<void()> call(unsigned iteration) {
  return [iteration] { trace::dispatch_call(iteration); };
}
inline std::function<void()> balance_exit(unsigned calls, bool trapped) {
  return [calls, trapped] { trace::balance_exit(false, calls, trapped, 0); };
}
inline const auto report = [] { trace::scx_error(1026, "runnable task stall", "hog0[9] failed to run for 0.051s"); };
inline const auto disabled = [] { trace::scx_disable("qmap", 1026, 0, "runnable task stall", "hog0[9] failed"); };

inline std::function<void()> bypass(unsigned cpu, bool on_off) {
  return [cpu, on_off] { trace::bypass(cpu, on_off); };
}
inline constexpr auto kR = trace::TaskState::kR;
inline constexpr auto kS = trace::TaskState::kS;

inline std::function<void()> wakeup(unsigned pid) {
  return [pid] { trace::sched_wakeup(pid, "task", 0); };
}
inline std::function<void()> switch_to(unsigned prev, trace::TaskState state, unsigned next) {
  return [=] { trace::sched_switch(prev, "a", state, next, "b", trace::Class::kFair, trace::Class::kFair); };
}

}  // namespace tb::monitor
