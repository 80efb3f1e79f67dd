// SPDX-License-Identifier: Apache-2.0
#include "tb/config/resolved.h"

#include <fmt/format.h>

#include "log/event_hash.h"
#include "tb/config/costs.h"
#include "tb/config/emit.h"
#include "tb/config/keys.h"
#include "tb/config/knobs.h"

namespace tb::config {

namespace {

Tree named(std::span<const std::string_view> names, auto value) { return make_text(names[static_cast<std::size_t>(value)]); }
Tree truth(bool value) { return make_scalar(value ? "true" : "false"); }

Tree us_range(const UsRange& range) {
  if (range.min == range.max) return make_number(range.min);
  Tree list = make_sequence();
  list.items = {make_number(range.min), make_number(range.max)};
  return list;
}

Tree number_range(const NumberRange& range) {
  const auto number = [](std::int64_t value) { return make_scalar(std::to_string(value)); };
  if (range.min == range.max) return number(range.min);
  Tree list = make_sequence();
  list.items = {number(range.min), number(range.max)};
  return list;
}

Tree value_tree(const event_log::Condition& condition, const trace::schema::Field& field) {
  const std::string text = event_log::to_string(event_log::Value{condition.number, condition.text}, field);
  const bool is_text = field.type == trace::schema::FieldType::kComm || field.type == trace::schema::FieldType::kStr;
  return is_text ? make_text(text) : make_scalar(text);
}

Tree where_tree(const std::vector<event_log::Condition>& where, std::uint8_t event) {
  Tree map = make_map();
  for (const event_log::Condition& condition : where) {
    const auto& field = event_log::type_of(event).fields[condition.field];
    Tree comparison = map.find(field.name) ? *map.find(field.name) : make_map();
    comparison.set(keys::kCompareKeys[static_cast<std::size_t>(condition.compare)].name, value_tree(condition, field));
    map.set(field.name, std::move(comparison));
  }
  return map;
}

void set_match(Tree& map, const event_log::Match& match) {
  map.set("event", make_text(event_log::type_of(match.event).name));
  if (!match.where.empty()) map.set("where", where_tree(match.where, match.event));
  if (match.hart) map.set("hart", make_number(*match.hart));
}

Tree hardware_tree(const Hardware& hardware) {
  Tree map = make_map();
  map.set("name", make_text(hardware.name));
#define HARDWARE(key, least, most, says) map.set(#key, make_number(hardware.key));
#include "machine/hardware.def"
#undef HARDWARE
  Tree costs = make_map();
  for (std::size_t i = 0; i < kernel::kNrCosts; ++i) costs.set(kCostNames[i], make_number(hardware.costs[i]));
  map.set("costs", std::move(costs));
  return map;
}

Tree scheduler_tree(const Scheduler& scheduler) {
  Tree map = make_map();
  map.set("name", make_text(scheduler.policy->name));
  Tree options = make_map();
  for (std::size_t i = 0; i < scheduler.options.size(); ++i) {
    const kernel::PolicyOption& option = scheduler.policy->options[i];
    options.set(option.name,
                option.names ? make_text(option.names[scheduler.options[i]]) : make_scalar(std::to_string(scheduler.options[i])));
  }
  map.set("options", std::move(options));
  map.set("stats_us", make_number(scheduler.stats_us));
  if (scheduler.unload_after_us != 0) map.set("unload_after_us", make_number(scheduler.unload_after_us));
  map.set("times", make_number(scheduler.times));
  return map;
}

Tree schedulers_tree(const std::vector<Scheduler>& schedulers) {
  if (schedulers.size() == 1) return scheduler_tree(schedulers[0]);
  Tree list = make_sequence();
  for (const Scheduler& scheduler : schedulers) list.items.push_back(scheduler_tree(scheduler));
  return list;
}

Tree texts_tree(const std::vector<std::string>& texts) {
  Tree list = make_sequence();
  for (const std::string& text : texts) list.items.push_back(make_text(text));
  return list;
}

Tree cpu_list(std::uint64_t mask) {
  Tree cpus = make_sequence();
  for (unsigned cpu = 0; cpu < kernel::kNrCpusMax; ++cpu)
    if (mask >> cpu & 1) cpus.items.push_back(make_number(cpu));
  return cpus;
}

Tree program_tree(const std::vector<ProgramStep>& program);

Tree loop_tree(const ProgramStep& step) {
  Tree map = make_map();
  map.set("times", number_range(step.number));
  map.set("program", program_tree(step.body));
  return map;
}

Tree step_tree(const ProgramStep& step) {
  Tree map = make_map();
  switch (step.kind) {
    case kernel::ProgramOpKind::kRun: map.set("run_us", us_range(step.us)); break;
    case kernel::ProgramOpKind::kSleep: map.set("sleep_us", us_range(step.us)); break;
    case kernel::ProgramOpKind::kYield: map.set("yield", truth(true)); break;
    case kernel::ProgramOpKind::kWaitIrq: map.set("wait_irq", number_range(step.number)); break;
    case kernel::ProgramOpKind::kFork: map.set("fork", make_text(step.child)); break;
    case kernel::ProgramOpKind::kExit: map.set("exit", number_range(step.number)); break;
    case kernel::ProgramOpKind::kSetAffinity:
      map.set("affinity", step.cpu_mask == 0 ? make_text("all") : cpu_list(step.cpu_mask));
      break;
    case kernel::ProgramOpKind::kSetNice: map.set("nice", number_range(step.number)); break;
    case kernel::ProgramOpKind::kSetScheduler:
      map.set("class", named(keys::kClassNames, step.sched_class));
      if (kernel::is_realtime(step.sched_class)) map.set("prio", number_range(step.prio));
      break;
    case kernel::ProgramOpKind::kWait: map.set("wait", truth(true)); break;
    case kernel::ProgramOpKind::kWake: map.set("wake", make_text(step.target)); return map;
    case kernel::ProgramOpKind::kLock: map.set("lock", make_text(step.lock)); break;
    case kernel::ProgramOpKind::kUnlock: map.set("unlock", make_text(step.lock)); break;
    case kernel::ProgramOpKind::kTimer:
      map.set("timer_us", us_range(step.us));
      if (step.relative) map.set("mode", make_text(keys::kTimerModeNames[1]));
      break;
    case kernel::ProgramOpKind::kCondWait:
      map.set("cond_wait", make_text(step.sync));
      map.set("mutex", make_text(step.lock));
      break;
    case kernel::ProgramOpKind::kCondSignal: map.set("cond_signal", make_text(step.sync)); break;
    case kernel::ProgramOpKind::kCondBroadcast: map.set("cond_broadcast", make_text(step.sync)); break;
    case kernel::ProgramOpKind::kBarrier:
      map.set("barrier", make_text(step.sync));
      if (step.waiters != 0) map.set("waiters", make_number(step.waiters));
      break;
    case kernel::ProgramOpKind::kLoop: map.set("loop", loop_tree(step)); break;
    case kernel::ProgramOpKind::kLoopEnd:  // of no step: lowering makes it
      break;
  }
  if (!step.target.empty()) map.set("of", make_text(step.target));
  return map;
}

Tree program_tree(const std::vector<ProgramStep>& program) {
  Tree list = make_sequence();
  for (const ProgramStep& step : program) list.items.push_back(step_tree(step));
  return list;
}

Tree task_tree(const TaskGroup& task) {
  Tree map = make_map();
  map.set("name", make_text(task.name));
  if (!task.template_only) map.set("count", make_number(task.count));
  map.set("class", named(keys::kClassNames, task.sched_class));
  if (kernel::is_realtime(task.sched_class)) map.set("prio", make_number(task.prio));
  else map.set("nice", make_scalar(std::to_string(task.nice)));
  if (task.cpu_choice == CpuChoice::kList) map.set("cpus", cpu_list(task.cpu_mask));
  else map.set("cpus", make_text(task.cpu_choice == CpuChoice::kEach ? "each" : "all"));
  if (task.template_only) map.set("template", truth(true));
  else map.set("start_us", us_range(task.start_us));
  if (task.start) {
    Tree start = make_map();
    set_match(start, task.start->event);
    start.set("after_us", us_range(task.start->after_us));
    map.set("start", std::move(start));
  }
  map.set("once", truth(task.once));
  map.set("program", program_tree(task.program));
  return map;
}

Tree stimulus_tree(const Stimulus& stimulus) {
  Tree at = make_map();
  if (stimulus.at.cycle) at.set("cycle", make_number(*stimulus.at.cycle));
  if (stimulus.at.us) at.set("us", us_range(*stimulus.at.us));
  if (stimulus.at.event) {
    set_match(at, *stimulus.at.event);
    at.set("after_us", us_range(stimulus.at.after_us));
  }
  Tree map = make_map();
  map.set("at", std::move(at));
  if (stimulus.power) {
    map.set("hart", make_number(stimulus.hart));
    map.set("power", make_scalar(*stimulus.power ? "on" : "off"));
    return map;
  }
  if (stimulus.press) map.set("press", make_text(fmt::format("sysrq-{}", stimulus.press)));
  else if (!stimulus.signal) map.set("irq", make_number(stimulus.irq));
  if (!stimulus.signal) {
    map.set("for_us", us_range(stimulus.for_us));
    return map;
  }
  map.set("signal", named(keys::kSignalNames, *stimulus.signal));
  if (stimulus.loader.empty()) map.set("task", make_text(stimulus.task));
  else map.set("loader", make_text(stimulus.loader));
  return map;
}

Tree run_tree(const Run& run) {
  Tree map = make_map();
  map.set("seed", make_number(run.seed));
  map.set("until_us", make_number(run.until_us));
  if (run.stop_when) {
    Tree stop = make_map();
    set_match(stop, run.stop_when->event);
    stop.set("after_us", make_number(run.stop_when->after_us));
    map.set("stop_when", std::move(stop));
  }
  map.set("reboots_max", make_number(run.reboots_max));
  return map;
}

Tree wave_span_tree(const WaveSpan& span) {
  Tree map = make_map();
  if (span.before_failure > 0) {
    map.set("before_failure", make_number(span.before_failure));
    return map;
  }
  if (!span.around) {
    map.set("from", make_number(span.from));
    map.set("to", make_number(span.to));
    return map;
  }
  Tree around = make_map();
  set_match(around, *span.around);
  map.set("around", std::move(around));
  map.set("before_us", make_number(span.before_us));
  map.set("after_us", make_number(span.after_us));
  return map;
}

Tree waves_tree(const Waves& waves) {
  if (waves.mode == Waves::Mode::kNone) return make_text("none");
  if (waves.mode == Waves::Mode::kAll) return make_text("all");
  if (waves.spans.size() == 1) return wave_span_tree(waves.spans[0]);
  Tree list = make_sequence();
  for (const WaveSpan& span : waves.spans) list.items.push_back(wave_span_tree(span));
  return list;
}

}  // namespace

Tree resolved_tree(const Scenario& scenario) {
  Tree map = make_map();
  map.set("name", make_text(scenario.name));
  map.set("base", make_text(scenario.variant));
  map.set("question", make_text(scenario.question));
  if (!scenario.show.empty()) map.set("show", texts_tree(scenario.show));
  map.set("hardware", hardware_tree(scenario.hardware));
  map.set("kernel", knobs_tree(scenario.kernel));
  if (!scenario.schedulers.empty()) map.set("scheduler", schedulers_tree(scenario.schedulers));
  Tree tasks = make_sequence();
  for (const TaskGroup& task : scenario.tasks) tasks.items.push_back(task_tree(task));
  map.set("tasks", std::move(tasks));
  if (!scenario.stimuli.empty()) {
    Tree stimuli = make_sequence();
    for (const Stimulus& stimulus : scenario.stimuli) stimuli.items.push_back(stimulus_tree(stimulus));
    map.set("stimuli", std::move(stimuli));
  }
  map.set("run", run_tree(scenario.run));
  map.set("waves", waves_tree(scenario.waves));
  map.set("expect", scenario.expect_source);
  return map;
}

std::string config_hash(const Scenario& scenario) { return event_log::hash_text(emit_yaml(resolved_tree(scenario))); }

}  // namespace tb::config
