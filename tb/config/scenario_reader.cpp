// SPDX-License-Identifier: Apache-2.0
#include "tb/config/scenario_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "tb/config/expect_reader.h"
#include "tb/config/hardware_reader.h"
#include "tb/config/keys.h"
#include "tb/config/match_reader.h"
#include "tb/config/scheduler_reader.h"
#include "tb/config/strict_map.h"
#include "tb/config/task_reader.h"

namespace tb::config {

namespace {

constexpr std::size_t kQuestionLengthMax = 400;
constexpr std::int64_t kWatchdogMsMax = 30'000;  // SCX_WATCHDOG_MAX_TIMEOUT

HwWatchdog read_hw_watchdog(const Tree& tree, const std::string& path) {
  const StrictMap map(tree, path, keys::kHwWatchdog);
  HwWatchdog out;
  out.enable = map.boolean_or("enable", out.enable);
  out.bark_us = map.ms_or_us("bark_ms", "bark_us", kRunUsMax, out.bark_us);
  out.bite_us = map.ms_or_us("bite_ms", "bite_us", kRunUsMax, out.bite_us);
  out.route = map.name_or<BarkRoute>("route", keys::kRouteNames, out.route);
  return out;
}

std::uint32_t read_defects(const Tree& list, const std::string& path) {
  std::uint32_t defects = 0;
  for (const Tree& item : read_list(list, path, keys::kDefectNames.size()))
    defects |= 1u << read_name(item, path, keys::kDefectNames);
  return defects;
}

Kernel read_kernel(const Tree& tree, unsigned harts) {
  const StrictMap map(tree, "kernel", keys::kKernel);
  Kernel out;
  out.hz = static_cast<std::uint32_t>(map.integer_or("hz", {10, 10'000}, out.hz));
  out.preempt = map.name_or<Preempt>("preempt", keys::kPreemptNames, out.preempt);
  out.spinlock = map.name_or<SpinlockKind>("spinlock", keys::kSpinlockNames, out.spinlock);
  out.nohz = map.name_or<Nohz>("nohz", keys::kNohzNames, out.nohz);
  out.console = map.name_or<ConsoleKind>("console", keys::kConsoleNames, out.console);
  out.irq_cpu = static_cast<unsigned>(map.integer_or("irq_cpu", {0, static_cast<std::int64_t>(harts) - 1}, out.irq_cpu));
  out.watchdog_timeout_ms =
      static_cast<std::uint32_t>(map.integer_or("watchdog_timeout_ms", {1, kWatchdogMsMax}, out.watchdog_timeout_ms));
  out.slice_dfl_us = static_cast<std::uint64_t>(
      map.integer_or("slice_dfl_us", {1, kTaskUsMax}, static_cast<std::int64_t>(out.slice_dfl_us)));
  if (const Tree* defects = map.find("defects")) out.defects = read_defects(*defects, map.path_of("defects"));
  if (const Tree* breakout = map.find("breakout")) {
    const StrictMap knobs(*breakout, map.path_of("breakout"), keys::kBreakout);
    out.breakout_limit = static_cast<std::uint32_t>(knobs.integer_or("limit", {0, 1'000'000}, out.breakout_limit));
    out.breakout_retry = knobs.name_or<BreakoutRetry>("retry", keys::kRetryNames, out.breakout_retry);
  }
  if (const Tree* watchdog = map.find("hw_watchdog"))
    out.hw_watchdog = read_hw_watchdog(*watchdog, map.path_of("hw_watchdog"));
  return out;
}

When read_when(const Tree& tree, const std::string& path, unsigned harts) {
  const StrictMap map(tree, path, keys::kWhen);
  constexpr std::string_view kKinds[] = {"cycle", "us", "event"};
  const std::string_view kind = map.one_of(kKinds);
  When out;
  if (kind == "event") {
    out.event = read_match_in(map, "event", harts);
    out.after_us = static_cast<std::uint64_t>(map.integer_or("after_us", {0, kRunUsMax}, 0));
    return out;
  }
  for (const char* key : {"where", "hart", "after_us"})
    if (const Tree* found = map.find(key)) throw ConfigError(found->place, map.path_of(key), "goes with 'event' only");
  if (kind == "cycle") out.cycle = static_cast<std::uint64_t>(map.integer("cycle", {}));
  else out.us = static_cast<std::uint64_t>(map.integer("us", {0, kRunUsMax}));
  return out;
}

Stimulus read_stimulus(const Tree& tree, const std::string& path, unsigned harts) {
  constexpr std::string_view kActions[] = {"press", "irq"};
  constexpr std::string_view kSysrq = "sysrq-";
  const StrictMap map(tree, path, keys::kStimulus);
  Stimulus out;
  out.at = read_when(map.require("at"), map.path_of("at"), harts);
  if (map.one_of(kActions) == "press") {
    const std::string key = map.text("press");
    const bool valid =
        key.size() == kSysrq.size() + 1 && key.starts_with(kSysrq) && key.back() >= 'a' && key.back() <= 'z';
    if (!valid)
      throw ConfigError(map.require("press").place, map.path_of("press"),
                        fmt::format("expected sysrq- and a letter, got '{}'", key));
    out.press = key.back();
  } else {
    out.irq = static_cast<unsigned>(map.integer("irq", {1, kIrqSources - 1}));
  }
  out.for_us =
      static_cast<std::uint64_t>(map.integer_or("for_us", {1, kRunUsMax}, static_cast<std::int64_t>(out.for_us)));
  return out;
}

// Each task that waits for an event is told by a source that no stimulus raises and no program waits for.
void assign_start_sources(Scenario& scenario, const Tree& tasks) {
  std::uint32_t used = 1;  // source 0 is the sysrq key
  for (const Stimulus& stimulus : scenario.stimuli) used |= 1u << stimulus.irq;
  for (const TaskGroup& task : scenario.tasks)
    for (const ProgramStep& step : task.program)
      if (step.kind == ProgramOpKind::kWaitIrq) used |= 1u << step.number;
  for (TaskGroup& task : scenario.tasks) {
    if (!task.start) continue;
    const auto source = static_cast<unsigned>(std::countr_one(used));
    if (source >= kIrqSources)
      throw ConfigError(tasks.place, "tasks",
                        fmt::format("no test source is left to start '{}': there are {}", task.name, kIrqSources - 1));
    task.start->source = source;
    used |= 1u << source;
  }
}

Run read_run(const Tree& tree, unsigned harts) {
  const StrictMap map(tree, "run", keys::kRun);
  Run out;
  out.seed = static_cast<std::uint64_t>(map.integer_or("seed", {}, static_cast<std::int64_t>(out.seed)));
  out.until_us = map.ms_or_us("until_ms", "until_us", kRunUsMax, 0);
  if (out.until_us == 0) throw ConfigError(map.place(), map.path(), "one of until_ms, until_us is needed");
  if (const Tree* stop = map.find("stop_when")) {
    const StrictMap when(*stop, map.path_of("stop_when"), keys::kStopWhen);
    out.stop_when = StopWhen{read_match_in(when, "event", harts),
                             static_cast<std::uint64_t>(when.integer_or("after_us", {0, kRunUsMax}, 0))};
  }
  out.reboots_max = static_cast<unsigned>(map.integer_or("reboots_max", {0, 16}, out.reboots_max));
  return out;
}

WaveSpan read_wave_span(const Tree& tree, const std::string& path, unsigned harts) {
  WaveSpan out;
  const StrictMap map(tree, path, keys::kWaves);
  constexpr std::string_view kKinds[] = {"around", "from"};
  const bool around = map.one_of(kKinds) == "around";
  for (const char* key : {"before_us", "after_us", "to"})
    if (const Tree* found = map.find(key); found && around == (std::string_view(key) == "to"))
      throw ConfigError(found->place, map.path_of(key), around ? "goes with 'from'" : "goes with 'around'");
  if (around) {
    out.around = read_match(map.require("around"), map.path_of("around"), harts);
    out.before_us = static_cast<std::uint64_t>(
        map.integer_or("before_us", {0, kRunUsMax}, static_cast<std::int64_t>(out.before_us)));
    out.after_us =
        static_cast<std::uint64_t>(map.integer_or("after_us", {1, kRunUsMax}, static_cast<std::int64_t>(out.after_us)));
    return out;
  }
  out.from = static_cast<std::uint64_t>(map.integer("from", {}));
  out.to = static_cast<std::uint64_t>(map.integer("to", {static_cast<std::int64_t>(out.from) + 1}));
  return out;
}

Waves read_waves(const Tree& tree, unsigned harts) {
  Waves out;
  if (tree.is_scalar()) {
    constexpr std::string_view kModes[] = {"none", "all"};
    out.mode = static_cast<Waves::Mode>(read_name(tree, "waves", kModes));
    return out;
  }
  out.mode = Waves::Mode::kSpans;
  if (!tree.is_sequence()) {
    out.spans.push_back(read_wave_span(tree, "waves", harts));
    return out;
  }
  for (const Tree& item : read_list(tree, "waves", kWaveSpansMax))
    out.spans.push_back(read_wave_span(item, fmt::format("waves.{}", out.spans.size()), harts));
  if (out.spans.empty()) throw ConfigError(tree.place, "waves", "an empty list: write none");
  return out;
}

}  // namespace

bool Waves::need_events() const {
  return std::any_of(spans.begin(), spans.end(), [](const WaveSpan& span) { return span.around.has_value(); });
}

std::vector<Stimulus> all_stimuli(const Scenario& scenario) {
  std::vector<Stimulus> stimuli = scenario.stimuli;
  for (const TaskGroup& task : scenario.tasks) {
    if (!task.start) continue;
    Stimulus start;
    start.at.event = task.start->event;
    start.at.after_us = task.start->after_us;
    start.irq = task.start->source;
    stimuli.push_back(start);
  }
  return stimuli;
}

Scenario read_scenario(const Tree& tree, const Library& library) {
  const StrictMap map(tree, "", keys::kScenario);
  Scenario out;
  out.name = read_identifier(map.require("name"), "name", kNameLengthMax);
  out.variant = map.text("base");
  out.question = map.text("question");
  if (out.question.size() > kQuestionLengthMax)
    throw ConfigError(map.require("question").place, "question",
                      fmt::format("longer than {} characters", kQuestionLengthMax));
  out.hardware = read_hardware(map.require("hardware"), "hardware", library);
  const unsigned harts = out.hardware.harts;
  if (const Tree* kernel = map.find("kernel")) out.kernel = read_kernel(*kernel, harts);
  if (const Tree* scheduler = map.find("scheduler")) out.schedulers = read_schedulers(*scheduler, library);
  out.tasks = read_tasks(map.require("tasks"), harts);
  if (const Tree* stimuli = map.find("stimuli"))
    for (const Tree& item : read_list(*stimuli, "stimuli", kStimuliMax))
      out.stimuli.push_back(read_stimulus(item, fmt::format("stimuli.{}", out.stimuli.size()), harts));
  assign_start_sources(out, map.require("tasks"));
  out.run = read_run(map.require("run"), harts);
  if (const Tree* waves = map.find("waves")) out.waves = read_waves(*waves, harts);
  out.expect_source = map.require("expect");
  out.expect = read_expectations(out.expect_source, "expect", harts);
  return out;
}

std::uint64_t us_to_cycles(const Scenario& scenario, std::uint64_t us) { return us * scenario.hardware.clock_mhz; }

}  // namespace tb::config
