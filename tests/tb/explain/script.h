// SPDX-License-Identifier: Apache-2.0
// Logs written by hand, and what explain says of them.
#pragma once

#include <gtest/gtest.h>

#include <numeric>

#include "tb/explain/explanation.h"
#include "tests/tb/analysis/run_dir.h"

namespace tb::explain {

using test::Played;

inline constexpr sim::Cycle kTick = 100'000;  // of test::write_run
inline constexpr unsigned kVictim = 5, kOther = 6, kThird = 7;

inline std::function<void()> born(unsigned pid, const char* comm, trace::Class sched_class = trace::Class::kExt,
                                  std::uint64_t cpus = 3) {
  return [=] { trace::task_new(pid, comm, sched_class, cpus); };
}
inline std::function<void()> woken(unsigned pid, const char* comm, unsigned cpu = 0) {
  return [=] { trace::sched_wakeup(pid, comm, cpu); };
}
inline std::function<void()> queued(unsigned pid, trace::Queue on, std::uint64_t id = 0) {
  return [=] { trace::task_queued(pid, on, id); };
}
inline std::function<void()> switched(unsigned prev, trace::TaskState state, unsigned next,
                                      trace::Class next_class = trace::Class::kExt,
                                      trace::Class prev_class = trace::Class::kExt) {
  const auto name = [](unsigned pid) {
    return pid == 0 ? "swapper" : pid == kVictim ? "victim" : pid == kOther ? "other" : "third";
  };
  return [=] { trace::sched_switch(prev, name(prev), state, next, name(next), prev_class, next_class); };
}
inline std::function<void()> asleep() {
  return [] { trace::wfi_enter(0); };
}
inline std::function<void()> balance() {
  return [] { trace::balance_enter(0); };
}
inline std::function<void()> call(unsigned iteration) {
  return [=] { trace::dispatch_call(iteration); };
}
inline std::function<void()> balance_ends(bool result) {
  return [=] { trace::balance_exit(result, 1, false, 0); };
}
inline constexpr auto kR = trace::TaskState::kR;
inline constexpr auto kS = trace::TaskState::kS;

class ExplainTest : public testing::Test {
 protected:
  Explanation of(const std::vector<Played>& script, const Question& question = {}) {
    std::filesystem::remove_all(dir());
    test::write_run(dir(), script);
    return explain(dir(), question);
  }
  std::filesystem::path dir() { return dir_ / "run"; }

  test::TempDir dir_;
};

inline sim::Cycle sum(const Explanation& found) {
  return std::accumulate(found.ledger.begin(), found.ledger.end(), sim::Cycle{0},
                         [](sim::Cycle all, const Entry& entry) { return all + entry.cycles; });
}

// Cycles of the cause that is nearest to the task.
inline sim::Cycle cycles(const Explanation& found, CauseKind kind) {
  sim::Cycle all = 0;
  for (const Entry& entry : found.ledger) all += entry.chain.first().kind == kind ? entry.cycles : 0;
  return all;
}

}  // namespace tb::explain
