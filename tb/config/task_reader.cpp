// SPDX-License-Identifier: Apache-2.0
#include "tb/config/task_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/config/barriers.h"
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
  out.sched_class = map.name_or<kernel::TaskClass>("class", kernel::TaskClass::kNormal);
  out.nice = static_cast<std::int8_t>(map.integer_or("nice", out.nice));
  if (kernel::is_realtime(out.sched_class)) out.prio = static_cast<std::uint8_t>(map.integer("prio"));
}

// Copies are numbered, and the number is part of the name the kernel keeps.
void check_name_length(const StrictMap& map, const TaskGroup& task) {
  const std::size_t digits = task.count > 1 ? std::to_string(task.count - 1).size() : 0;
  const std::size_t name_max = kernel::kTaskCommLen - 1 - digits;
  if (task.name.size() > name_max)
    throw ConfigError(map.require("name").place, map.path_of("name"),
                      fmt::format("'{}' is too long: {} characters fit beside the copy number", task.name, name_max));
}

void read_start(const StrictMap& map, const ReadContext& in, TaskGroup& out) {
  const Tree* start = map.find("start");
  if (!start) return;
  const StrictMap when(*start, map.path_of("start"), keys::SectionId::kStart, &in.problems);
  out.start = StartWhen{read_match_in(when, "event", in), us_range_or(when, "after_us", {})};
}

void read_template(const StrictMap& map, TaskGroup& out) {
  out.template_only = map.boolean_or("template", out.template_only);
  if (!out.template_only) return;
  for (const char* key : {"count", "start_us", "start"})
    if (const Tree* found = map.find(key))
      throw ConfigError(found->place, map.path_of(key), "a template is started by fork steps alone");
}

TaskGroup read_task(const Tree& tree, const std::string& path, ProgramContext& context) {
  Problems& problems = context.read.problems;
  const StrictMap map(tree, path, keys::SectionId::kTask, &problems);
  TaskGroup out;
  out.name = map.identifier("name");
  out.count = static_cast<unsigned>(map.integer_or("count", out.count));
  problems.attempt([&] { check_name_length(map, out); });
  problems.attempt([&] { read_class(map, out); });
  problems.attempt([&] {
    if (const Tree* cpus = map.find("cpus")) read_cpus(*cpus, map.path_of("cpus"), context.read.harts, out);
  });
  out.start_us = us_range_or(map, "start_us", out.start_us);
  out.once = map.boolean_or("once", out.once);
  problems.attempt([&] { read_start(map, context.read, out); });
  problems.attempt([&] { read_template(map, out); });
  problems.attempt([&] { out.program = read_program(map, context); });
  return out;
}

// The names that steps may refer to, before any task is read: a step may name a later one.
ProgramContext names_of(const Tree& list, const ReadContext& in) {
  ProgramContext context{in, group_names(list), {}, {}, {}};
  for (const Tree& item : list.items) {
    const Tree* name = item.find("name");
    const Tree* is_template = item.find("template");
    if (name && name->is_scalar() && is_template && (is_template->text == "true" || is_template->text == "on"))
      context.templates.push_back(name->text);
  }
  return context;
}

}  // namespace

std::vector<std::string> group_names(const Tree& tasks) {
  std::vector<std::string> names;
  for (const Tree& item : tasks.items)
    if (const Tree* name = item.find("name"); name && name->is_scalar()) names.push_back(name->text);
  return names;
}

void read_tasks(const Tree& list, const ReadContext& in, Scenario& out) {
  ProgramContext context = names_of(list, in);
  std::size_t total = 0;
  const std::vector<Tree>& items = read_list(list, "tasks", kTaskGroupsMax);
  const bool sound = in.problems.attempt([&] {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string path = item_path("tasks", list, i);
      TaskGroup task;
      if (!in.problems.attempt([&] { task = read_task(items[i], path, context); })) continue;
      in.problems.attempt([&] {
        for (const TaskGroup& earlier : out.tasks)
          if (earlier.name == task.name)
            throw ConfigError(items[i].place, path + ".name", fmt::format("'{}' is the name of an earlier entry", task.name));
      });
      total += task.count;
      out.tasks.push_back(std::move(task));
      if (total > static_cast<std::size_t>(kTaskCountMax))
        throw ConfigError(items[i].place, path, fmt::format("more than {} tasks in all", kTaskCountMax));
    }
  });
  if (!sound) return;
  if (std::all_of(out.tasks.begin(), out.tasks.end(), [](const TaskGroup& task) { return task.template_only; }))
    throw ConfigError(list.place, "tasks", "no task: nothing would run");
  for (std::size_t i = 0; i < items.size(); ++i)
    in.problems.attempt([&] { check_references(*items[i].find("program"), item_path("tasks", list, i) + ".program", context); });
  out.locks = context.locks;
  out.conds = context.conds;
  if (out.tasks.size() == items.size()) count_barriers(list, in, out);
}

}  // namespace tb::config
