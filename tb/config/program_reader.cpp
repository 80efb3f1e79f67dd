// SPDX-License-Identifier: Apache-2.0
#include "tb/config/program_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/nearest.h"
#include "tb/config/keys.h"
#include "tb/config/range_reader.h"

namespace tb::config {

namespace {

std::vector<ProgramStep> read_steps(const StrictMap& map, ProgramContext& context, unsigned depth);

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string read_reference(const StrictMap& map, std::string_view key, const std::vector<std::string>& names,
                           std::string_view kind) {
  std::string name = read_identifier(map.require(key), map.path_of(key), static_cast<std::size_t>(map.range_of(key).max));
  if (!is_among(names, name))
    throw ConfigError(map.require(key).place, map.path_of(key),
                      fmt::format("no {} is called '{}'{}", kind, name, words::hint(name, names)));
  return name;
}

void read_flag(const StrictMap& map, std::string_view key) {
  if (!map.boolean_or(key, true))
    throw ConfigError(map.require(key).place, map.path_of(key), "expected true: leave the step out instead");
}

// A name that brings its object into being; an empty one is a problem already.
void add_name(const StrictMap& map, std::string_view key, const std::string& name, std::size_t names_max, std::string_view what,
              std::vector<std::string>& names) {
  if (name.empty() || is_among(names, name)) return;
  if (names.size() == names_max)
    throw ConfigError(map.require(key).place, map.path_of(key), fmt::format("more than {} {}", names_max, what));
  names.push_back(name);
}

void read_lock(const StrictMap& map, std::string_view key, ProgramContext& context, ProgramStep& out) {
  out.lock = map.identifier(key);
  if (out.kind == kernel::ProgramOpKind::kLock) add_name(map, key, out.lock, kernel::kNrUserLocksMax, "locks", context.locks);
}

void read_cond(const StrictMap& map, std::string_view key, ProgramContext& context, ProgramStep& out) {
  out.sync = map.identifier(key);
  if (out.kind != kernel::ProgramOpKind::kCondWait) return;
  if (map.has("mutex")) out.lock = map.identifier("mutex");  // without it: a problem already
  add_name(map, key, out.sync, kernel::kNrUserCondsMax, "condition variables", context.conds);
}

void read_timer(const StrictMap& map, ProgramStep& out) {
  out.us = us_range(map, "timer_us");
  out.relative = map.has("mode") && read_name(map.require("mode"), map.path_of("mode"), keys::kTimerModeNames) == 1;
}

void read_affinity(const StrictMap& map, const ProgramContext& context, ProgramStep& out) {
  const Tree& value = map.require("affinity");
  const std::string path = map.path_of("affinity");
  if (value.is_scalar()) static_cast<void>(read_name(value, path, keys::kAffinityNames));
  else out.cpu_mask = read_cpu_list(value, path, context.read.harts);
}

void read_class(const StrictMap& map, ProgramStep& out) {
  out.sched_class = map.name_or<kernel::TaskClass>("class", kernel::TaskClass::kNormal);
  if (kernel::is_realtime(out.sched_class)) out.prio = number_range(map, "prio");
}

void read_loop(const StrictMap& map, ProgramContext& context, unsigned depth, ProgramStep& out) {
  const Tree& value = map.require("loop");
  if (depth == kernel::kLoopDepthMax)
    throw ConfigError(value.place, map.path_of("loop"), fmt::format("loops nested deeper than {}", kernel::kLoopDepthMax));
  const StrictMap loop(value, map.path_of("loop"), keys::SectionId::kLoop, &context.read.problems);
  out.number = number_range(loop, "times");
  out.body = read_steps(loop, context, depth + 1);
  if (loop.list("program").empty()) throw ConfigError(value.place, loop.path_of("program"), "an empty list: nothing to repeat");
}

struct Verb {
  std::string_view key;
  kernel::ProgramOpKind kind;
};
constexpr Verb kVerbs[] = {
    {"run_us", kernel::ProgramOpKind::kRun},
    {"sleep_us", kernel::ProgramOpKind::kSleep},
    {"yield", kernel::ProgramOpKind::kYield},
    {"wait_irq", kernel::ProgramOpKind::kWaitIrq},
    {"wait", kernel::ProgramOpKind::kWait},
    {"wake", kernel::ProgramOpKind::kWake},
    {"lock", kernel::ProgramOpKind::kLock},
    {"unlock", kernel::ProgramOpKind::kUnlock},
    {"loop", kernel::ProgramOpKind::kLoop},
    {"fork", kernel::ProgramOpKind::kFork},
    {"exit", kernel::ProgramOpKind::kExit},
    {"affinity", kernel::ProgramOpKind::kSetAffinity},
    {"nice", kernel::ProgramOpKind::kSetNice},
    {"class", kernel::ProgramOpKind::kSetScheduler},
    {"timer_us", kernel::ProgramOpKind::kTimer},
    {"barrier", kernel::ProgramOpKind::kBarrier},
    {"cond_wait", kernel::ProgramOpKind::kCondWait},
    {"cond_signal", kernel::ProgramOpKind::kCondSignal},
    {"cond_broadcast", kernel::ProgramOpKind::kCondBroadcast},
};
static_assert(std::size(kVerbs) == keys::kStepVerbs.size());

kernel::ProgramOpKind kind_of(std::string_view key) {
  return std::find_if(std::begin(kVerbs), std::end(kVerbs), [key](const Verb& verb) { return verb.key == key; })->kind;
}

void read_verb(const StrictMap& map, std::string_view key, ProgramContext& context, unsigned depth, ProgramStep& out) {
  switch (out.kind) {
    case kernel::ProgramOpKind::kRun:
    case kernel::ProgramOpKind::kSleep: out.us = us_range(map, key); break;
    case kernel::ProgramOpKind::kTimer: read_timer(map, out); break;
    case kernel::ProgramOpKind::kYield:
    case kernel::ProgramOpKind::kWait: read_flag(map, key); break;
    case kernel::ProgramOpKind::kWaitIrq: out.number.min = out.number.max = map.integer(key); break;
    case kernel::ProgramOpKind::kExit:
    case kernel::ProgramOpKind::kSetNice: out.number = number_range(map, key); break;
    case kernel::ProgramOpKind::kWake: out.target = read_reference(map, key, context.tasks, "task"); break;
    case kernel::ProgramOpKind::kLock:
    case kernel::ProgramOpKind::kUnlock: read_lock(map, key, context, out); break;
    case kernel::ProgramOpKind::kCondWait:
    case kernel::ProgramOpKind::kCondSignal:
    case kernel::ProgramOpKind::kCondBroadcast: read_cond(map, key, context, out); break;
    case kernel::ProgramOpKind::kBarrier:
      out.sync = map.identifier(key);
      out.waiters = static_cast<unsigned>(map.integer_or("waiters", 0));
      break;
    case kernel::ProgramOpKind::kFork: out.child = read_reference(map, key, context.templates, "template"); break;
    case kernel::ProgramOpKind::kSetAffinity: read_affinity(map, context, out); break;
    case kernel::ProgramOpKind::kSetScheduler: read_class(map, out); break;
    case kernel::ProgramOpKind::kLoop: read_loop(map, context, depth, out); break;
    case kernel::ProgramOpKind::kLoopEnd: break;
  }
}

ProgramStep read_step(const Tree& tree, const std::string& path, ProgramContext& context, unsigned depth) {
  const StrictMap map(tree, path, keys::SectionId::kStep, &context.read.problems);
  const std::string_view key = map.one_of(keys::kStepVerbs);
  ProgramStep out;
  out.kind = kind_of(key);
  read_verb(map, key, context, depth, out);
  if (map.has("of")) out.target = read_reference(map, "of", context.tasks, "task");
  return out;
}

std::vector<ProgramStep> read_steps(const StrictMap& map, ProgramContext& context, unsigned depth) {
  std::vector<ProgramStep> steps;
  std::size_t index = 0;
  for (const Tree& step : map.list("program")) {
    const std::string path = fmt::format("{}.{}", map.path_of("program"), index++);
    context.read.problems.attempt([&] { steps.push_back(read_step(step, path, context, depth)); });
  }
  return steps;
}

bool takes_time(const std::vector<ProgramStep>& program) {
  return std::any_of(program.begin(), program.end(), [](const ProgramStep& step) {
    return step.kind == kernel::ProgramOpKind::kRun || step.kind == kernel::ProgramOpKind::kSleep ||
           step.kind == kernel::ProgramOpKind::kWait || step.kind == kernel::ProgramOpKind::kWaitIrq ||
           step.kind == kernel::ProgramOpKind::kExit || step.kind == kernel::ProgramOpKind::kTimer ||
           step.kind == kernel::ProgramOpKind::kCondWait || step.kind == kernel::ProgramOpKind::kBarrier || takes_time(step.body);
  });
}

}  // namespace

std::uint64_t read_cpu_list(const Tree& value, const std::string& path, unsigned harts) {
  std::uint64_t mask = 0;
  for (const Tree& item : read_list(value, path, kernel::kNrCpusMax)) {
    const auto bit = std::uint64_t{1} << read_integer(item, path, {0, static_cast<std::int64_t>(harts) - 1});
    if (mask & bit) throw ConfigError(item.place, path, fmt::format("CPU {} is named twice", item.text));
    mask |= bit;
  }
  if (mask == 0) throw ConfigError(value.place, path, "an empty list: the task could run nowhere");
  return mask;
}

std::vector<ProgramStep> read_program(const StrictMap& map, ProgramContext& context) {
  std::vector<ProgramStep> program;
  const bool sound = context.read.problems.attempt([&] { program = read_steps(map, context, 0); });
  if (sound && !takes_time(program))
    throw ConfigError(
        map.require("program").place, map.path_of("program"),
        "no step takes time: one of run_us, sleep_us, timer_us, wait, wait_irq, cond_wait, barrier or exit is needed");
  return program;
}

void check_references(const Tree& program, const std::string& path, const ProgramContext& context) {
  struct Reference {
    std::string_view key;
    const std::vector<std::string>& names;
    std::string_view what;
  };
  const Reference references[] = {{"unlock", context.locks, "locks"},
                                  {"mutex", context.locks, "locks"},
                                  {"cond_signal", context.conds, "waits for"},
                                  {"cond_broadcast", context.conds, "waits for"}};
  for (std::size_t i = 0; i < program.items.size(); ++i) {
    const Tree& step = program.items[i];
    const std::string step_path = fmt::format("{}.{}", path, i);
    if (const Tree* loop = step.find("loop")) check_references(*loop->find("program"), step_path + ".loop.program", context);
    for (const Reference& reference : references) {
      const Tree* const name = step.find(reference.key);
      if (name && !is_among(reference.names, name->text))
        throw ConfigError(name->place, fmt::format("{}.{}", step_path, reference.key),
                          fmt::format("no step {} '{}'{}", reference.what, name->text, words::hint(name->text, reference.names)));
    }
  }
}

}  // namespace tb::config
