// SPDX-License-Identifier: Apache-2.0
#include "tb/config/task_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/config/keys.h"
#include "tb/config/match_reader.h"
#include "tb/config/nearest.h"
#include "tb/config/strict_map.h"

namespace tb::config {

namespace {

UsRange read_us_range(const Tree& value, const std::string& path, std::int64_t min) {
  const auto bound = [&](const Tree& one) {
    return static_cast<std::uint64_t>(read_integer(one, path, {min, kTaskUsMax}));
  };
  if (!value.is_sequence()) return {bound(value), bound(value)};
  if (value.items.size() != 2)
    throw ConfigError(value.place, path, fmt::format("expected [min, max], got a list of {}", value.items.size()));
  const UsRange range{bound(value.items[0]), bound(value.items[1])};
  if (range.min > range.max)
    throw ConfigError(value.place, path, fmt::format("[{}, {}] is empty", range.min, range.max));
  return range;
}

// A list of CPUs; empty lists are refused, they would leave nowhere to run.
std::uint64_t read_cpu_list(const Tree& value, const std::string& path, unsigned harts) {
  std::uint64_t mask = 0;
  for (const Tree& item : read_list(value, path, kNrCpusMax)) {
    const auto bit = std::uint64_t{1} << read_integer(item, path, {0, static_cast<std::int64_t>(harts) - 1});
    if (mask & bit) throw ConfigError(item.place, path, fmt::format("CPU {} is named twice", item.text));
    mask |= bit;
  }
  if (mask == 0) throw ConfigError(value.place, path, "an empty list: the task could run nowhere");
  return mask;
}

std::uint8_t read_prio(const StrictMap& map) { return static_cast<std::uint8_t>(map.integer("prio", {1, 99})); }

void read_class_step(const StrictMap& map, ProgramStep& out) {
  out.kind = ProgramOpKind::kSetScheduler;
  out.sched_class = map.name_or<TaskClass>("class", keys::kClassNames, TaskClass::kNormal);
  if (out.sched_class == TaskClass::kFifo) out.prio = read_prio(map);
}

void read_affinity_step(const Tree& value, const std::string& path, unsigned harts, ProgramStep& out) {
  constexpr std::string_view kChoices[] = {"all"};
  out.kind = ProgramOpKind::kSetAffinity;
  if (value.is_scalar()) static_cast<void>(read_name(value, path, kChoices));
  else out.cpu_mask = read_cpu_list(value, path, harts);
}

ProgramStep read_step(const Tree& tree, const std::string& path, unsigned harts) {
  const StrictMap map(tree, path, keys::kStep);
  const std::string_view key = map.one_of(std::span(keys::kStep).first(keys::kStep.size() - 2));  // all but prio, of
  const Tree& value = map.require(key);
  const std::string value_path = map.path_of(key);
  ProgramStep out;
  if (key == "run_us" || key == "sleep_us") {
    out.kind = key == "run_us" ? ProgramOpKind::kRun : ProgramOpKind::kSleep;
    out.us = read_us_range(value, value_path, 1);
  } else if (key == "yield") {
    out.kind = ProgramOpKind::kYield;
    if (!read_bool(value, value_path))
      throw ConfigError(value.place, value_path, "expected true: leave the step out instead");
  } else if (key == "wait_irq") {
    out.kind = ProgramOpKind::kWaitIrq;
    out.number = read_integer(value, value_path, {1, kIrqSources - 1});
  } else if (key == "fork") {
    out.kind = ProgramOpKind::kFork;
    out.child = read_text(value, value_path);
  } else if (key == "exit") {
    out.kind = ProgramOpKind::kExit;
    out.number = read_integer(value, value_path, {0, 255});
  } else if (key == "affinity") {
    read_affinity_step(value, value_path, harts, out);
  } else if (key == "nice") {
    out.kind = ProgramOpKind::kSetNice;
    out.number = read_integer(value, value_path, {-20, 19});
  } else {
    read_class_step(map, out);
  }
  if (const Tree* prio = map.find("prio"); prio && out.sched_class != TaskClass::kFifo)
    throw ConfigError(prio->place, map.path_of("prio"), "goes with 'class: fifo'");
  if (const Tree* target = map.find("of")) {
    if (key != "affinity" && key != "nice" && key != "class")
      throw ConfigError(target->place, map.path_of("of"), "goes with 'affinity', 'nice' and 'class'");
    out.target = read_text(*target, map.path_of("of"));
  }
  return out;
}

void read_cpus(const Tree& value, const std::string& path, unsigned harts, TaskGroup& out) {
  if (value.is_scalar()) {
    constexpr std::string_view kChoices[] = {"all", "each"};
    const bool each = read_name(value, path, kChoices) == 1;
    out.cpu_choice = each ? CpuChoice::kEach : CpuChoice::kAll;
    return;
  }
  out.cpu_choice = CpuChoice::kList;
  out.cpu_mask = read_cpu_list(value, path, harts);
}

void read_class(const StrictMap& map, TaskGroup& out) {
  out.sched_class = map.name_or<TaskClass>("class", keys::kClassNames, TaskClass::kNormal);
  const bool fifo = out.sched_class == TaskClass::kFifo;
  if (const Tree* nice = map.find("nice")) {
    if (fifo) throw ConfigError(nice->place, map.path_of("nice"), "a fifo task has 'prio'");
    out.nice = static_cast<std::int8_t>(read_integer(*nice, map.path_of("nice"), {-20, 19}));
  }
  if (const Tree* prio = map.find("prio"); prio && !fifo)
    throw ConfigError(prio->place, map.path_of("prio"), "goes with 'class: fifo'; a normal task has 'nice'");
  if (fifo) out.prio = read_prio(map);
}

// Copies are numbered, and the number is part of the name the kernel keeps.
void check_name_length(const StrictMap& map, const TaskGroup& task) {
  const std::size_t digits = task.count > 1 ? std::to_string(task.count - 1).size() : 0;
  const std::size_t name_max = kTaskCommLen - 1 - digits;
  if (task.name.size() > name_max)
    throw ConfigError(map.require("name").place, map.path_of("name"),
                      fmt::format("'{}' is too long: {} characters fit beside the copy number", task.name, name_max));
}

void read_start(const StrictMap& map, unsigned harts, TaskGroup& out) {
  const Tree* start = map.find("start");
  if (!start) return;
  const StrictMap when(*start, map.path_of("start"), keys::kStart);
  out.start = StartWhen{read_match_in(when, "event", harts),
                        static_cast<std::uint64_t>(when.integer_or("after_us", {0, kRunUsMax}, 0))};
}

void read_template(const StrictMap& map, TaskGroup& out) {
  out.template_only = map.boolean_or("template", out.template_only);
  if (!out.template_only) return;
  for (const char* key : {"count", "start_us", "start"})
    if (const Tree* found = map.find(key))
      throw ConfigError(found->place, map.path_of(key), "a template is started by fork steps alone");
}

void read_program(const StrictMap& map, unsigned harts, TaskGroup& out) {
  const std::string path = map.path_of("program");
  const Tree& list = map.require("program");
  for (const Tree& step : read_list(list, path, kProgramStepsMax))
    out.program.push_back(read_step(step, fmt::format("{}.{}", path, out.program.size()), harts));
  const auto ends_or_waits = [](const ProgramStep& step) {
    return step.kind == ProgramOpKind::kRun || step.kind == ProgramOpKind::kSleep ||
           step.kind == ProgramOpKind::kWaitIrq || step.kind == ProgramOpKind::kExit;
  };
  if (std::none_of(out.program.begin(), out.program.end(), ends_or_waits))
    throw ConfigError(list.place, path, "no step takes time: one of run_us, sleep_us, wait_irq or exit is needed");
}

TaskGroup read_task(const Tree& tree, const std::string& path, unsigned harts) {
  const StrictMap map(tree, path, keys::kTask);
  TaskGroup out;
  out.name = read_identifier(map.require("name"), map.path_of("name"), kTaskCommLen - 1);
  out.count = static_cast<unsigned>(map.integer_or("count", {1, kTaskCountMax}, out.count));
  check_name_length(map, out);
  read_class(map, out);
  if (const Tree* cpus = map.find("cpus")) read_cpus(*cpus, map.path_of("cpus"), harts, out);
  if (const Tree* start = map.find("start_us")) out.start_us = read_us_range(*start, map.path_of("start_us"), 0);
  out.once = map.boolean_or("once", out.once);
  read_start(map, harts, out);
  read_template(map, out);
  read_program(map, harts, out);
  return out;
}

// Every child must be there, as a template.
void check_forks(const std::vector<TaskGroup>& tasks, const Tree& list) {
  std::vector<std::string> templates;
  for (const TaskGroup& task : tasks)
    if (task.template_only) templates.push_back(task.name);
  for (std::size_t i = 0; i < tasks.size(); ++i)
    for (const ProgramStep& step : tasks[i].program)
      if (step.kind == ProgramOpKind::kFork &&
          std::find(templates.begin(), templates.end(), step.child) == templates.end())
        throw ConfigError(list.items[i].place, fmt::format("tasks.{}.program", i),
                          fmt::format("no template is called '{}'{}", step.child, hint(step.child, templates)));
}

// Every task a step changes must be there.
void check_targets(const std::vector<TaskGroup>& tasks, const Tree& list) {
  std::vector<std::string> names;
  for (const TaskGroup& task : tasks) names.push_back(task.name);
  for (std::size_t i = 0; i < tasks.size(); ++i)
    for (const ProgramStep& step : tasks[i].program)
      if (!step.target.empty() && std::find(names.begin(), names.end(), step.target) == names.end())
        throw ConfigError(list.items[i].place, fmt::format("tasks.{}.program", i),
                          fmt::format("no task is called '{}'{}", step.target, hint(step.target, names)));
}

}  // namespace

std::vector<TaskGroup> read_tasks(const Tree& list, unsigned harts) {
  std::vector<TaskGroup> tasks;
  std::size_t total = 0;
  for (const Tree& item : read_list(list, "tasks", kTaskGroupsMax)) {
    const std::string path = fmt::format("tasks.{}", tasks.size());
    TaskGroup task = read_task(item, path, harts);
    for (const TaskGroup& earlier : tasks)
      if (earlier.name == task.name)
        throw ConfigError(item.place, path + ".name", fmt::format("'{}' is the name of an earlier entry", task.name));
    total += task.count;
    if (total > static_cast<std::size_t>(kTaskCountMax))
      throw ConfigError(item.place, path, fmt::format("more than {} tasks in all", kTaskCountMax));
    tasks.push_back(std::move(task));
  }
  if (std::all_of(tasks.begin(), tasks.end(), [](const TaskGroup& task) { return task.template_only; }))
    throw ConfigError(list.place, "tasks", "no task: nothing would run");
  check_forks(tasks, list);
  check_targets(tasks, list);
  return tasks;
}

}  // namespace tb::config
