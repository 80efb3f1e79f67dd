// SPDX-License-Identifier: Apache-2.0
#include "tb/import/trace_lives.h"

#include <algorithm>
#include <string_view>

namespace tb::import {

namespace {

// Threads of the kernel, of the loader of a policy, and of who records: the simulated machine has its own.
constexpr std::string_view kOfTheMachine[] = {
    "kworker/", "ksoftirqd/", "migration/",   "rcu_",      "rcub/",      "rcuc/",     "rcuog/",  "rcuop/",     "kthreadd",
    "cpuhp/",   "irq/",       "idle_inject/", "watchdogd", "khungtaskd", "kcompactd", "kswapd",  "khugepaged", "oom_reaper",
    "jbd2/",    "kauditd",    "sched_ext_",   "scx_",      "trace-cmd",  "perf",      "swapper/"};

bool is_of_the_machine(std::uint64_t pid, std::string_view comm) {
  return pid == 0 || (pid == 1 && comm == "init") ||
         std::ranges::any_of(kOfTheMachine, [comm](std::string_view name) { return comm.starts_with(name); });
}

class Recorder {
 public:
  Recorder(Lives& lives, std::size_t deeds_max) : lives_(lives), deeds_max_(deeds_max) {}

  [[nodiscard]] bool full() const { return deeds_ >= deeds_max_; }

  void on_event(const TraceEvent& event) {
    now_ = event.ns;
    if (event.kind == TraceEvent::Kind::kWakeup) {
      wake(event);
      return;
    }
    if (Life* const life = of(event.task.pid)) leave(event.task.pid, *life, event.state);
    if (Life* const life = of(event.next.pid)) come(event.next.pid, *life);
  }

  void finish() {
    now_ = lives_.end_ns;
    for (auto& [pid, life] : lives_.of) {
      State& state = states_[pid];
      if (state.at == State::At::kRunning) state.run_ns += now_ - state.since;
      flush_run(life, state);
    }
  }

 private:
  struct State {
    enum class At { kUnknown, kAsleep, kRunnable, kRunning };
    At at = At::kUnknown;
    std::uint64_t since = 0;   // kRunning
    std::uint64_t run_ns = 0;  // not a deed yet
  };

  Life* of(std::uint64_t pid) {
    const auto found = lives_.of.find(pid);
    return found != lives_.of.end() ? &found->second : nullptr;
  }

  void add(Life& life, const Deed& deed) {
    life.deeds.push_back(deed);
    ++deeds_;
  }

  void flush_run(Life& life, State& state) {
    if (state.run_ns > 0) add(life, {Deed::Kind::kRun, state.run_ns, 0});
    state.run_ns = 0;
  }

  // It sleeps no longer, and no task is known to have woken it: time has. One that comes up so late slept before.
  void end_sleep(Life& life) { add(life, {Deed::Kind::kSleep, now_ - lives_.begin_ns, 0}); }

  void wake(const TraceEvent& event) {
    Life* const life = of(event.task.pid);
    State& state = states_[event.task.pid];
    if (life == nullptr || (state.at != State::At::kAsleep && state.at != State::At::kUnknown)) return;
    Life* const waker = event.in_interrupt || event.context == event.task.pid ? nullptr : of(event.context);
    State& waking = states_[event.context];
    if (waker != nullptr && (waking.at == State::At::kRunning || waking.at == State::At::kUnknown)) {
      if (waking.at == State::At::kUnknown) begin_running(waking);
      waking.run_ns += now_ - waking.since;
      waking.since = now_;
      flush_run(*waker, waking);
      add(*waker, {Deed::Kind::kWake, 0, event.task.pid});
      add(*life, {Deed::Kind::kWait, 0, 0});
    } else {
      end_sleep(*life);
    }
    state.at = State::At::kRunnable;
  }

  // Seen for the first time, on a CPU: it has been there since the trace began, as far as that says.
  void begin_running(State& state) const {
    state.at = State::At::kRunning;
    state.since = lives_.begin_ns;
  }

  void leave(std::uint64_t pid, Life& life, char how) {
    State& state = states_[pid];
    if (state.at == State::At::kUnknown) begin_running(state);
    if (state.at == State::At::kRunning) state.run_ns += now_ - state.since;
    if (how == 'R') {
      state.at = State::At::kRunnable;
      return;
    }
    flush_run(life, state);
    state.at = State::At::kAsleep;
  }

  void come(std::uint64_t pid, Life& life) {
    State& state = states_[pid];
    if (state.at == State::At::kAsleep) lives_.lost_wakeup = true;
    if (state.at == State::At::kAsleep || state.at == State::At::kUnknown) end_sleep(life);
    state.at = State::At::kRunning;
    state.since = now_;
  }

  Lives& lives_;
  std::map<std::uint64_t, State> states_;
  std::size_t deeds_max_;
  std::size_t deeds_ = 0;
  std::uint64_t now_ = 0;
};

// Those that take part, with their names.
void choose_tasks(const Trace& trace, std::size_t tasks_max, Lives& out) {
  std::map<std::uint64_t, TracedTask> seen;
  std::map<std::uint64_t, std::size_t> turns;
  for (const TraceEvent& event : trace.events) {
    seen[event.task.pid] = event.task;
    if (event.kind != TraceEvent::Kind::kSwitch) continue;
    seen[event.next.pid] = event.next;
    ++turns[event.next.pid];
    ++turns[event.task.pid];
  }
  std::vector<std::uint64_t> pids;
  for (const auto& [pid, task] : seen) {
    if (is_of_the_machine(pid, task.comm)) {
      if (pid != 0) out.left_out.insert(task.comm);
    } else if (turns.contains(pid)) {
      pids.push_back(pid);
    }
  }
  std::ranges::stable_sort(pids, std::greater<>(), [&](std::uint64_t pid) { return turns[pid]; });
  for (std::size_t i = 0; i < pids.size(); ++i) {
    const TracedTask& task = seen[pids[i]];
    if (i < tasks_max) out.of[pids[i]] = {task.comm, task.prio, {}};
    else out.left_out.insert(task.comm);
  }
}

}  // namespace

Lives lives_of(const Trace& trace, const Limits& limits) {
  Lives lives;
  choose_tasks(trace, limits.tasks, lives);
  lives.begin_ns = trace.events.front().ns;
  lives.end_ns = trace.events.back().ns;
  Recorder recorder(lives, limits.deeds);
  for (const TraceEvent& event : trace.events) {
    if (recorder.full() || event.ns - lives.begin_ns > limits.ns) {
      lives.cut = true;
      lives.end_ns = std::min(event.ns, lives.begin_ns + limits.ns);
      break;
    }
    lives.cpus = std::max(lives.cpus, event.cpu + 1);
    recorder.on_event(event);
  }
  recorder.finish();
  return lives;
}

}  // namespace tb::import
