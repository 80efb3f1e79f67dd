// SPDX-License-Identifier: Apache-2.0
#include "tb/import/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tb/config/limits.h"
#include "tb/config/yaml_file.h"
#include "tb/import/names.h"
#include "tb/import/trace_lives.h"

namespace tb::import {

namespace {

using config::Tree;

constexpr std::size_t kNodesOfAStep = 4;  // of a file, see kNodesMax: a map, a key and a number, and what loops around them need
constexpr std::size_t kDeedsMax = config::kNodesMax / kNodesOfAStep;
constexpr std::uint64_t kUsToBoot = 20'000;  // until the kernel has started its tasks, and a policy is loaded
constexpr std::uint64_t kNsMax = (config::kRunUsMax - kUsToBoot) * 1000;
constexpr std::string_view kBegin = "trace_begin";
constexpr int kRtPrios = 100, kNiceZero = 120;

// Times of a trace are in ns, those of a scenario in us. What one step loses by rounding the next one gets, and so what a step
// of at least 1 us has too much.
class Rounding {
 public:
  // The part from the time up to which all has been given.
  std::uint64_t us_up_to(std::uint64_t ns, std::uint64_t least) {
    const std::uint64_t up_to_now = (ns + 500) / 1000;
    const std::uint64_t us = std::max(least, up_to_now > given_us_ ? up_to_now - given_us_ : 0);
    given_us_ += us;
    return us;
  }

 private:
  std::uint64_t given_us_ = 0;
};

class Writer {
 public:
  explicit Writer(const Lives& lives) : lives_(lives) {
    std::map<std::string, unsigned> of_comm;
    for (const auto& [pid, life] : lives.of) {
      const bool first = of_comm[life.comm]++ == 0;
      name_of_[pid] = names_.of(first ? life.comm : fmt::format("{}-{}", life.comm, pid));
    }
  }

  // Nothing to do in the trace: no task.
  [[nodiscard]] std::optional<Tree> task(std::uint64_t pid, const Life& life, Draft& draft) const {
    std::vector<Tree> steps;
    Rounding runs, sleeps;
    std::uint64_t run_ns = 0;
    // The timer is one for all sleeps, and begins here: so they end when they did in the trace, whatever the task did before.
    if (sleeps_later(life)) steps.push_back(step("timer_us", sleeps.us_up_to(0, 1)));
    for (const Deed& deed : life.deeds) {
      switch (deed.kind) {
        case Deed::Kind::kRun:
          run_ns += deed.ns;
          if (const std::uint64_t us = runs.us_up_to(run_ns, 0); us > 0) steps.push_back(step("run_us", us));
          break;
        case Deed::Kind::kSleep: steps.push_back(step("timer_us", sleeps.us_up_to(deed.ns, 1))); break;
        case Deed::Kind::kWait: steps.push_back(step("wait", config::make_scalar("true"))); break;
        case Deed::Kind::kWake: steps.push_back(step("wake", name_of_.at(deed.pid))); break;
      }
    }
    if (steps.empty()) return std::nullopt;
    // Whoever the kernel starts first, of whatever class: time begins for all at once.
    steps.insert(steps.begin(), step("barrier", kBegin));
    steps.push_back(step("exit", std::uint64_t{0}));
    Tree map = config::make_map();
    map.set("name", config::make_text(name_of_.at(pid)));
    add_class(life, map, draft);
    map.set("program", program_of(std::move(steps)));
    return map;
  }

  [[nodiscard]] const Names& names() const { return names_; }

 private:
  // A sleep that comes first begins the timer itself.
  static bool sleeps_later(const Life& life) {
    return !life.deeds.empty() && life.deeds.front().kind != Deed::Kind::kSleep &&
           std::ranges::any_of(life.deeds, [](const Deed& deed) { return deed.kind == Deed::Kind::kSleep; });
  }

  static void add_class(const Life& life, Tree& map, Draft& draft) {
    if (life.prio < 0) {
      draft.note("Tasks of the deadline class: they are normal ones here.");
    } else if (life.prio < kRtPrios) {
      draft.note("Whether real-time tasks are of SCHED_FIFO or SCHED_RR: they are fifo here.");
      map.set("class", config::make_text("fifo"));
      map.set("prio", config::make_number(static_cast<std::uint64_t>(std::clamp(kRtPrios - 1 - life.prio, 1, kRtPrios - 1))));
    } else if (life.prio != kNiceZero) {
      map.set("nice", config::make_scalar(std::to_string(std::clamp(life.prio - kNiceZero, -20, 19))));
    }
  }

  const Lives& lives_;
  Names names_{kernel::kTaskCommLen - 1};
  std::map<std::uint64_t, std::string> name_of_;
};

void add_notes(const Trace& trace, const Lives& lives, Draft& draft) {
  draft.note(
      "Why a task blocked. If another task woke it, it waits for that one; if an interrupt or the machine did, it sleeps until "
      "the time at which that happened.");
  draft.note("Locks: a task that waited for one waits for whoever woke it.");
  draft.note("The CPUs that tasks may run on: all of them.");
  draft.note(
      "When tasks were made: they are there from the start, meet at a barrier, at which the time of the trace begins, and sleep "
      "until it shows them.");
  if (!trace.knows_interrupts)
    draft.note(
        "Wakeups by interrupts that came while a task was on the CPU: the trace does not tell them from wakeups by that task. "
        "(ftrace and trace-cmd report -l do.)");
  if (lives.lost_wakeup) draft.note("Some wakeups, which the trace does not have: the tasks sleep until they get the CPU.");
  if (!lives.left_out.empty())
    draft.note(
        fmt::format("Tasks of the kernel, of a policy's loader and of the recorder: {}. The machine has its own; what they wake "
                    "sleeps.",
                    fmt::join(lives.left_out, ", ")));
  if (lives.cut)
    draft.note(fmt::format("What the trace has after {} us: a scenario has room for {} steps, and for a minute.",
                           (lives.end_ns - lives.begin_ns) / 1000, kDeedsMax));
}

}  // namespace

Draft import_trace(const Trace& trace, const std::string& source) {
  const Lives lives = lives_of(trace, {kDeedsMax, config::kTaskGroupsMax, kNsMax});
  Draft draft;
  draft.source = source;
  draft.what = "a trace";
  draft.name = scenario_name(source);
  draft.question = fmt::format("What becomes of the tasks that {} shows?", draft.name);
  draft.harts = lives.cpus;
  draft.harts_exact = true;
  draft.until_us = (lives.end_ns - lives.begin_ns) / 1000 + kUsToBoot;
  add_notes(trace, lives, draft);
  const Writer writer(lives);
  for (const auto& [pid, life] : lives.of)
    if (auto task = writer.task(pid, life, draft)) draft.tasks.push_back(std::move(*task));
  if (draft.tasks.empty())
    throw config::ConfigError({std::make_shared<const std::string>(source)}, "",
                              "expected tasks that run, found those of the machine only");
  for (const auto& [theirs, ours] : writer.names().changed())
    draft.facts.push_back(fmt::format("\"{}\" is called {} here.", theirs, ours));
  return draft;
}

}  // namespace tb::import
