// SPDX-License-Identifier: Apache-2.0
#include "tb/config/task_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "tb/config/keys.h"
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

ProgramStep read_step(const Tree& tree, const std::string& path) {
  const StrictMap map(tree, path, keys::kStep);
  const std::string_view key = map.one_of(keys::kStep);
  if (key == "run_us") return {ProgramOpKind::kRun, read_us_range(map.require(key), map.path_of(key), 1)};
  if (key == "sleep_us") return {ProgramOpKind::kSleep, read_us_range(map.require(key), map.path_of(key), 1)};
  if (!map.boolean_or("yield", false))
    throw ConfigError(map.require(key).place, map.path_of(key), "expected true: leave the step out instead");
  return {ProgramOpKind::kYield, {}};
}

void read_cpus(const Tree& value, const std::string& path, unsigned harts, TaskGroup& out) {
  if (value.is_scalar()) {
    constexpr std::string_view kChoices[] = {"all", "each"};
    const bool each = read_name(value, path, kChoices) == 1;
    out.cpu_choice = each ? CpuChoice::kEach : CpuChoice::kAll;
    return;
  }
  out.cpu_choice = CpuChoice::kList;
  for (const Tree& item : read_list(value, path, kNrCpusMax)) {
    const auto bit = std::uint64_t{1} << read_integer(item, path, {0, static_cast<std::int64_t>(harts) - 1});
    if (out.cpu_mask & bit) throw ConfigError(item.place, path, fmt::format("CPU {} is named twice", item.text));
    out.cpu_mask |= bit;
  }
  if (out.cpu_mask == 0) throw ConfigError(value.place, path, "an empty list: the task could run nowhere");
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
  if (fifo) out.prio = static_cast<std::uint8_t>(map.integer("prio", {1, 99}));
}

// Copies are numbered, and the number is part of the name the kernel keeps.
void check_name_length(const StrictMap& map, const TaskGroup& task) {
  const std::size_t digits = task.count > 1 ? std::to_string(task.count - 1).size() : 0;
  const std::size_t name_max = kTaskCommLen - 1 - digits;
  if (task.name.size() > name_max)
    throw ConfigError(map.require("name").place, map.path_of("name"),
                      fmt::format("'{}' is too long: {} characters fit beside the copy number", task.name, name_max));
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
  const std::string program = map.path_of("program");
  for (const Tree& step : read_list(map.require("program"), program, kProgramStepsMax))
    out.program.push_back(read_step(step, fmt::format("{}.{}", program, out.program.size())));
  const auto takes_time = [](const ProgramStep& step) { return step.kind != ProgramOpKind::kYield; };
  if (std::none_of(out.program.begin(), out.program.end(), takes_time))
    throw ConfigError(map.require("program").place, program, "no step takes time: one run_us or sleep_us is needed");
  return out;
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
  if (tasks.empty()) throw ConfigError(list.place, "tasks", "no task: nothing would run");
  return tasks;
}

}  // namespace tb::config
