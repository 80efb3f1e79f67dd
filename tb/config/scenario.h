// SPDX-License-Identifier: Apache-2.0
// A scenario after defaults, variants and --set: everything a run is a function of. The initialisers here are the only
// place where defaults are written; what has none must be given.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/kernel/config.h"
#include "firmware/kernel/policy.h"
#include "log/match.h"
#include "machine/hardware.h"
#include "tb/config/expectation.h"
#include "tb/config/limits.h"
#include "tb/config/tree.h"

namespace tb::config {

struct Hardware : machine::Hardware {
  std::string name = "inline";
  std::array<std::uint32_t, kernel::kNrCosts> costs = default_costs();

  static constexpr std::array<std::uint32_t, kernel::kNrCosts> default_costs() {
    return {
#define COST(name, cycles, what) cycles,
#include "firmware/kernel/costs.def"
#undef COST
    };
  }
};

// A policy and what its loader task does with it.
struct Scheduler {
  const kernel::Policy* policy = nullptr;
  std::vector<std::int64_t> options;   // in the policy's table order
  std::uint64_t stats_us = 1'000'000;  // the loader prints statistics that often
  std::uint64_t unload_after_us = 0;   // 0: never
  std::uint32_t times = 1;             // loads, one after the other
};

struct UsRange {  // drawn anew each time from [min, max]
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

struct NumberRange {  // likewise
  std::int64_t min = 0;
  std::int64_t max = 0;
};

struct ProgramStep {
  kernel::ProgramOpKind kind = kernel::ProgramOpKind::kRun;
  UsRange us;                                                  // kRun, kSleep, kTimer
  NumberRange number;                                          // kWaitIrq: source; kExit: status; kSetNice: nice; kLoop: times
  std::uint64_t cpu_mask = 0;                                  // kSetAffinity; 0: all
  std::string child;                                           // kFork: a template among the tasks
  kernel::TaskClass sched_class = kernel::TaskClass::kNormal;  // kSetScheduler
  NumberRange prio;
  std::string target;             // kWake, kSetAffinity, kSetNice, kSetScheduler: a task; empty: itself
  std::string lock;               // kLock, kUnlock, kCondWait
  std::string sync;               // kCondWait, kCondSignal, kCondBroadcast: condition variable; kBarrier: barrier
  unsigned waiters = 0;           // kBarrier; 0: as many as have a step with it
  bool relative = false;          // kTimer: a deadline that has passed moves those after it
  std::vector<ProgramStep> body;  // kLoop
};

// A barrier of the tasks' steps, and for how many of them it waits.
struct Barrier {
  std::string name;
  unsigned waiters = 0;
};

// A task that starts when an event happens. The machine tells it by a test interrupt source of its own.
struct StartWhen {
  event_log::Match event;  // its first occurrence
  UsRange after_us;
  unsigned source = 0;  // chosen among those that nothing else in the scenario uses
};

enum class CpuChoice : std::uint8_t { kAll, kList, kEach };  // kEach: copy i is pinned to CPU i modulo harts

struct TaskGroup {
  std::string name;
  unsigned count = 1;
  kernel::TaskClass sched_class = kernel::TaskClass::kNormal;
  std::uint8_t prio = 0;  // fifo, rr: must be given
  std::int8_t nice = 0;
  CpuChoice cpu_choice = CpuChoice::kAll;
  std::uint64_t cpu_mask = 0;
  UsRange start_us;
  std::optional<StartWhen> start;
  bool once = false;
  bool template_only = false;  // runs only as the child of a fork step
  std::vector<ProgramStep> program;
};

struct When {
  std::optional<std::uint64_t> cycle;
  std::optional<UsRange> us;
  std::optional<event_log::Match> event;  // its first occurrence
  UsRange after_us;                       // event only
};

struct Stimulus {
  When at;
  char press = 0;                        // sysrq key; 0: an interrupt
  std::optional<bool> power;             // moves the switch of a hart
  unsigned hart = 0;                     // which
  std::optional<kernel::Signal> signal;  // to a task or a loader, told by a test source of its own
  std::string task;                      // one of these two
  std::string loader;                    // of that policy
  unsigned irq = 0;                      // test source raised; of a signal chosen among those that nothing else uses
  UsRange for_us{10, 10};
};

struct StopWhen {
  event_log::Match event;
  std::uint64_t after_us = 0;
};

struct Run {
  std::uint64_t seed = 1;
  std::uint64_t until_us = 0;
  std::optional<StopWhen> stop_when;
  unsigned reboots_max = 1;
};

// One stretch of a run whose waves are wanted: from one cycle to another, around the first occurrence of an event, or before
// the first failure.
struct WaveSpan {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::optional<event_log::Match> around;
  std::uint64_t before_us = 50;
  std::uint64_t after_us = 300;
  std::uint64_t before_failure = 0;  // cycles; 0: not this one
};

struct Waves {
  enum class Mode : std::uint8_t { kNone, kAll, kSpans };
  Mode mode = Mode::kNone;
  std::vector<WaveSpan> spans;  // kSpans: one or more

  // Some stretch is known only when the run has shown where its event or its failure is.
  [[nodiscard]] bool need_events() const;
};

struct Scenario {
  std::string name;
  std::string variant;
  std::string question;
  std::vector<std::string> show;  // metrics, the columns of the table; empty: the usual ones
  Hardware hardware;
  kernel::Knobs kernel;
  std::vector<Scheduler> schedulers;  // loaded one after the other; none: everything runs under fair
  std::vector<TaskGroup> tasks;
  std::vector<std::string> locks;  // that steps name, in the order they come up
  std::vector<std::string> conds;  // likewise
  std::vector<Barrier> barriers;   // likewise
  std::vector<Stimulus> stimuli;
  Run run;
  Waves waves;
  std::vector<Expectation> expect;
  Tree expect_source;                 // as written, for the resolved file
  std::vector<std::string> warnings;  // what it says and hardly means, with places
};

// The stimuli as written and those that start tasks; of each range the number that the seed draws.
[[nodiscard]] std::vector<Stimulus> all_stimuli(const Scenario& scenario);
[[nodiscard]] std::uint64_t us_to_cycles(const Scenario& scenario, std::uint64_t us);

}  // namespace tb::config
