// SPDX-License-Identifier: Apache-2.0
#include "tb/import/rt_app.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "log/nearest.h"
#include "tb/config/limits.h"
#include "tb/config/strict_map.h"
#include "tb/import/json_reader.h"
#include "tb/import/rt_app_events.h"

namespace tb::import {

namespace {

using namespace rt_app;
using config::ConfigError;
using config::Tree;
using config::TreeEntry;

constexpr std::int64_t kForever = -1;
constexpr std::uint64_t kUsIfForever = 1'000'000;
constexpr std::int64_t kRtPriority = 10;  // rt-app's, of one that has none
constexpr std::string_view kProperties[] = {
    "loop",      "phases",        "instance",      "delay",      "policy",    "priority",    "cpus",   "util_min", "util_max",
    "taskgroup", "membind_nodes", "nodes_membind", "dl-runtime", "dl-period", "dl-deadline", "period", "deadline"};
// Those without a counterpart, and why.
struct Missing {
  std::string_view key, why;
};
constexpr Missing kMissing[] = {{"util_min", "there is no utilization clamping"},
                                {"util_max", "there is no utilization clamping"},
                                {"taskgroup", "there are no cgroups: every task is in the root"},
                                {"membind_nodes", "there is no NUMA"},
                                {"nodes_membind", "there is no NUMA"},
                                {"dl-runtime", "there is no deadline class"},
                                {"dl-period", "there is no deadline class"},
                                {"dl-deadline", "there is no deadline class"},
                                {"period", "there is no deadline class"},
                                {"deadline", "there is no deadline class"}};

struct Policy {
  std::string_view theirs, ours;
};
constexpr Policy kPolicies[] = {{"SCHED_OTHER", "normal"}, {"SCHED_BATCH", "batch"}, {"SCHED_IDLE", "idle"},
                                {"SCHED_FIFO", "fifo"},    {"SCHED_RR", "rr"},       {"SCHED_DEADLINE", "normal"}};

void check_property(const TreeEntry& entry, const std::string& path, Draft& draft) {
  if (is_event(entry.key)) return;
  for (const Missing& missing : kMissing)
    if (missing.key == entry.key) draft.note(fmt::format("line {}: \"{}\": {}.", entry.place.line, entry.key, missing.why));
  if (std::ranges::find(kProperties, entry.key) != std::end(kProperties)) return;
  std::vector<std::string> known(std::begin(kProperties), std::end(kProperties));
  for (const char* event : {"run", "runtime", "sleep", "timer", "suspend", "resume", "lock", "unlock", "wait", "signal", "sync",
                            "broad", "barrier", "fork", "yield", "mem", "iorun"})
    known.emplace_back(event);
  throw ConfigError(entry.place, path,
                    fmt::format("expected a property or an event, got \"{}\"{}", entry.key, words::hint(entry.key, known)));
}

const Tree& object(const Tree& tree, const std::string& path) {
  if (!tree.is_map()) throw ConfigError(tree.place, path, fmt::format("expected an object, got {}", config::describe(tree)));
  return tree;
}

// --- properties ---

// "class" with "prio", or "nice", of an object that has a policy or a priority; an empty map: it has neither.
Tree policy_of(const Tree& owner, const std::string& path, const std::string& default_policy, Draft& draft) {
  Tree out = config::make_map();
  const Tree* const policy = owner.find("policy");
  const Tree* const priority = owner.find("priority");
  if (!policy && !priority) return out;
  const std::string theirs = policy ? string_of(*policy, path + ".policy") : default_policy;
  const auto* const known = std::ranges::find(kPolicies, theirs, &Policy::theirs);
  if (known == std::end(kPolicies))
    throw ConfigError(
        policy ? policy->place : priority->place, policy ? path + ".policy" : "global.default_policy",
        fmt::format("expected SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, SCHED_FIFO, SCHED_RR or SCHED_DEADLINE, got \"{}\"", theirs));
  if (theirs == "SCHED_DEADLINE")
    draft.note(fmt::format("line {}: SCHED_DEADLINE: there is no deadline class; the task is a normal one.",
                           (policy ? policy : priority)->place.line));
  const bool realtime = known->ours == "fifo" || known->ours == "rr";
  out.set("class", config::make_text(known->ours));
  if (realtime) {
    const std::int64_t prio = priority ? integer_of(*priority, path + ".priority", 1, 99) : kRtPriority;
    out.set("prio", config::make_number(static_cast<std::uint64_t>(prio)));
  } else if (priority) {
    out.set("nice", config::make_scalar(std::to_string(integer_of(*priority, path + ".priority", -20, 19))));
  }
  return out;
}

// Null: it may run everywhere.
Tree cpus_of(const Tree& owner, const std::string& path, Draft& draft) {
  const Tree* const cpus = owner.find("cpus");
  if (!cpus) return {};
  if (!cpus->is_sequence() || cpus->items.empty())
    throw ConfigError(cpus->place, path + ".cpus", fmt::format("expected a list of CPUs, got {}", config::describe(*cpus)));
  std::uint64_t mask = 0;
  for (const Tree& item : cpus->items) mask |= std::uint64_t{1} << integer_of(item, path + ".cpus", 0, kernel::kNrCpusMax - 1);
  Tree list = config::make_sequence();
  for (unsigned cpu = 0; cpu < kernel::kNrCpusMax; ++cpu)
    if (mask >> cpu & 1) list.items.push_back(config::make_number(cpu));
  draft.harts = std::max(draft.harts, static_cast<unsigned>(std::bit_width(mask)));
  return list;
}

// --- tasks ---

struct Task {
  const TreeEntry& entry;
  std::string path;
  std::uint64_t instances = 1;
  std::int64_t loop = kForever;
};

// The phases of a task, in order; a task without the object is a phase itself.
std::vector<TreeEntry> phases_of(const Task& task) {
  if (const Tree* const phases = task.entry.value.find("phases")) return object(*phases, task.path + ".phases").entries;
  TreeEntry all{"", task.entry.place, config::make_map()};
  all.value.place = task.entry.value.place;
  for (const TreeEntry& entry : task.entry.value.entries)
    if (is_event(entry.key)) all.value.entries.push_back(entry);
  return {all};
}

std::string phase_path(const Task& task, const TreeEntry& phase) {
  return phase.key.empty() ? task.path : task.path + ".phases." + phase.key;
}

class Importer {
 public:
  Importer(const Tree& file, const std::string& source) : file_(file) {
    draft_.source = source;
    draft_.what = "a load of rt-app";
    draft_.name = scenario_name(source);
    draft_.question = fmt::format("What becomes of the rt-app load {}?", draft_.name);
  }

  Draft run() {
    read_global();
    const Tree& tasks = object(member_of(object(file_, "the file"), "tasks", "the file"), "tasks");
    for (const TreeEntry& entry : tasks.entries) shared_.task_keys.insert(entry.key);
    std::vector<Task> all;
    for (const TreeEntry& entry : tasks.entries) all.push_back(read_task(entry));
    for (const Task& task : all) gather_events(task);
    for (const Task& task : all) {
      name_task(task);
      if (task.instances > 1) shared_.several.insert(task.entry.key);
    }
    for (const Task& task : all) add_task(task);
    if (draft_.tasks.empty()) throw ConfigError(tasks.place, "tasks", "no task: nothing would run");
    for (const Names* names : {&shared_.tasks, &shared_.mutexes, &shared_.conds, &shared_.barriers})
      for (const auto& [theirs, ours] : names->changed())
        draft_.facts.push_back(fmt::format("\"{}\" is called {} here.", theirs, ours));
    return std::move(draft_);
  }

 private:
  void read_global() {
    draft_.until_us = kUsIfForever;
    if (file_.find("resources"))
      draft_.note(fmt::format("line {}: \"resources\": they come into being where events name them.",
                              file_.find("resources")->place.line));
    const Tree* const global = file_.find("global");
    std::int64_t seconds = kForever;
    if (global) {
      object(*global, "global");
      if (const Tree* const duration = global->find("duration"))
        seconds = integer_of(*duration, "global.duration", kForever, 1'000'000'000);
      if (const Tree* const policy = global->find("default_policy"))
        default_policy_ = string_of(*policy, "global.default_policy");
      if (const Tree* const pi = global->find("pi_enabled"); pi && pi->text == "true")
        draft_.note(fmt::format("line {}: \"pi_enabled\": mutexes have no priority inheritance.", pi->place.line));
    }
    if (seconds == kForever) {
      draft_.facts.push_back("rt-app would run without an end; here the run ends after a second.");
    } else if (seconds * 1'000'000 > config::kRunUsMax) {
      draft_.until_us = static_cast<std::uint64_t>(config::kRunUsMax);
      draft_.note(
          fmt::format("\"duration\": {} s; a run ends after {} s at the latest.", seconds, config::kRunUsMax / 1'000'000));
    } else {
      draft_.until_us = static_cast<std::uint64_t>(std::max<std::int64_t>(1, seconds)) * 1'000'000;
    }
  }

  Task read_task(const TreeEntry& entry) {
    Task task{entry, "tasks." + entry.key};
    object(entry.value, task.path);
    for (const TreeEntry& property : entry.value.entries) check_property(property, task.path, draft_);
    if (const Tree* const instance = entry.value.find("instance"))
      task.instances = static_cast<std::uint64_t>(integer_of(*instance, task.path + ".instance", 0, config::kTaskCountMax));
    if (const Tree* const loop = entry.value.find("loop"))
      task.loop = integer_of(*loop, task.path + ".loop", kForever, config::kLoopTimesMax);
    return task;
  }

  void gather_events(const Task& task) {
    for (const TreeEntry& phase : phases_of(task)) {
      const std::string path = phase_path(task, phase);
      for (const TreeEntry& entry : object(phase.value, path).entries) {
        check_property(entry, path, draft_);
        if (is_event(entry.key)) gather(entry, shared_);
      }
    }
  }

  // A task that runs from the start and is forked too is two here: a template never starts by itself.
  void name_task(const Task& task) {
    const std::size_t digits = task.instances > 1 ? std::to_string(task.instances - 1).size() : 0;
    const bool forked = shared_.forked.contains(task.entry.key);
    if (task.instances > 0 || !forked) shared_.tasks.of(task.entry.key, digits);
    if (!forked) return;
    shared_.forked_as[task.entry.key] = shared_.tasks.of(task.instances > 0 ? task.entry.key + "_forked" : task.entry.key);
  }

  void add_task(const Task& task) {
    const bool forked = shared_.forked.contains(task.entry.key);
    if (task.instances == 0 && !forked)
      draft_.note(fmt::format("line {}: the task \"{}\": it has no instance, and nothing forks it.", task.entry.place.line,
                              task.entry.key));
    if (task.instances > 0) draft_.tasks.push_back(task_tree(task, shared_.tasks.of(task.entry.key), false));
    if (forked) draft_.tasks.push_back(task_tree(task, shared_.forked_as.at(task.entry.key), true));
  }

  Tree task_tree(const Task& task, const std::string& name, bool is_template) {
    const Tree& theirs = task.entry.value;
    Tree map = config::make_map();
    map.set("name", config::make_text(name));
    if (!is_template && task.instances > 1) map.set("count", config::make_number(task.instances));
    Tree policy = policy_of(theirs, task.path, default_policy_, draft_);
    if (policy.entries.empty() && default_policy_ != "SCHED_OTHER") {
      Tree with = theirs;
      with.set("policy", string_value(default_policy_, theirs.place));
      policy = policy_of(with, "global.default_policy", default_policy_, draft_);
    }
    for (const TreeEntry& entry : policy.entries) map.set(entry.key, entry.value);
    const Tree cpus = cpus_of(theirs, task.path, draft_);
    if (cpus.is_sequence()) map.set("cpus", cpus);
    if (const Tree* const delay = theirs.find("delay"); delay && !is_template)
      map.set("start_us",
              config::make_number(static_cast<std::uint64_t>(integer_of(*delay, task.path + ".delay", 0, config::kTaskUsMax))));
    if (is_template) map.set("template", config::make_scalar("true"));
    if (task.loop != kForever) map.set("once", config::make_scalar("true"));
    std::vector<Tree> program = phases(task, cpus);
    if (program.empty()) throw ConfigError(theirs.place, task.path, "no event that takes time can be carried over");
    if (task.loop > 1) program = {loop(static_cast<std::uint64_t>(task.loop), std::move(program))};
    map.set("program", program_of(std::move(program)));
    return map;
  }

  static Tree string_value(const std::string& text, const config::Place& place) {
    Tree value = config::make_scalar(text);
    value.quoted = true;
    value.place = place;
    return value;
  }

  std::vector<Tree> phases(const Task& task, const Tree& task_cpus) {
    const std::vector<TreeEntry> all = phases_of(task);
    const bool moves = std::ranges::any_of(all, [](const TreeEntry& phase) { return phase.value.find("cpus") != nullptr; });
    Timers timers;
    std::vector<Tree> program;
    for (const TreeEntry& phase : all) {
      const std::string path = phase_path(task, phase);
      std::vector<Tree> steps = phase_steps(phase, path, timers);
      if (!phase.key.empty()) {
        for (Tree& change : attributes(phase, path, moves, task_cpus)) program.push_back(std::move(change));
      }
      const Tree* const times = phase.value.find("loop");
      const std::int64_t rounds = times ? integer_of(*times, path + ".loop", kForever, config::kLoopTimesMax) : 1;
      if (rounds == 0 || steps.empty()) continue;
      if (rounds == 1) {
        std::ranges::move(steps, std::back_inserter(program));
      } else {
        if (rounds == kForever)
          draft_.facts.push_back(fmt::format("line {}: a phase without an end is repeated {} times here.", times->place.line,
                                             config::kLoopTimesMax));
        program.push_back(
            loop(static_cast<std::uint64_t>(rounds == kForever ? config::kLoopTimesMax : rounds), std::move(steps)));
      }
    }
    return program;
  }

  std::vector<Tree> phase_steps(const TreeEntry& phase, const std::string& path, Timers& timers) {
    std::vector<Tree> steps;
    for (const TreeEntry& event : phase.value.entries) {
      if (!is_event(event.key)) continue;
      for (Tree& step : steps_of(event, path + "." + event.key, timers, shared_)) steps.push_back(std::move(step));
    }
    return steps;
  }

  // What a phase changes when it begins. One that says nothing of CPUs has those of its task.
  std::vector<Tree> attributes(const TreeEntry& phase, const std::string& path, bool moves, const Tree& task_cpus) {
    std::vector<Tree> steps;
    Tree policy = policy_of(phase.value, path, default_policy_, draft_);
    if (const Tree* const nice = policy.find("nice")) {
      Tree change = step("nice", *nice);
      policy.erase("nice");
      steps = {policy, change};
    } else if (!policy.entries.empty()) {
      steps = {policy};
    }
    if (!moves) return steps;
    const Tree cpus = phase.value.find("cpus") ? cpus_of(phase.value, path, draft_) : task_cpus;
    steps.push_back(cpus.is_sequence() ? step("affinity", cpus) : step("affinity", "all"));
    return steps;
  }

  const Tree& file_;
  std::string default_policy_ = "SCHED_OTHER";
  Draft draft_;
  static constexpr std::size_t kNameMax = kernel::kTaskCommLen - 1;
  Shared shared_{draft_, Names(kNameMax), Names(kNameMax), Names(kNameMax), Names(kNameMax), {}, {}, {}, {}, {}, {}};
};

}  // namespace

Draft import_rt_app(const std::string& text, const std::string& source) {
  const Tree file = parse_json(text, source);
  return Importer(file, source).run();
}

}  // namespace tb::import
