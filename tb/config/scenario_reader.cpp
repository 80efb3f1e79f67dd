// SPDX-License-Identifier: Apache-2.0
#include "tb/config/scenario_reader.h"

#include <fmt/format.h>

#include "tb/config/expect_reader.h"
#include "tb/config/hardware_reader.h"
#include "tb/config/keys.h"
#include "tb/config/match_reader.h"
#include "tb/config/nearest.h"
#include "tb/config/strict_map.h"
#include "tb/config/task_reader.h"

namespace tb::config {

namespace {

constexpr std::size_t kQuestionLengthMax = 400;

std::uint64_t read_ms_or_us(const StrictMap& map, std::string_view ms, std::string_view us, std::int64_t us_max,
                            std::uint64_t fallback) {
  const std::string_view keys[] = {ms, us};
  const std::string_view given = map.at_most_one_of(keys);
  if (given.empty()) return fallback;
  if (given == ms) return static_cast<std::uint64_t>(map.integer(ms, {1, us_max / 1000})) * 1000;
  return static_cast<std::uint64_t>(map.integer(us, {1, us_max}));
}

HwWatchdog read_hw_watchdog(const Tree& tree, const std::string& path) {
  const StrictMap map(tree, path, keys::kHwWatchdog);
  HwWatchdog out;
  out.enable = map.boolean_or("enable", out.enable);
  out.bark_us = read_ms_or_us(map, "bark_ms", "bark_us", kRunUsMax, out.bark_us);
  out.bite_us = read_ms_or_us(map, "bite_ms", "bite_us", kRunUsMax, out.bite_us);
  out.route = map.name_or<BarkRoute>("route", keys::kRouteNames, out.route);
  return out;
}

Kernel read_kernel(const Tree& tree) {
  const StrictMap map(tree, "kernel", keys::kKernel);
  Kernel out;
  out.hz = static_cast<std::uint32_t>(map.integer_or("hz", {10, 10'000}, out.hz));
  out.preempt = map.name_or<Preempt>("preempt", keys::kPreemptNames, out.preempt);
  out.spinlock = map.name_or<SpinlockKind>("spinlock", keys::kSpinlockNames, out.spinlock);
  static_cast<void>(map.name_or<int>("nohz", keys::kNohzNames, 0));  // one value so far: the tick never stops
  out.console = map.name_or<ConsoleKind>("console", keys::kConsoleNames, out.console);
  if (const Tree* breakout = map.find("breakout")) {
    const StrictMap knobs(*breakout, map.path_of("breakout"), keys::kBreakout);
    out.breakout_limit = static_cast<std::uint32_t>(knobs.integer_or("limit", {0, 1'000'000}, out.breakout_limit));
    out.breakout_retry = knobs.name_or<BreakoutRetry>("retry", keys::kRetryNames, out.breakout_retry);
  }
  if (const Tree* watchdog = map.find("hw_watchdog"))
    out.hw_watchdog = read_hw_watchdog(*watchdog, map.path_of("hw_watchdog"));
  return out;
}

std::int64_t read_option(const Tree& value, const std::string& path, const PolicyOption& option) {
  if (!option.names) return read_integer(value, path, {option.min, option.max});
  std::vector<std::string_view> names(option.names, option.names + option.nr_names);
  const bool is_switch = names.size() == 2 && names[0] == "off" && names[1] == "on";
  if (is_switch) return read_bool(value, path) ? 1 : 0;
  return static_cast<std::int64_t>(read_name(value, path, names));
}

Scheduler read_scheduler(const Tree& tree, const Library& library) {
  const StrictMap map(tree, "scheduler", keys::kScheduler);
  const std::string name = map.text("name");
  Scheduler out;
  out.policy = find_policy(library, name);
  if (!out.policy)
    throw ConfigError(map.require("name").place, map.path_of("name"),
                      fmt::format("no policy is called '{}'{}", name, hint(name, policy_names(library))));
  if (name.size() >= sizeof(SchedulerSpec::name)) throw std::logic_error("a policy's name does not fit the kernel's");
  const std::span<const PolicyOption> table(out.policy->options, out.policy->nr_options);
  std::vector<std::string_view> known;
  for (const PolicyOption& option : table) {
    known.emplace_back(option.name);
    out.options.push_back(option.default_value);
  }
  const Tree* options = map.find("options");
  if (!options) return out;
  const StrictMap given(*options, map.path_of("options"), known);
  for (std::size_t i = 0; i < table.size(); ++i)
    if (const Tree* value = given.find(table[i].name))
      out.options[i] = read_option(*value, given.path_of(table[i].name), table[i]);
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

Run read_run(const Tree& tree, unsigned harts) {
  const StrictMap map(tree, "run", keys::kRun);
  Run out;
  out.seed = static_cast<std::uint64_t>(map.integer_or("seed", {}, static_cast<std::int64_t>(out.seed)));
  out.until_us = read_ms_or_us(map, "until_ms", "until_us", kRunUsMax, 0);
  if (out.until_us == 0) throw ConfigError(map.place(), map.path(), "one of until_ms, until_us is needed");
  if (const Tree* stop = map.find("stop_when")) {
    const StrictMap when(*stop, map.path_of("stop_when"), keys::kStopWhen);
    out.stop_when = StopWhen{read_match_in(when, "event", harts),
                             static_cast<std::uint64_t>(when.integer_or("after_us", {0, kRunUsMax}, 0))};
  }
  out.reboots_max = static_cast<unsigned>(map.integer_or("reboots_max", {0, 16}, out.reboots_max));
  return out;
}

Waves read_waves(const Tree& tree, unsigned harts) {
  Waves out;
  if (tree.is_scalar()) {
    constexpr std::string_view kModes[] = {"none", "all"};
    out.mode = static_cast<Waves::Mode>(read_name(tree, "waves", kModes));
    return out;
  }
  const StrictMap map(tree, "waves", keys::kWaves);
  constexpr std::string_view kKinds[] = {"around", "from"};
  const bool around = map.one_of(kKinds) == "around";
  out.mode = around ? Waves::Mode::kAround : Waves::Mode::kRange;
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

}  // namespace

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
  if (const Tree* kernel = map.find("kernel")) out.kernel = read_kernel(*kernel);
  if (const Tree* scheduler = map.find("scheduler")) out.scheduler = read_scheduler(*scheduler, library);
  out.tasks = read_tasks(map.require("tasks"), harts);
  if (const Tree* stimuli = map.find("stimuli"))
    for (const Tree& item : read_list(*stimuli, "stimuli", kStimuliMax))
      out.stimuli.push_back(read_stimulus(item, fmt::format("stimuli.{}", out.stimuli.size()), harts));
  out.run = read_run(map.require("run"), harts);
  if (const Tree* waves = map.find("waves")) out.waves = read_waves(*waves, harts);
  out.expect_source = map.require("expect");
  out.expect = read_expectations(out.expect_source, "expect", harts);
  return out;
}

std::uint64_t us_to_cycles(const Scenario& scenario, std::uint64_t us) { return us * scenario.hardware.clock_mhz; }

}  // namespace tb::config
