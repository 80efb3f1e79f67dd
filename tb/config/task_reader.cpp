// SPDX-License-Identifier: Apache-2.0
#include "tb/config/task_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/config/keys.h"
#include "tb/config/match_reader.h"
#include "tb/config/program_reader.h"
#include "tb/config/range_reader.h"
#include "tb/config/strict_map.h"

namespace tb::config {

namespace {

void read_cpus(const Tree& value, const std::string& path, unsigned harts, TaskGroup& out) {
  if (value.is_scalar()) {
    const bool each = read_name(value, path, keys::kCpusNames) == 1;
    out.cpu_choice = each ? CpuChoice::kEach : CpuChoice::kAll;
    return;
  }
  out.cpu_choice = CpuChoice::kList;
  out.cpu_mask = read_cpu_list(value, path, harts);
}

void read_class(const StrictMap& map, TaskGroup& out) {
  out.sched_class = map.name_or<TaskClass>("class", TaskClass::kNormal);
  out.nice = static_cast<std::int8_t>(map.integer_or("nice", out.nice));
  if (out.sched_class == TaskClass::kFifo) out.prio = static_cast<std::uint8_t>(map.integer("prio"));
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
  const StrictMap when(*start, map.path_of("start"), keys::SectionId::kStart);
  out.start = StartWhen{read_match_in(when, "event", harts), us_range_or(when, "after_us", {})};
}

void read_template(const StrictMap& map, TaskGroup& out) {
  out.template_only = map.boolean_or("template", out.template_only);
  if (!out.template_only) return;
  for (const char* key : {"count", "start_us", "start"})
    if (const Tree* found = map.find(key))
      throw ConfigError(found->place, map.path_of(key), "a template is started by fork steps alone");
}

TaskGroup read_task(const Tree& tree, const std::string& path, ProgramContext& context) {
  const StrictMap map(tree, path, keys::SectionId::kTask);
  TaskGroup out;
  out.name = map.identifier("name");
  out.count = static_cast<unsigned>(map.integer_or("count", out.count));
  check_name_length(map, out);
  read_class(map, out);
  if (const Tree* cpus = map.find("cpus")) read_cpus(*cpus, map.path_of("cpus"), context.harts, out);
  out.start_us = us_range_or(map, "start_us", out.start_us);
  out.once = map.boolean_or("once", out.once);
  read_start(map, context.harts, out);
  read_template(map, out);
  out.program = read_program(map, context);
  return out;
}

// The names that steps may refer to, before any task is read: a step may name a later one.
ProgramContext names_of(const Tree& list, unsigned harts) {
  ProgramContext context;
  context.harts = harts;
  for (const Tree& item : list.items) {
    const Tree* name = item.find("name");
    if (name == nullptr || !name->is_scalar()) continue;
    context.tasks.push_back(name->text);
    const Tree* is_template = item.find("template");
    if (is_template && (is_template->text == "true" || is_template->text == "on"))
      context.templates.push_back(name->text);
  }
  return context;
}

}  // namespace

void read_tasks(const Tree& list, unsigned harts, Scenario& out) {
  ProgramContext context = names_of(list, harts);
  std::size_t total = 0;
  for (const Tree& item : read_list(list, "tasks", kTaskGroupsMax)) {
    const std::string path = fmt::format("tasks.{}", out.tasks.size());
    TaskGroup task = read_task(item, path, context);
    for (const TaskGroup& earlier : out.tasks)
      if (earlier.name == task.name)
        throw ConfigError(item.place, path + ".name", fmt::format("'{}' is the name of an earlier entry", task.name));
    total += task.count;
    if (total > static_cast<std::size_t>(kTaskCountMax))
      throw ConfigError(item.place, path, fmt::format("more than {} tasks in all", kTaskCountMax));
    out.tasks.push_back(std::move(task));
  }
  if (std::all_of(out.tasks.begin(), out.tasks.end(), [](const TaskGroup& task) { return task.template_only; }))
    throw ConfigError(list.place, "tasks", "no task: nothing would run");
  for (std::size_t i = 0; i < list.items.size(); ++i)
    check_unlocks(*list.items[i].find("program"), fmt::format("tasks.{}.program", i), context);
  out.locks = context.locks;
}

}  // namespace tb::config
