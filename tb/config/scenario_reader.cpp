// SPDX-License-Identifier: Apache-2.0
#include "tb/config/scenario_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "log/nearest.h"
#include "tb/config/draw.h"
#include "tb/config/expect_reader.h"
#include "tb/config/hardware_reader.h"
#include "tb/config/includes.h"
#include "tb/config/keys.h"
#include "tb/config/knobs.h"
#include "tb/config/known_texts.h"
#include "tb/config/match_reader.h"
#include "tb/config/metric_name.h"
#include "tb/config/range_reader.h"
#include "tb/config/scheduler_reader.h"
#include "tb/config/strict_map.h"
#include "tb/config/task_groups.h"
#include "tb/config/task_reader.h"
#include "tb/config/warnings.h"

namespace tb::config {

namespace {

When read_when(const Tree& tree, const std::string& path, const ReadContext& in) {
  const StrictMap map(tree, path, keys::SectionId::kWhen, &in.problems);
  const std::string_view kind = map.one_of(keys::kWhenForms);
  When out;
  if (kind == "event") {
    out.event = read_match_in(map, "event", in);
    out.after_us = us_range_or(map, "after_us", out.after_us);
    return out;
  }
  if (kind == "cycle") out.cycle = static_cast<std::uint64_t>(map.integer("cycle"));
  else out.us = us_range(map, "us");
  return out;
}

char read_press(const StrictMap& map) {
  constexpr std::string_view kSysrq = "sysrq-";
  const std::string key = read_text(map.require("press"), map.path_of("press"));
  const bool valid = key.size() == kSysrq.size() + 1 && key.starts_with(kSysrq) && key.back() >= 'a' && key.back() <= 'z';
  if (!valid)
    throw ConfigError(map.require("press").place, map.path_of("press"),
                      fmt::format("expected sysrq- and a letter, got '{}'", key));
  return key.back();
}

unsigned read_powered_hart(const StrictMap& map, unsigned harts) {
  const Tree& tree = map.require("hart");
  const auto hart = static_cast<unsigned>(map.integer("hart"));
  if (hart == 0)
    throw ConfigError(tree.place, map.path_of("hart"), "hart 0 cannot go off: it boots the machine and keeps its duties");
  if (hart >= harts)
    throw ConfigError(tree.place, map.path_of("hart"),
                      harts == 1 ? "the machine has hart 0 only, and that one cannot go off"
                                 : fmt::format("expected a hart from 1 to {}, got {}", harts - 1, hart));
  return hart;
}

std::string read_task_name(const StrictMap& map, const std::vector<std::string>& names) {
  std::string name = read_text(map.require("task"), map.path_of("task"));
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw ConfigError(map.require("task").place, map.path_of("task"),
                      fmt::format("no task is called '{}'{}", name, words::hint(name, names)));
  return name;
}

std::string read_loader(const StrictMap& map, const std::vector<Scheduler>& schedulers) {
  std::vector<std::string> names;
  for (const Scheduler& scheduler : schedulers) names.emplace_back(scheduler.policy->name);
  std::string name = read_text(map.require("loader"), map.path_of("loader"));
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw ConfigError(map.require("loader").place, map.path_of("loader"),
                      fmt::format("no policy of this scenario is called '{}'{}", name, words::hint(name, names)));
  return name;
}

Stimulus read_stimulus(const Tree& tree, const std::string& path, const ReadContext& in, const std::vector<std::string>& tasks,
                       const std::vector<Scheduler>* schedulers) {
  const StrictMap map(tree, path, keys::SectionId::kStimulus, &in.problems);
  Stimulus out;
  in.problems.attempt([&] { out.at = read_when(map.require("at"), map.path_of("at"), in); });
  out.for_us = us_range_or(map, "for_us", out.for_us);
  const std::string_view action = map.one_of(keys::kActions);
  if (action == "press") {
    out.press = read_press(map);
  } else if (action == "irq") {
    out.irq = static_cast<unsigned>(map.integer("irq"));
  } else if (action == "power") {
    out.power = map.boolean_or("power", false);
    if (map.has("hart")) out.hart = read_powered_hart(map, in.harts);
  } else {
    out.signal = map.name_or<kernel::Signal>("signal", kernel::Signal::kKill);
    const std::string_view target = map.at_most_one_of(keys::kSignalTargets);
    if (target == "task") out.task = read_task_name(map, tasks);
    if (target == "loader" && schedulers) out.loader = read_loader(map, *schedulers);
  }
  return out;
}

std::uint32_t sources_waited_for(const std::vector<ProgramStep>& program) {
  std::uint32_t used = 0;
  for (const ProgramStep& step : program) {
    if (step.kind == kernel::ProgramOpKind::kWaitIrq) used |= 1u << step.number.min;
    used |= sources_waited_for(step.body);
  }
  return used;
}

// Each task that waits for an event, and each signal, is told by a source that nothing else raises or waits for.
void assign_sources(Scenario& scenario, const Tree& tree) {
  std::uint32_t used = 1;  // source 0 is the sysrq key
  for (const Stimulus& stimulus : scenario.stimuli) used |= 1u << stimulus.irq;
  for (const TaskGroup& task : scenario.tasks) used |= sources_waited_for(task.program);
  const auto next = [&](const char* key, const std::string& what) {
    const auto source = static_cast<unsigned>(std::countr_one(used));
    if (source >= kIrqSources)
      throw ConfigError(tree.find(key)->place, key,
                        fmt::format("no test source is left to {}: there are {}", what, kIrqSources - 1));
    used |= 1u << source;
    return source;
  };
  for (TaskGroup& task : scenario.tasks)
    if (task.start) task.start->source = next("tasks", fmt::format("start '{}'", task.name));
  for (Stimulus& stimulus : scenario.stimuli)
    if (stimulus.signal)
      stimulus.irq = next("stimuli", fmt::format("signal '{}'", stimulus.loader.empty() ? stimulus.task : stimulus.loader));
}

Run read_run(const Tree& tree, const ReadContext& in) {
  const StrictMap map(tree, "run", keys::SectionId::kRun, &in.problems);
  Run out;
  out.seed = static_cast<std::uint64_t>(map.integer_or("seed", static_cast<std::int64_t>(out.seed)));
  in.problems.attempt([&] { out.until_us = map.ms_or_us(keys::kUntil, 0); });
  if (const Tree* stop = map.find("stop_when")) {
    const StrictMap when(*stop, map.path_of("stop_when"), keys::SectionId::kStopWhen, &in.problems);
    out.stop_when = StopWhen{read_match_in(when, "event", in), static_cast<std::uint64_t>(when.integer_or("after_us", 0))};
  }
  out.reboots_max = static_cast<unsigned>(map.integer_or("reboots_max", out.reboots_max));
  return out;
}

WaveSpan read_wave_span(const Tree& tree, const std::string& path, const ReadContext& in) {
  WaveSpan out;
  const StrictMap map(tree, path, keys::SectionId::kWaves, &in.problems);
  const std::string_view form = map.one_of(keys::kSpanForms);
  if (form == "before_failure") {
    out.before_failure = static_cast<std::uint64_t>(map.integer("before_failure"));
    return out;
  }
  if (form == "around") {
    out.around = read_match(map.require("around"), map.path_of("around"), in);
    out.before_us = static_cast<std::uint64_t>(map.integer_or("before_us", static_cast<std::int64_t>(out.before_us)));
    out.after_us = static_cast<std::uint64_t>(map.integer_or("after_us", static_cast<std::int64_t>(out.after_us)));
    return out;
  }
  out.from = static_cast<std::uint64_t>(map.integer("from"));
  out.to = static_cast<std::uint64_t>(map.integer("to", {static_cast<std::int64_t>(out.from) + 1}));
  return out;
}

Waves read_waves(const Tree& tree, const ReadContext& in) {
  Waves out;
  if (tree.is_scalar()) {
    out.mode = static_cast<Waves::Mode>(read_name(tree, "waves", keys::kWavesNames));
    return out;
  }
  out.mode = Waves::Mode::kSpans;
  if (!tree.is_sequence()) {
    out.spans.push_back(read_wave_span(tree, "waves", in));
    return out;
  }
  const std::vector<Tree>& items = read_list(tree, "waves", kWaveSpansMax);
  for (std::size_t i = 0; i < items.size(); ++i)
    in.problems.attempt([&] { out.spans.push_back(read_wave_span(items[i], fmt::format("waves.{}", i), in)); });
  if (items.empty()) throw ConfigError(tree.place, "waves", "an empty list: write none");
  return out;
}

}  // namespace

bool Waves::need_events() const {
  return std::any_of(spans.begin(), spans.end(), [](const WaveSpan& span) { return span.around || span.before_failure > 0; });
}

std::vector<Stimulus> all_stimuli(const Scenario& scenario) {
  constexpr std::uint64_t kStream = 0x73'74'69'6d'75'6c'69;  // of its own: the tasks' draws do not depend on it
  std::vector<Stimulus> stimuli = scenario.stimuli;
  for (const TaskGroup& task : scenario.tasks) {
    if (!task.start) continue;
    Stimulus start;
    start.at.event = task.start->event;
    start.at.after_us = task.start->after_us;
    start.irq = task.start->source;
    stimuli.push_back(start);
  }
  Draw draw(scenario.run.seed ^ kStream);
  const auto decide = [&draw](UsRange& range) {
    if (range.min != range.max) range.min = range.max = draw.between(range.min, range.max);
  };
  for (Stimulus& stimulus : stimuli) {
    if (stimulus.at.us) decide(*stimulus.at.us);
    decide(stimulus.at.after_us);
    decide(stimulus.for_us);
  }
  return stimuli;
}

namespace {

// Its parts in turn, as far as each can be read by itself.
class ScenarioReader {
 public:
  ScenarioReader(Tree tree, const Library& library, const std::filesystem::path& near, Problems& problems)
      : tree_(std::move(tree)),
        library_(library),
        near_(near),
        problems_(problems),
        map_(tree_, "", keys::SectionId::kScenario, &problems) {}

  Scenario read() {
    out_.name = map_.identifier("name");
    out_.variant = map_.text("base");
    out_.question = map_.text("question");
    sound_.hardware = part("hardware", [this](const Tree& hardware) { hardware_in(hardware); });
    const ReadContext in{sound_.hardware ? out_.hardware.harts : kernel::kNrCpusMax, problems_, mentions_};
    part("kernel", [&](const Tree& kernel) { out_.kernel = read_knobs(kernel, in.harts, problems_); });
    sound_.schedulers =
        part("scheduler", [&](const Tree& scheduler) { out_.schedulers = read_schedulers(scheduler, library_, problems_); });
    sound_.tasks = part("tasks", [&](const Tree& tasks) { tasks_in(tasks, in); });
    sound_.stimuli = part("stimuli", [&](const Tree& stimuli) { stimuli_in(stimuli, in); });
    if (const Tree* show = map_.find("show")) problems_.attempt([&] { out_.show = read_show(*show, in); });
    if (sound_.tasks && sound_.stimuli) problems_.attempt([this] { assign_sources(out_, tree_); });
    part("run", [&](const Tree& run) { out_.run = read_run(run, in); });
    part("waves", [&](const Tree& waves) { out_.waves = read_waves(waves, in); });
    part("expect", [&](const Tree& expect) { expectations_in(expect, in); });
    check_mentions(mentions_, out_, sound_, problems_);
    problems_.raise();
    out_.warnings = warnings_of(out_, tree_);
    return std::move(out_);
  }

 private:
  // True if nothing is wrong with it; a key that is needed and missing is known already.
  template <typename Read>
  bool part(std::string_view key, const Read& read) {
    const Tree* value = tree_.find(key);
    if (value) return problems_.attempt([&] { read(*value); });
    return !keys::section(keys::SectionId::kScenario).find(key)->needed;
  }

  void hardware_in(const Tree& given) {
    Tree expanded = expand_hardware(given, library_, near_);
    out_.hardware = read_hardware(expanded, problems_);
    tree_.set("hardware", std::move(expanded));
  }

  void tasks_in(const Tree& given, const ReadContext& in) {
    Tree expanded = without_nested_groups(given, problems_);
    if (expanded.items.empty() && !given.items.empty()) return;  // why, has been said
    read_tasks(expanded, in, out_);
    tree_.set("tasks", std::move(expanded));
  }

  void stimuli_in(const Tree& list, const ReadContext& in) {
    const Tree* tasks = tree_.find("tasks");
    const std::vector<std::string> names = tasks ? group_names(*tasks) : std::vector<std::string>();
    const std::vector<Tree>& items = read_list(list, "stimuli", kStimuliMax);
    for (std::size_t i = 0; i < items.size(); ++i)
      problems_.attempt([&] {
        out_.stimuli.push_back(
            read_stimulus(items[i], fmt::format("stimuli.{}", i), in, names, sound_.schedulers ? &out_.schedulers : nullptr));
      });
  }

  void expectations_in(const Tree& given, const ReadContext& in) {
    const bool whole = problems_.attempt([&] { out_.expect_source = expand_includes(given, library_, near_, problems_); });
    if (whole || !out_.expect_source.items.empty()) out_.expect = read_expectations(out_.expect_source, "expect", in);
  }

  Tree tree_;
  const Library& library_;
  const std::filesystem::path& near_;
  Problems& problems_;
  StrictMap map_;
  std::vector<Mention> mentions_;
  SoundParts sound_;
  Scenario out_;
};

}  // namespace

Scenario read_scenario(Tree tree, const Library& library, const std::filesystem::path& near, Problems& problems) {
  return ScenarioReader(std::move(tree), library, near, problems).read();
}

std::uint64_t us_to_cycles(const Scenario& scenario, std::uint64_t us) { return us * scenario.hardware.clock_mhz; }

}  // namespace tb::config
