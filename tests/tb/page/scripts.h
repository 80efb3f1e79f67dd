// SPDX-License-Identifier: Apache-2.0
// Events by short names, and what the page makes of a script of them.
#pragma once

#include "tb/page/run_data.h"
#include "tests/tb/support.h"

namespace tb::page {

using test::Played;

inline constexpr auto kR = trace::TaskState::kR;
inline constexpr auto kS = trace::TaskState::kS;

inline RunData data_of(const std::vector<Played>& script, sim::Cycle end, const Limits& limits = {}, unsigned harts = 2) {
  Collector collector(harts);
  test::for_each_event(script, [&collector](const event_log::EventView& event) { collector.on_event(event); });
  return collector.take(end, limits);
}

inline std::function<void()> woken(unsigned pid, unsigned target) {
  return [=] { trace::sched_wakeup(pid, ("task" + std::to_string(pid)).c_str(), target); };
}
inline std::function<void()> switched(unsigned prev, trace::TaskState state, unsigned next) {
  const auto name = [](unsigned pid) { return pid == 0 ? std::string("swapper") : "task" + std::to_string(pid); };
  return [=] {
    trace::sched_switch(prev, name(prev).c_str(), state, next, name(next).c_str(), trace::Class::kFair, trace::Class::kFair);
  };
}
inline const auto irqs_off = [] { trace::irq_off(trace::Site::kSchedule); };
inline const auto irqs_on = [] { trace::irq_on(trace::Site::kSchedule); };
inline const auto enter = [] { trace::irq_entry(trace::Cause::kSoftware); };
inline const auto leave = [] { trace::irq_exit(trace::Cause::kSoftware); };
inline const auto balance = [] { trace::balance_enter(0); };
inline const auto breakout = [] { trace::breakout(32, trace::Retry::kKick); };
inline std::function<void()> balanced(unsigned calls, bool trapped) {
  return [=] { trace::balance_exit(false, calls, trapped, 0); };
}
inline std::function<void()> call(unsigned iteration) {
  return [=] { trace::dispatch_call(iteration); };
}
inline std::function<void()> reset(unsigned boot) {
  return [=] { trace::reset(boot, boot > 0); };
}

}  // namespace tb::page
